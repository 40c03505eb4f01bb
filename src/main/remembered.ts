import { steadyNow } from '../base/steady.ts';

/**
 * One run of `work` at a time, whose outcome stands for `ms` after its end: however often somebody asks, and however
 * long the disk takes, it costs one run.
 */
export function remembered<T>(work: () => Promise<T>, ms: number, now: () => number = steadyNow): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let until = Number.POSITIVE_INFINITY;
  return () => {
    if (latest && now() < until) return latest;
    until = Number.POSITIVE_INFINITY;
    const end = (): void => void (until = now() + ms);
    latest = work();
    latest.then(end, end);
    return latest;
  };
}
