import { ArrivageError } from '../../errors.ts';

/**
 * Keeps a connection to a server that may be hostile, broken or silent within bounds: each step has a time-out, all
 * together have one, and the caller may abort. The first reason to end is the one that every step is rejected with.
 */
export interface Guard {
  /**
   * Waits for one step.
   * @param during what is being done, in the words of the protocol: it is shown to people
   */
  step<T>(during: string, limitMs: number, work: Promise<T>): Promise<T>;
  /** Ends the connection for this reason, unless it has ended already. */
  fail(reason: unknown): void;
  /** No reason is needed any more: nothing is timed, and `fail` does nothing. */
  release(): void;
}

/** @param destroy closes the connection at once; called at most once */
export function createGuard(signal: AbortSignal, overallMs: number, destroy: () => void): Guard {
  let ended: { reason: Error } | undefined;
  let released = false;
  /** Rejects each step under way. (A race against one lasting promise would keep every result for as long as that.) */
  const waiting = new Set<(reason: Error) => void>();

  const fail = (reason: unknown): void => {
    if (ended || released) return;
    ended = { reason: reason as Error };
    for (const stop of waiting) stop(ended.reason);
    destroy();
    release();
  };
  const aborted = (): void => fail(signal.reason);
  const overall = setTimeout(() => fail(tooSlow('remote_too_slow', 'overall', overallMs)), overallMs);
  const release = (): void => {
    released = true;
    clearTimeout(overall);
    signal.removeEventListener('abort', aborted);
  };
  if (signal.aborted) aborted();
  else signal.addEventListener('abort', aborted, { once: true });

  function step<T>(during: string, limitMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(tooSlow('remote_silent', during, limitMs)), limitMs);
      const settle = (): void => {
        clearTimeout(timer);
        waiting.delete(stop);
      };
      const stop = (reason: Error): void => {
        settle();
        reject(reason);
      };
      waiting.add(stop);
      work.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => stop(ended ? ended.reason : (error as Error)),
      );
      if (ended) stop(ended.reason);
    });
  }

  return { step, fail, release };
}

function tooSlow(code: 'remote_silent' | 'remote_too_slow', during: string, limitMs: number): ArrivageError {
  return new ArrivageError(code, { during, seconds: Math.ceil(limitMs / 1000) });
}
