import type { MiddlewareHandler } from 'hono';
import { ArrivageError } from '../errors.ts';
import { shareOf, type ApiEnv, type ApiOptions } from './context.ts';

const WINDOW_MS = 60_000;

interface Window {
  endsAt: number;
  used: number;
}

/** Counts what each asks within a minute, in this process. Who is still stays in memory for a minute. */
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

/** How often all keys of one tenant may ask, in what one of them may. */
const KEYS_AT_ONCE = 3;

/**
 * Tells each answer how much is left of the key's minute, or of its tenant's where that is less
 * (draft-ietf-httpapi-ratelimit-headers-06). @throws rate_limited
 */
export function limitRate({ requestsPerMinute, now }: ApiOptions): MiddlewareHandler<ApiEnv> {
  const ofKey = openRateLimit(requestsPerMinute, now);
  const ofTenant = openRateLimit(requestsPerMinute * KEYS_AT_ONCE, now);
  return async (c, next) => {
    const { caller } = c.var;
    const [own, all] = [ofKey(caller.keyId), ofTenant(shareOf(caller))];
    const { remaining, resetSeconds } = all.remaining < own.remaining ? all : own;
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
