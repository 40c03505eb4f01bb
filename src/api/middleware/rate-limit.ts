import type { MiddlewareHandler } from 'hono';
import { reachable } from '../../db/client.ts';
import { countRequest } from '../../db/queries/access/request-counts.ts';
import { ArrivageError } from '../../errors.ts';
import { isOfPage, shareOf, type ApiEnv, type ApiOptions } from '../contract/context.ts';

/** How often all keys of one tenant may ask, in what one of them may. */
const KEYS_AT_ONCE = 3;

/**
 * Counts what each asks within a minute, over all processes, and tells each answer how much is left of the key's minute, or of its tenant's where that is less
 * (draft-ietf-httpapi-ratelimit-headers-06). @throws rate_limited
 */
export function limitRate({ requestsPerMinute, database }: ApiOptions): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    // A page asks several times, and counts as one: the pages count them.
    if (isOfPage(c)) return next();
    const { caller } = c.var;
    const [key, share] = [`key ${caller.keyId}`, shareOf(caller)];
    const limits = new Map([[key, requestsPerMinute]]);
    if (share !== key) limits.set(share, requestsPerMinute * KEYS_AT_ONCE);
    const counted = await reachable(countRequest(database, [...limits.keys()].sort()));
    const left = counted.map(({ subject, used, seconds }) => ({
      ...{ remaining: (limits.get(subject) ?? 0) - used, resetSeconds: Math.ceil(seconds) },
    }));
    const { remaining, resetSeconds } = left.reduce((least, one) => (one.remaining < least.remaining ? one : least));
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
