import { expect, it } from 'vitest';
import { remembered } from '../../src/main/remembered.ts';

it('runs once for all who ask while it runs and for a time after, also where it fails', async () => {
  let now = 0;
  let runs = 0;
  let end: (() => void)[] = [];
  const ask = remembered(
    () => {
      runs += 1;
      const failing = runs === 2;
      return new Promise<number>((resolve, reject) =>
        end.push(() => (failing ? reject(new Error('disk')) : resolve(runs))),
      );
    },
    1000,
    () => now,
  );
  const finish = () => {
    for (const one of end) one();
    end = [];
  };
  const first = [ask(), ask()];
  now = 60_000;
  const late = ask();
  expect(runs).toBe(1);
  finish();
  expect(await Promise.all([...first, late])).toEqual([1, 1, 1]);
  now += 999;
  expect(await ask()).toBe(1);
  now += 1;
  const failing = ask();
  finish();
  await expect(failing).rejects.toThrow('disk');
  await expect(ask()).rejects.toThrow('disk');
  expect(runs).toBe(2);
});
