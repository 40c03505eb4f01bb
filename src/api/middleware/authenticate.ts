import { setTimeout as pause } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { findCaller, touchApiKey, type KnownCaller } from '../../db/queries/access/api-keys.ts';
import { reachable } from '../../db/client.ts';
import { ArrivageError, type ErrorCode } from '../../errors.ts';
import { plainAddress } from '../../base/address.ts';
import { boundedMap } from '../../base/bounded-map.ts';
import { hashApiKey } from '../../auth/api-key.ts';
import {
  addressOf,
  principalOf,
  responseOf,
  shareOf,
  type ApiContext,
  type ApiEnv,
  type ApiOptions,
} from '../contract/context.ts';
import { keepWhileAnswered } from '../server.ts';

const BEARER = /^Bearer +([\w~+/.-]{1,200}=*)$/i;
const TOUCH_MS = 60_000;
/** How often the audit names a key as one that signs in. */
const SIGN_IN_MS = 24 * 3_600_000;
const MOST_REMEMBERED = 10_000;

/**
 * Finds out who sends a request, by its bearer key (RFC 6750). A wrong key is answered the same whatever is wrong with
 * it, more and more slowly, and from the tenth on at once with 429 for a while. A right key is always let in: nobody
 * guesses 256 bits, and behind a proxy all callers share one address.
 */
export function authenticate({
  database,
  now,
  auditLog,
  penalties,
  wait = pause,
}: ApiOptions): MiddlewareHandler<ApiEnv> {
  const touched = sometimes(TOUCH_MS, now);
  const signedIn = sometimes(SIGN_IN_MS, now);

  const note = (c: ApiContext, action: string, caller: KnownCaller | undefined, reason?: ErrorCode) => {
    const detail = { door: 'http', protocol: 'api', address: addressOf(c), ...(reason && { reason }) };
    auditLog.add({ tenantId: caller?.tenant ?? '', actor: caller?.name ?? '', action, detail });
  };

  async function refuse(c: ApiContext, address: string): Promise<never> {
    if (penalties.addressIsBanned(address)) throw new ArrivageError('too_many_attempts');
    note(c, 'sign_in.refused', undefined, 'key_refused');
    await wait(await penalties.failed(address, address));
    throw new ArrivageError('key_refused');
  }

  return async (c, next) => {
    const principal = principalOf(c);
    if (principal) {
      c.set('caller', principal);
      return next();
    }
    const header = c.req.header('authorization');
    if (header === undefined) throw new ArrivageError('key_refused');
    const address = plainAddress(addressOf(c));
    const key = BEARER.exec(header)?.[1] ?? '';
    const caller = await reachable(findCaller(database.db, hashApiKey(key)));
    if (!caller) return refuse(c, address);
    if (caller.tenantState === 'suspended') {
      note(c, 'sign_in.refused', caller, 'tenant_suspended');
      throw new ArrivageError('tenant_suspended');
    }
    if (signedIn(`${caller.keyId} ${address}`)) note(c, 'sign_in', caller);
    if (touched(caller.keyId)) await touchApiKey(database.db, caller);
    c.set('caller', caller);
    const response = responseOf(c);
    if (response) keepWhileAnswered(response, shareOf(caller));
    return next();
  };
}

/** Says yes to a name for the first time in a while, and then no. */
function sometimes(everyMs: number, now: () => number): (name: string) => boolean {
  const last = boundedMap<string, number>(MOST_REMEMBERED);
  return (name) => {
    if (now() - (last.get(name) ?? -Infinity) < everyMs) return false;
    last.set(name, now());
    return true;
  };
}
