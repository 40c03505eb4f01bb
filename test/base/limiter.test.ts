import { setImmediate as aMoment } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openLimiter } from '../../src/base/limiter.ts';

/** Work that goes on until it is told to end. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (error) => (error ? reject(error) : resolve(name)));
    });
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)?.(error);
    await aMoment();
  };
  return { begun, work, end };
}

describe('counted places', () => {
  it('let so much work go on at once, and the rest in its order', async () => {
    const limiter = openLimiter(2);
    const { begun, work, end } = works();
    const all = ['a', 'b', 'c', 'd'].map((name) => limiter.run(work(name)));
    expect([begun.join(), limiter.waiting]).toEqual(['a,b', 2]);
    await end('b');
    expect([begun.join(), limiter.waiting]).toEqual(['a,b,c', 1]);
    await end('a');
    await end('c');
    await end('d');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('come back from work that fails, and from work that throws before it has begun', async () => {
    const limiter = openLimiter(1);
    const { begun, work, end } = works();
    const failing = limiter.run(work('a'));
    const throwing = limiter.run(() => {
      throw new Error('at once');
    });
    const last = limiter.run(work('b'));
    const thrown = Promise.all([
      expect(failing).rejects.toThrow('broken'),
      expect(throwing).rejects.toThrow('at once'),
    ]);
    await end('a', new Error('broken'));
    await thrown;
    await aMoment();
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(await last).toBe('b');
    expect(limiter.waiting).toBe(0);
  });

  it('let nobody slip in between who ends and who waits', async () => {
    const limiter = openLimiter(1);
    const { begun, work, end } = works();
    const first = limiter.run(work('first')).then(() => limiter.run(work('again')));
    const waited = limiter.run(work('waited'));
    await end('first');
    expect(begun).toEqual(['first', 'waited']);
    await end('waited');
    await end('again');
    expect(await Promise.all([first, waited])).toEqual(['again', 'waited']);
  });
});
