import type { Socket } from 'node:net';
import { ArrivageError } from '../errors.ts';
import { type Transfer, onAbort } from './transfer.ts';

/** Bytes that may wait in memory while one write is under way. */
const MOST_WAITING = 2 << 20;

/**
 * Hands everything that comes over a data connection to `write`, in batches: what arrives during one write makes the
 * next. Resolves at a proven end of the stream. @throws transfer_incomplete, and what `write` throws
 */
export function receiveAll(data: Socket, transfer: Transfer, write: (chunk: Buffer) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting: Buffer[] = [];
    let size = 0;
    let writing = false;
    let ended = false;
    const stop = onAbort(transfer, () => data.destroy());

    const settle = (error?: Error): void => {
      stop();
      data.off('data', take);
      if (error === undefined) resolve();
      else reject(error);
    };
    const take = (chunk: Buffer): void => {
      transfer.moved();
      waiting.push(chunk);
      size += chunk.length;
      if (size >= MOST_WAITING) data.pause();
      if (!writing) void flush();
    };
    async function flush(): Promise<void> {
      writing = true;
      try {
        while (waiting.length > 0) {
          const batch = waiting.length === 1 && waiting[0] ? waiting[0] : Buffer.concat(waiting, size);
          waiting = [];
          size = 0;
          data.resume();
          await write(batch);
          transfer.moved();
        }
        writing = false;
        if (ended) settle();
      } catch (error) {
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    }
    // An end without any byte comes by itself, read or not: an empty file over TLS.
    if (data.readableEnded) {
      settle();
      return;
    }
    if (data.destroyed) {
      settle(new ArrivageError('transfer_incomplete'));
      return;
    }
    data.on('data', take);
    data.once('end', () => {
      ended = true;
      if (!writing) settle();
    });
    data.once('close', () => {
      if (!ended) settle(new ArrivageError('transfer_incomplete'));
    });
    data.resume();
  });
}

const SEND_CHUNK = 1 << 20;

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
