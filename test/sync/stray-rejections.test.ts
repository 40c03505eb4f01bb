import { afterEach, expect, it, vi } from 'vitest';
import { openQueuePool } from '../../src/db/queue-pool.ts';
import { listenForStrays } from '../../src/queue/stray-rejections.ts';

afterEach(() => vi.useRealTimers());

const before = process.listeners('unhandledRejection');
const ours = () => process.listeners('unhandledRejection').filter((listener) => !before.includes(listener));
const stray = (error: Error) => ours().forEach((listener) => listener(error, Promise.resolve()));
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

it('takes what a queue’s last queries say long after it has stopped, and leaves nothing behind', () => {
  vi.useFakeTimers();
  const strays = listenForStrays();
  strays.stop();
  vi.advanceTimersByTime(59_000);
  expect(() => stray(refused())).not.toThrow();
  expect(ours()).toHaveLength(1);
  vi.advanceTimersByTime(2_000);
  expect(ours()).toHaveLength(0);
});

it('tells each queue that runs, with one listener for all, and still ends the process for anything else', async () => {
  const first = listenForStrays();
  const second = listenForStrays();
  expect(ours()).toHaveLength(1);
  first.stop();
  stray(refused());
  await expect(second.lost).rejects.toThrow('lost its connection');
  expect(() => stray(new TypeError('a fault of ours'))).toThrow(TypeError);
  second.stop();
});

it('lives on where a query was put off until its queue had stopped, and leaves the next queue alone', async () => {
  const strays = listenForStrays();
  const queue = openQueuePool('postgres://nobody@127.0.0.1:1/none', 1, () => undefined);
  await queue.end();
  const late = await queue.pool.connect().catch((error: unknown) => error);
  expect(late).toBeInstanceOf(Error);
  expect(() => stray(late as Error)).not.toThrow();
  const told = await Promise.race([strays.lost.catch(() => 'told'), Promise.resolve('left alone')]);
  expect(told).toBe('left alone');
  strays.stop();
});

it('lives on where the listening connection of a queue is let go twice', () => {
  const strays = listenForStrays();
  const twice = 'Release called on client which has already been released to the pool.';
  expect(() => stray(new Error(twice))).not.toThrow();
  strays.stop();
});
