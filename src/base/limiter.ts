/** Places for work: so much goes on at once, and the rest waits in its order. Where owners share, see `openTurns`. */
export interface Limiter {
  /** @throws what the work throws */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** How much waits. Whoever finds too many may go instead. */
  readonly waiting: number;
}

export function openLimiter(atOnce: number): Limiter {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    get waiting() {
      return queue.length;
    },
    async run(work) {
      if (running < atOnce) running += 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        // The place passes on without being given back, so that nobody slips in between.
        const next = queue.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
