/** Random choices that a seed repeats. */
export interface Dice {
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  pick<T>(some: readonly T[]): T;
  /** Dice of their own, so that who throws first is no part of the seed. */
  fork(): Dice;
}

/** Mulberry32 (Tommy Ettinger, public domain). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (n: number): number => Math.floor((next() / 2 ** 32) * n);
  return {
    below,
    pick: (some) => {
      if (some.length === 0) throw new Error('nothing to pick from');
      return some[below(some.length)] as (typeof some)[number];
    },
    fork: () => diceOf(next()),
  };
}
