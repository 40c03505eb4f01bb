import { setImmediate as aMoment } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openSeats, openTurns } from '../../src/base/shares.ts';

const refused = expect.objectContaining({ code: 'too_many_connections' }) as unknown;

describe('places that are held', () => {
  it('are never all one owner’s, and come back once', () => {
    const seats = openSeats({ inAll: 4, perOwner: 2 });
    const leave = seats.take('a');
    seats.take('a');
    expect(() => seats.take('a')).toThrow(refused);
    seats.take('b');
    leave();
    leave();
    seats.take('a');
    seats.take('b');
    expect(() => seats.take('b')).toThrow(refused);
  });

  it('go over from whoever has most to whoever has none, the oldest first', () => {
    const seats = openSeats({ inAll: 4, perOwner: 2 });
    const lost: string[] = [];
    for (const [owner, name] of ['a1', 'b1', 'a2', 'b2'].map((each) => [each.slice(0, 1), each] as const))
      seats.take(owner, () => lost.push(name));
    seats.take('c', () => lost.push('c1'));
    expect(lost).toEqual(['a1']);
    expect(() => seats.take('a')).toThrow(refused);
    seats.take('d');
    expect(lost).toEqual(['a1', 'b1']);
  });

  it('of owners with one each change hands once they were held for a while', () => {
    let now = 0;
    const seats = openSeats({ inAll: 2, perOwner: 2, settledMs: 1000, now: () => now });
    const lost: string[] = [];
    seats.take('a', () => lost.push('a'));
    seats.take('b', () => lost.push('b'));
    expect(() => seats.take('c')).toThrow(refused);
    now = 1000;
    seats.take('c', () => lost.push('c'));
    expect(lost).toEqual(['a']);
    expect(() => seats.take('c')).toThrow(refused);
  });

  it('stay with a holder that cannot give them up', () => {
    const seats = openSeats({ inAll: 2, perOwner: 2 });
    seats.take('a');
    seats.take('a');
    expect(() => seats.take('b')).toThrow(refused);
  });
});

describe('places that are waited for', () => {
  const gated = () => {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string) => () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    };
    const end = async (name: string) => {
      ends.get(name)?.();
      await aMoment();
    };
    return { begun, work, end };
  };

  it('go round by owner, however much of one waits before another comes', async () => {
    const turns = openTurns({ inAll: 2, perOwner: 1, waiting: 10 });
    const { begun, work, end } = gated();
    for (const name of ['a1', 'a2', 'a3', 'a4']) void turns.run('a', work(name));
    void turns.run('b', work('b1'));
    void turns.run('c', work('c1'));
    await aMoment();
    expect(begun).toEqual(['a1', 'b1']);
    await end('b1');
    expect(begun).toEqual(['a1', 'b1', 'c1']);
    await end('a1');
    await end('c1');
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2']);
    await end('a2');
    await end('a3');
    expect(begun.slice(4)).toEqual(['a3', 'a4']);
  });

  it('are refused where too much of one owner waits, and come back after work that failed', async () => {
    const turns = openTurns({ inAll: 1, perOwner: 1, waiting: 1 });
    const { work, end } = gated();
    const first = turns.run('a', work('a1'));
    const second = turns.run('a', () => Promise.reject(new Error('no')));
    const failed = expect(second).rejects.toThrow('no');
    await expect(turns.run('a', work('a3'))).rejects.toEqual(refused);
    await end('a1');
    await first;
    await failed;
    expect(await turns.run('b', () => Promise.resolve('b1'))).toBe('b1');
  });
});
