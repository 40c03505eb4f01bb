import { createRoute, z, type RouteConfig } from '@hono/zod-openapi';
import type { KeyScope } from '../../model/api-key.ts';
import { readBody } from '../uploads/body.ts';
import { idempotent } from '../middleware/idempotency.ts';
import { permit } from '../middleware/permit.ts';
import { knownQuery } from './query.ts';

type Declared = Omit<RouteConfig, 'path' | 'security' | 'middleware' | 'hide'> & {
  operationId: string;
  summary: string;
  tags: string[];
};

/**
 * A route of `/v1`: who may use it, and what every route does alike. A JSON body is read whole and bounded; a POST
 * honours its Idempotency-Key, unless its body is streamed. `refuses`: statuses of refusals besides the usual ones.
 */
export function endpoint<const R extends Declared & { path: string }>(
  scope: KeyScope,
  declared: R,
  refuses: readonly number[] = [],
) {
  const body = declared.request?.body;
  const streams = body !== undefined && !('application/json' in body.content);
  const keeps = declared.method === 'post' && !streams;
  const statuses = [
    ...[400, 401, 403, 429, 500, 503],
    ...(declared.path.includes('{') ? [404] : []),
    ...(declared.request ? [422] : []),
    ...(body ? [408, 413, 415] : []),
    ...(keeps ? [409, 422] : []),
    ...refuses,
  ];
  const headers = shapeOf(declared.request?.headers);
  return createRoute<R['path'], R>({
    ...declared,
    description: `${declared.description ? `${declared.description}\n\n` : ''}Scope: \`${scope}\`.`,
    security: [{ key: [] }],
    'x-scope': scope,
    request: { ...declared.request, ...(keeps && { headers: z.object({ ...headers, ...idempotencyHeader }) }) },
    middleware: [
      permit(scope),
      knownQuery(Object.keys(shapeOf(declared.request?.query))),
      ...(streams || declared.method === 'get' ? [] : [readBody]),
      ...(keeps ? [idempotent] : []),
    ],
    responses: { ...declared.responses, ...Object.fromEntries([...new Set(statuses)].map(refusal)) },
  });
}

const shapeOf = (schema: unknown): z.ZodRawShape => (schema instanceof z.ZodObject ? schema.shape : {});

const idempotencyHeader = {
  'Idempotency-Key': z
    .string()
    .optional()
    .openapi({ description: 'The same key on the same request within a day: answered as before, done once.' }),
};

const refusal = (status: number) => [status, { $ref: `#/components/responses/${refusalName(status)}` }] as const;

const refusalName = (status: number) => `Refused${status}`;

const refusals: Readonly<Record<number, string>> = {
  400: 'A parameter of the query is unknown, or the body is no valid JSON, or was cut.',
  401: 'The API key is missing or refused.',
  403: 'The key’s scope is too small, or its tenant is suspended.',
  404: 'There is no such resource, or it is another tenant’s.',
  408: 'The body came too slowly.',
  409: 'It contradicts what is there.',
  412: 'The resource is another than If-Match names.',
  413: 'The body is too large.',
  415: 'The body is of another content type.',
  416: 'The range lies outside the file.',
  422: 'A field does not fit, or what it asks for cannot be done.',
  429: 'Too many requests, or too many refused keys.',
  500: 'An error of ours.',
  503: 'The database is away for the moment.',
  507: 'There is no room for it.',
};

/** The refusals by name, as the document holds them once for all routes. */
export const refusalResponses = Object.entries(refusals).map(
  ([status, description]) =>
    [
      refusalName(Number(status)),
      { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    ] as const,
);

/** A JSON answer. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A JSON body, which must be there. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** A configuration resource, with its ETag. */
export const configured = <S extends z.ZodType>(schema: S, description: string) => ({
  ...json(schema, description),
  headers: z.object({ etag: z.string().openapi({ description: 'For If-Match and If-None-Match.' }) }),
});

export const ifMatch = z.object({
  'If-Match': z.string().optional().openapi({ description: 'Change it only if its ETag is still this one.' }),
});

export const ifNoneMatch = z.object({
  'If-None-Match': z.string().optional().openapi({ description: '304 if its ETag is still this one.' }),
});

export const notModified = { 304: { description: 'It is as If-None-Match names it.' } } as const;
