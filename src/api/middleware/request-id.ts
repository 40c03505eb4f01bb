import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../contract/context.ts';

const USABLE = /^[\w.:-]{1,100}$/;

/** Every answer bears the id of its request: the caller's own, where it is short and plain, else a new one. */
export const requestId: MiddlewareHandler<ApiEnv> = (c, next) => {
  const given = c.req.header('x-request-id') ?? '';
  const id = USABLE.test(given) ? given : randomUUID();
  c.set('requestId', id);
  c.header('x-request-id', id);
  return next();
};
