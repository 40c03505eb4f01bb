import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { STATUS_CODES } from 'node:http';
import { isMisread, isUnavailable, isUnstorable } from '../../db/client.ts';
import { ArrivageError } from '../../errors.ts';
import type { ApiContext } from './context.ts';
import { InvalidRequest } from './invalid.ts';
import { strangeCursor } from './pagination.ts';

/** Problem details (RFC 9457). */
export const problemSchema = z.object({
  type: z.string().openapi({ example: 'urn:arrivage:error:scope_too_small' }),
  title: z.string().openapi({ example: 'Forbidden' }),
  status: z.int(),
  detail: z.string().openapi({ description: 'For people, in the language of the request.' }),
  code: z.string().openapi({ description: 'For programs: a code of docs/errors.md.', example: 'scope_too_small' }),
  retryable: z.boolean().openapi({ description: 'The same request may succeed later, unchanged.' }),
  requestId: z.string(),
  errors: z
    .array(z.object({ in: z.string(), field: z.string(), message: z.string() }))
    .optional()
    .openapi({ description: 'Each field that does not fit.' }),
});

const RETRY_SECONDS = 5;

/** What a thrown error is to the caller; one that is no refusal is logged and only its reference told. */
export function problem(error: unknown, c: ApiContext): Response {
  const refusal = refusalOf(error, c);
  const { http: status, retryable } = refusal.entry;
  if (!c.res.headers.has('retry-after') && retryable && (status === 503 || status === 429))
    c.header('retry-after', String(RETRY_SECONDS));
  if (status === 401) c.header('www-authenticate', 'Bearer realm="arrivage"');
  c.header('content-language', c.var.language);
  const body: z.infer<typeof problemSchema> = {
    type: `urn:arrivage:error:${refusal.code}`,
    title: STATUS_CODES[status] ?? '',
    status,
    detail: refusal.text(c.var.language),
    code: refusal.code,
    retryable,
    requestId: c.var.requestId,
    ...(refusal instanceof InvalidRequest && { errors: [...refusal.faults] }),
  };
  return c.body(JSON.stringify(body), status as 400, { 'content-type': 'application/problem+json' });
}

function refusalOf(error: unknown, c: ApiContext): ArrivageError {
  if (error instanceof ArrivageError) return error;
  if (error instanceof HTTPException && error.status === 400) return new ArrivageError('malformed_json', {}, error);
  if (error instanceof HTTPException && error.status === 415) return new ArrivageError('unsupported_media_type');
  if (isUnstorable(error)) return new InvalidRequest([{ in: 'request', field: '(text)', message: 'NUL' }]);
  // Of all that a caller sends, only the inside of a cursor gets as far as the database without a look at what it is.
  if (isMisread(error) && c.req.query('cursor') !== undefined) return strangeCursor();
  if (isUnavailable(error)) return new ArrivageError('database_unavailable', {}, error);
  c.var.options.log.error({ err: error, requestId: c.var.requestId, path: c.req.path }, 'request failed');
  return new ArrivageError('internal', { reference: c.var.requestId }, error);
}
