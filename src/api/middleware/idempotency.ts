import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import {
  beginRequest,
  finishRequest,
  forgetRequest,
  type EarlierRequest,
} from '../../db/queries/access/idempotent-requests.ts';
import { ArrivageError } from '../../errors.ts';
import type { ApiContext, ApiEnv } from '../contract/context.ts';
import { InvalidRequest } from '../contract/invalid.ts';

const USABLE = /^[\x21-\x7e]{1,255}$/;
const KEPT_HEADERS = ['content-type', 'location', 'etag'];

interface KeptAnswer {
  headers: Record<string, string>;
  body: string;
}

/**
 * A POST with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) that is sent again within a day is
 * answered as before and does nothing. Only a success is kept: what was refused did nothing, and may be tried again.
 * Answers are sealed, since some of them hold a secret that is shown once.
 * @throws idempotency_mismatch, idempotency_under_way
 */
export const idempotent: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const idempotencyKey = c.req.header('idempotency-key');
  if (idempotencyKey === undefined) return next();
  if (!USABLE.test(idempotencyKey))
    throw new InvalidRequest([{ in: 'header', field: 'Idempotency-Key', message: '1-255 ASCII' }]);
  const { db } = c.var.options.database;
  const request = { caller: c.var.caller, idempotencyKey, request: await digestOf(c) };
  const earlier = await beginRequest(db, request);
  if (earlier) return answerOf(c, idempotencyKey, earlier, request.request);
  try {
    await next();
  } catch (error) {
    await forgetRequest(db, request);
    throw error;
  }
  if (c.res.ok) await finishRequest(db, request, { status: c.res.status, body: await seal(c, idempotencyKey) });
  else await forgetRequest(db, request);
  return undefined;
};

async function digestOf(c: ApiContext): Promise<Uint8Array> {
  const { pathname, search } = new URL(c.req.url);
  const hash = createHash('sha256').update(`${c.req.method} ${pathname}${search}\n`);
  return hash.update(await c.req.bytes()).digest();
}

const contextOf = (c: ApiContext, idempotencyKey: string) => `idempotent/${c.var.caller.keyId}/${idempotencyKey}`;

async function seal(c: ApiContext, idempotencyKey: string): Promise<string> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = c.res.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const kept: KeptAnswer = { headers: Object.fromEntries(headers), body: await c.res.clone().text() };
  return c.var.options.keyring.seal(JSON.stringify(kept), contextOf(c, idempotencyKey));
}

function answerOf(c: ApiContext, key: string, earlier: EarlierRequest, request: Uint8Array): Response {
  if (Buffer.compare(earlier.request, request) !== 0) throw new ArrivageError('idempotency_mismatch');
  if (earlier.status === null) throw new ArrivageError('idempotency_under_way');
  const { keyring } = c.var.options;
  const { headers, body } = JSON.parse(keyring.open(String(earlier.body), contextOf(c, key))) as KeptAnswer;
  return c.body(body, earlier.status as 200, { ...headers, 'idempotency-replayed': 'true' });
}
