import { createHash } from 'node:crypto';
import { ArrivageError } from '../../errors.ts';
import type { ApiContext } from '../contract/context.ts';

/** A strong validator (RFC 9110, section 8.8.3) of a resource, from its JSON. */
function etagOf(resource: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)}"`;
}

/**
 * Answers with a configuration resource and its ETag; a GET whose If-None-Match names it gets 304 without a body.
 */
export function withEtag<T, S extends 200 | 201 = 200>(c: ApiContext, resource: T, status = 200 as S) {
  const etag = etagOf(resource);
  c.header('etag', etag);
  if (c.req.method === 'GET' && names(c.req.header('if-none-match'), etag)) return c.body(null, 304) as never;
  return c.json(resource, status);
}

/**
 * Refuses a change whose If-Match is not the resource as it stands, or whose `If-None-Match: *` finds one; for a use case
 * to ask in the tenant's turn. Undefined: there is none.
 * @throws precondition_failed
 */
export function matching(c: ApiContext): (current: unknown) => void {
  const match = c.req.header('if-match');
  const noneMatch = c.req.header('if-none-match');
  return (current) => {
    const etag = current === undefined ? undefined : etagOf(current);
    const fits =
      (match === undefined || (etag !== undefined && names(match, etag))) &&
      (noneMatch === undefined || etag === undefined || !names(noneMatch, etag));
    if (!fits) throw new ArrivageError('precondition_failed');
  };
}

/** A proxy that compresses may have made a validator weak: compared all the same. */
const names = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')));
