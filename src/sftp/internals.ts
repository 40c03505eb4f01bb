import type { Socket } from 'node:net';
import type { Connection } from 'ssh2';

/**
 * The only code that touches what ssh2 does not publish; `test/sftp/internals.test.ts` holds it against the version it
 * was read from.
 */
export const SSH2_VERSION = '1.17.0';

interface Offer {
  lists: {
    kex: { array: string[] };
    serverHostKey: { array: string[] };
    cs: { cipher: { array: string[] }; mac: { array: string[] }; compress: { array: string[] } };
  };
  constructor: new (lists: unknown) => Offer;
}

interface Internals {
  _sock: Socket;
  _protocol: {
    _offer: Offer;
    _kexinit: unknown;
    _packetRW: { write: { allocStart: number; alloc(length: number): Buffer; finalize(packet: Buffer): Buffer } };
    _cipher: { encrypt(packet: Buffer): void };
  };
}

const internalsOf = (client: Connection): Internals => client as unknown as Internals;

/** The socket below a connection: its 'connection' event does not tell which of the injected ones it is. */
export const socketOf = (client: Connection): Socket => internalsOf(client)._sock;

/**
 * Narrows what is offered to one client: these ciphers, where they are given, and no host key that signs with SHA-1,
 * which ssh2 adds for every RSA key. Only while the server's 'connection' event is handled: the offer leaves right after.
 */
export function narrowOffer(client: Connection, ciphers: readonly string[] | undefined): void {
  const protocol = internalsOf(client)._protocol;
  const { lists, constructor: KexInit } = protocol._offer;
  const way = {
    cipher: ciphers ?? lists.cs.cipher.array,
    mac: lists.cs.mac.array,
    compress: lists.cs.compress.array,
    lang: [],
  };
  const serverHostKey = lists.serverHostKey.array.filter((algorithm) => algorithm !== 'ssh-rsa');
  protocol._offer = new KexInit({ kex: lists.kex.array, serverHostKey, cs: way, sc: way });
}

const USERAUTH_BANNER = 53;

/** Shows the person who signs in a line of text (RFC 4252, section 5.4); ssh2 only knows one fixed text for all. */
export function sendBanner(client: Connection, text: string): void {
  const { _kexinit, _packetRW, _cipher } = internalsOf(client)._protocol;
  if (_kexinit !== undefined) return; // Nothing but key exchange may be sent during one.
  const line = Buffer.from(`${text}\r\n`);
  const packet = _packetRW.write.alloc(1 + 4 + line.length + 4);
  let at = _packetRW.write.allocStart;
  at = packet.writeUInt8(USERAUTH_BANNER, at);
  at = packet.writeUInt32BE(line.length, at);
  at += line.copy(packet, at);
  packet.writeUInt32BE(0, at);
  _cipher.encrypt(_packetRW.write.finalize(packet));
}
