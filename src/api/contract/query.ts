import type { MiddlewareHandler } from 'hono';
import { ArrivageError } from '../../errors.ts';
import type { ApiEnv } from './context.ts';

const LONGEST = 100;

/**
 * Lets a query pass whose parameters the route knows: a slip in the name of a filter must not give everything.
 * @throws unknown_parameter
 */
export const knownQuery =
  (known: readonly string[]): MiddlewareHandler<ApiEnv> =>
  (c, next) => {
    const strange = [...new URL(c.req.url).searchParams.keys()].find((name) => !known.includes(name));
    if (strange === undefined) return next();
    throw new ArrivageError('unknown_parameter', { name: strange.slice(0, LONGEST), known: known.join(', ') || '–' });
  };
