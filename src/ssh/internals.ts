import type { Socket } from 'node:net';
import type { Client, Connection } from 'ssh2';

/**
 * What ssh2 does not publish and this folder uses: nothing outside of `src/ssh` touches it, and
 * `test/ssh/internals.test.ts` holds it against the version that it was read from.
 */
export const SSH2_VERSION = '1.17.0';

interface Lists {
  cipher: readonly string[];
  mac: readonly string[];
  compress: readonly string[];
  lang: readonly string[];
}

export interface OfferedLists {
  kex: readonly string[];
  serverHostKey: readonly string[];
  cs: Lists;
  sc: Lists;
}

interface Offer {
  lists: {
    kex: { array: string[] };
    serverHostKey: { array: string[] };
    cs: { cipher: { array: string[] }; mac: { array: string[] }; compress: { array: string[] } };
  };
  constructor: new (lists: OfferedLists) => Offer;
}

/** One key exchange under way. Which method it is shows in these members only. */
export interface Exchange {
  /** The other side's packet as it goes into the exchange hash. */
  _remoteKexinit: Buffer;
  negotiated: { kex: string };
  convertPublicKey: (theirs: Buffer) => Buffer;
  generateKeys: () => void;
  /** ssh2 wants an error returned, not thrown. */
  computeSecret: (theirs: Buffer) => Buffer | Error;
  getPublicKey: () => Buffer;
}

export type OnPayload = (payload: Buffer) => unknown;

export interface Protocol {
  _server: boolean;
  _offer: Offer;
  _kex: Exchange | undefined;
  /** Our KEXINIT while an exchange is under way. */
  _kexinit: unknown;
  _onHeader: (header: unknown) => void;
  _onPayload: OnPayload;
  _decipher: { _onPayload: OnPayload } | undefined;
  _packetRW: {
    write: {
      allocStart: number;
      allocStartKEX: number;
      alloc(length: number, duringExchange?: boolean): Buffer;
      finalize(packet: Buffer, duringExchange?: boolean): Buffer;
    };
  };
  _cipher: { encrypt(packet: Buffer): void };
}

interface Internals {
  _sock: Socket;
  _protocol: Protocol;
}

const internalsOf = (side: Connection | Client): Internals => side as unknown as Internals;

export const protocolOf = (side: Connection | Client): Protocol => internalsOf(side)._protocol;

/** The socket below a connection: its 'connection' event does not tell which of the injected ones it is. */
export const socketOf = (connection: Connection): Socket => internalsOf(connection)._sock;

/** What the protocol offers now. */
export function offerOf({ _offer: { lists } }: Protocol): OfferedLists {
  const { cipher, mac, compress } = lists.cs;
  const way = { cipher: cipher.array, mac: mac.array, compress: compress.array, lang: [] };
  return { kex: lists.kex.array, serverHostKey: lists.serverHostKey.array, cs: way, sc: way };
}

/** Only before the KEXINIT leaves, which it does when the other side's first line has come. */
export function setOffer(protocol: Protocol, lists: OfferedLists): void {
  const { constructor: KexInit } = protocol._offer;
  protocol._offer = new KexInit(lists);
}

/** Sends a packet that ssh2 has no method for. Only between key exchanges, unless it is one that may be sent in them. */
export function sendPayload(protocol: Protocol, payload: Buffer, duringExchange = false): void {
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length, duringExchange);
  packet.set(payload, duringExchange ? write.allocStartKEX : write.allocStart);
  protocol._cipher.encrypt(write.finalize(packet, duringExchange));
}
