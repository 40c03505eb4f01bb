import type { Socket } from 'node:net';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { receiveAll, sendAll } from '../../src/ftp/streams.ts';
import { beginTransfer } from '../../src/ftp/transfer.ts';

const SIZE = 2 << 20;
const STALL_MS = 1000;
/** 1 MiB takes longer than the time for a stall. */
const BYTES_PER_MS = 700;

it('a client that reads slowly, but reads, gets the whole file', async () => {
  let taken = 0;
  const slow = new Writable({
    write(chunk: Buffer, _, done) {
      taken += chunk.length;
      setTimeout(done, chunk.length / BYTES_PER_MS);
    },
  });
  const transfer = beginTransfer(STALL_MS);
  const read = (into: Buffer, position: number) => Promise.resolve(Math.min(into.length, SIZE - position));
  expect(await sendAll(slow as unknown as Socket, transfer, { size: SIZE, position: 0, read })).toBe(SIZE);
  transfer.end();
  expect([taken, transfer.signal.aborted]).toEqual([SIZE, false]);
});

it.each([true, false])(
  'a stream that ended before anybody read it is an empty file where its end is one: %s',
  async (isEnd) => {
    const stream = new PassThrough({ autoDestroy: false });
    stream.end();
    stream.resume();
    await once(stream, 'end');
    const transfer = beginTransfer(STALL_MS);
    const inflow = { socket: stream as unknown as Socket, onChunk: () => undefined, endedWell: () => isEnd };
    const received = receiveAll(inflow, transfer, () => Promise.resolve());
    if (isEnd) await received;
    else await expect(received).rejects.toMatchObject({ code: 'transfer_incomplete' });
    transfer.end();
  },
);
