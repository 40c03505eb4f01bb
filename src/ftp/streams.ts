import type { Socket } from 'node:net';
import { ArrivageError } from '../errors.ts';
import type { Inflow } from './inflow.ts';
import { type Transfer, onAbort } from './transfer.ts';

/** Bytes that may be under way to the disk; reading goes on below half of it. */
const MOST_WAITING = 2 << 20;

/**
 * Hands everything that comes over a data connection to `write`. Resolves when all of it is written and the end of the
 * stream is proven. @throws transfer_incomplete, and what `write` throws
 */
export function receiveAll(
  { socket, onChunk, endedWell }: Inflow,
  transfer: Transfer,
  write: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const received = new Promise<void>((resolve, reject) => {
    let waiting = 0;
    let ended = false;
    const settle = (): void => {
      if (ended && waiting === 0) resolve();
    };
    const cut = (): void => {
      if (!ended) reject(new ArrivageError('transfer_incomplete'));
    };
    onChunk((chunk, release) => {
      transfer.moved();
      const { length } = chunk;
      waiting += length;
      if (waiting >= MOST_WAITING) socket.pause();
      write(chunk).then(() => {
        release();
        transfer.moved();
        waiting -= length;
        if (waiting < MOST_WAITING / 2 && socket.isPaused()) socket.resume();
        settle();
      }, reject);
    });
    // An end without any byte comes by itself, read or not: an empty file over TLS.
    if (socket.readableEnded && endedWell()) resolve();
    else if (socket.readableEnded || socket.destroyed) cut();
    socket.once('end', () => {
      ended = endedWell();
      if (ended) settle();
      else cut();
    });
    socket.once('close', cut);
    socket.resume();
  });
  return received.finally(onAbort(transfer, () => socket.destroy()));
}

/** Each chunk that is taken shows that the client reads: even at 3 KB/s within the time for a stall. */
const SEND_CHUNK = 256 << 10;

/**
 * Sends what `read` yields until it yields nothing, reading the next chunk while the last one is on its way.
 * Resolves when the system has taken everything. @throws transfer_incomplete, and what `read` throws
 */
export async function sendAll(
  data: Socket,
  transfer: Transfer,
  from: { size: number; position: number; read: (into: Buffer, position: number) => Promise<number> },
): Promise<number> {
  const stop = onAbort(transfer, () => data.destroy());
  try {
    const length = Math.max(1, Math.min(SEND_CHUNK, from.size - from.position));
    let [current, next] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
    let { position } = from;
    let sending = Promise.resolve(true);
    for (;;) {
      const count = await from.read(current, position);
      if (!(await sending)) throw new ArrivageError('transfer_incomplete');
      if (count === 0) return position - from.position;
      sending = send(data, current.subarray(0, count));
      transfer.moved();
      position += count;
      [current, next] = [next, current];
    }
  } finally {
    stop();
  }
}

/** Resolves false where the connection broke. */
function send(data: Socket, bytes: Buffer): Promise<boolean> {
  if (!data.writable) return Promise.resolve(false);
  return new Promise((resolve) => data.write(bytes, (error) => resolve(!error)));
}
