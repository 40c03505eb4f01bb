import type { Connection } from 'ssh2';
import { protocolOf, sendPayload } from './internals.ts';

/** Messages of a server that ssh2 sends without their text, or with a wrong one. */

const message = { disconnect: 1, extInfo: 7, userauthBanner: 53 } as const;

/** RFC 4253, section 11.1. */
export const disconnectReason = { serviceNotAvailable: 7, byApplication: 11, tooManyConnections: 12 } as const;

/** Shows the person who signs in a line of text (RFC 4252, section 5.4); ssh2 only knows one fixed text for all. */
export function sendBanner(connection: Connection, text: string): void {
  const protocol = protocolOf(connection);
  if (protocol._kexinit !== undefined) return; // Nothing but key exchange may be sent during one.
  sendPayload(protocol, Buffer.concat([byte(message.userauthBanner), string(`${text}\r\n`), string('')]));
}

/**
 * The last packet: why the server ends the connection. ssh2 names a number only. Without accents: OpenSSH prints this
 * text as a log line, with each byte of an accented letter as an octal number.
 */
export function sendDisconnect(connection: Connection, reason: number, text: string): void {
  const payload = Buffer.concat([byte(message.disconnect), uint32(reason), string(withoutAccents(text)), string('')]);
  sendPayload(protocolOf(connection), payload, true);
}

/** How keys of users may sign (RFC 8308, section 3.1). It must be the first packet under the new keys. */
export function sendSignatureAlgorithms(connection: Connection, names: readonly string[]): void {
  const extension = [string('server-sig-algs'), string(names.join(','))];
  sendPayload(protocolOf(connection), Buffer.concat([byte(message.extInfo), uint32(1), ...extension]));
}

const withoutAccents = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'").replaceAll(/[«»]/g, '"');

const byte = (value: number): Buffer => Buffer.from([value]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint32(bytes.length), bytes]);
}
