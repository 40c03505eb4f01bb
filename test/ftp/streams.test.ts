import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { sendAll } from '../../src/ftp/streams.ts';
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
