import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket, createSecureContext } from 'node:tls';
import { ArrivageError, verbatim } from '../errors.ts';
import { DATA_HIGH_WATER_MARK } from './passive-ports.ts';
import { type Transfer, onAbort } from './transfer.ts';

/**
 * Our certificate and the ciphers in the order that serves fastest: AES-128-GCM first, which moves a quarter more than
 * AES-256. Control and data connections of one context resume its sessions, which its ticket keys seal, and no others.
 */
export function ftpSecureContext(files: { cert: string | Buffer; key: string | Buffer }): SecureContext {
  return createSecureContext({
    ...files,
    minVersion: 'TLSv1.2',
    honorCipherOrder: true,
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
    sessionIdContext: 'arrivage',
    // As long as a control connection may last: after OpenSSL's five minutes nothing could be resumed any more.
    sessionTimeout: 86_400,
  });
}

/** TLS over a control connection. Its handshake is bounded by the time before login. */
export function secureControl(socket: Socket, secureContext: SecureContext): TLSSocket {
  return new TLSSocket(socket, { isServer: true, secureContext });
}

/**
 * TLS over a data connection; resolves after the handshake. With `provesEnd` the stream ends only with the client's
 * close_notify; a TCP end without one destroys it, so that cut bytes never look like a whole file.
 * @throws no_data_connection
 */
export function secureData(
  socket: Socket,
  secureContext: SecureContext,
  transfer: Transfer,
  provesEnd: boolean,
): Promise<TLSSocket> {
  const below = provesEnd ? withoutEnd(socket) : undefined;
  const secured = new TLSSocket(below?.stream ?? socket, {
    isServer: true,
    secureContext,
    highWaterMark: DATA_HIGH_WATER_MARK,
  } as object);
  below?.watch(secured);
  return new Promise((resolve, reject) => {
    const stop = onAbort(transfer, () => secured.destroy());
    const failed = (): void => {
      stop();
      socket.destroy();
      reject(new ArrivageError('no_data_connection', { why: verbatim('TLS') }));
    };
    secured.on('error', () => undefined);
    // Node reports a failed handshake of a server's side by this event alone, and leaves the socket open.
    secured.once('_tlsError', () => secured.destroy());
    secured.once('close', failed);
    secured.once('secure', () => {
      stop();
      secured.off('close', failed);
      resolve(secured);
    });
  });
}

/** How often to look whether everything before the end of the TCP stream is decrypted and taken. */
const LOOK_MS = 10;

/**
 * Node shows the end of the TCP stream and a close_notify alike: as the end of the TLS stream. So the TLS layer reads
 * from a stream that never ends, and an end that it reports is a close_notify.
 */
function withoutEnd(socket: Socket): { stream: Duplex; watch(secured: TLSSocket): void } {
  const stream = new Duplex({
    readableHighWaterMark: DATA_HIGH_WATER_MARK,
    read: () => void socket.resume(),
    write: (chunk: Buffer, _, done) => void socket.write(chunk, (error) => done(error ?? null)),
    final(done) {
      socket.end();
      done();
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) socket.pause();
  });
  function watch(secured: TLSSocket): void {
    let ended = false;
    let looking = false;
    secured.once('end', () => (ended = true));
    const look = (): void => {
      if (looking) return;
      looking = true;
      let quiet = 0;
      const timer = setInterval(() => {
        const busy = stream.readableLength > 0 || secured.readableLength > 0 || secured.isPaused();
        quiet = busy ? 0 : quiet + 1;
        if (!ended && quiet > 2) secured.destroy();
        if (ended || secured.destroyed) clearInterval(timer);
      }, LOOK_MS);
    };
    socket.once('end', look);
    // Who closes with session tickets unread resets the connection: a close_notify may stand before the reset all the same.
    socket.once('close', look);
  }

  return { stream, watch };
}
