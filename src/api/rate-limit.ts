import type { MiddlewareHandler } from 'hono';
import { ArrivageError } from '../errors.ts';
import type { ApiEnv, ApiOptions } from './context.ts';

const WINDOW_MS = 60_000;

interface Window {
  endsAt: number;
  used: number;
}

/** Counts what each key asks within a minute, in this process. Keys that are still stay in memory for a minute. */
function openRateLimit(limit: number, now: () => number) {
  const windows = new Map<string, Window>();
  let sweepAt = 0;

  function sweep(): void {
    if (now() < sweepAt) return;
    for (const [key, { endsAt }] of windows) if (endsAt <= now()) windows.delete(key);
    sweepAt = now() + WINDOW_MS;
  }

  /** @returns what is left after this request; below 0 it is one too many */
  return (key: string): { remaining: number; resetSeconds: number } => {
    sweep();
    const known = windows.get(key);
    const window = known && known.endsAt > now() ? known : { endsAt: now() + WINDOW_MS, used: 0 };
    window.used++;
    windows.set(key, window);
    return { remaining: limit - window.used, resetSeconds: Math.ceil((window.endsAt - now()) / 1000) };
  };
}

/** Tells each answer how much is left (draft-ietf-httpapi-ratelimit-headers-06). @throws rate_limited */
export function limitRate({ requestsPerMinute, now }: ApiOptions): MiddlewareHandler<ApiEnv> {
  const take = openRateLimit(requestsPerMinute, now);
  return async (c, next) => {
    const { remaining, resetSeconds } = take(c.var.caller.keyId);
    c.header('RateLimit-Limit', String(requestsPerMinute));
    c.header('RateLimit-Remaining', String(Math.max(0, remaining)));
    c.header('RateLimit-Reset', String(resetSeconds));
    if (remaining < 0) {
      c.header('Retry-After', String(resetSeconds));
      throw new ArrivageError('rate_limited', { limit: requestsPerMinute, seconds: resetSeconds });
    }
    return next();
  };
}
