import { z } from '@hono/zod-openapi';
import { createKey, keyView, revokeKey } from '../../admin/keys.ts';
import { listApiKeys } from '../../db/queries/access/api-keys.ts';
import { keyScopes } from '../../model/api-key.ts';
import { adminOf, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json, jsonBody } from '../contract/endpoint.ts';
import { displayName, moment, tenantPath } from '../contract/schemas.ts';

const keySchema = z
  .object({
    id: z.uuid(),
    name: displayName,
    scope: z.enum(keyScopes).openapi({ description: 'Each includes those before it: read, sync, manage.' }),
    prefix: z.string().openapi({ description: 'Its first characters, by which people tell keys apart.' }),
    createdAt: moment,
    createdBy: z.string(),
    lastUsedAt: moment.nullable().openapi({ description: 'Within a minute.' }),
    revokedAt: moment.nullable(),
  })
  .openapi('ApiKey');
const newKey = keySchema.extend({ key: z.string().openapi({ description: 'Shown only now.' }) }).openapi('NewApiKey');
const keyList = z.object({ items: z.array(keySchema) });

const tags = ['keys'];
const keyPath = z.object({ id: z.uuid() });
const withMade = z.object({
  made: z.enum(['true', 'false']).optional().openapi({
    description:
      '`true`: also the keys that it has made, and those that they have made, as after a leak; it may be revoked already.',
  }),
});

const list = endpoint('manage', {
  method: 'get',
  path: '/tenants/{tenant}/keys',
  tags,
  operationId: 'listKeys',
  summary: 'List the keys of a tenant, revoked ones included',
  request: { params: tenantPath },
  responses: { 200: json(keyList, 'The keys, oldest first.') },
});

const create = endpoint(
  'manage',
  {
    method: 'post',
    path: '/tenants/{tenant}/keys',
    tags,
    operationId: 'createKey',
    summary: 'Make a key of a tenant; it is shown once',
    request: {
      params: tenantPath,
      body: jsonBody(z.strictObject({ name: displayName, scope: z.enum(['read', 'sync', 'manage']) })),
    },
    responses: { 201: json(newKey, 'The key, shown only now.') },
  },
  [409],
);

const revoke = endpoint('manage', {
  method: 'delete',
  path: '/tenants/{tenant}/keys/{id}',
  tags,
  operationId: 'revokeKey',
  summary: 'Revoke a key of a tenant',
  request: { params: tenantPath.extend(keyPath.shape), query: withMade },
  responses: { 204: { description: 'It opens nothing from now on.' } },
});

const listOperators = endpoint('operator', {
  method: 'get',
  path: '/keys',
  tags,
  operationId: 'listOperatorKeys',
  summary: 'List the keys of the operator, revoked ones included',
  responses: { 200: json(keyList, 'The keys, oldest first.') },
});

const createOperators = endpoint('operator', {
  method: 'post',
  path: '/keys',
  tags,
  operationId: 'createOperatorKey',
  summary: 'Make a key of the operator; it is shown once',
  request: { body: jsonBody(z.strictObject({ name: displayName })) },
  responses: { 201: json(newKey, 'The key, shown only now.') },
});

const revokeOperators = endpoint('operator', {
  method: 'delete',
  path: '/keys/{id}',
  tags,
  operationId: 'revokeOperatorKey',
  summary: 'Revoke a key of the operator',
  request: { params: keyPath, query: withMade },
  responses: { 204: { description: 'It opens nothing from now on.' } },
});

export function keyRoutes({ database: { db } }: ApiOptions): Router {
  return createRouter()
    .openapi(list, async (c) => c.json({ items: (await listApiKeys(db, c.var.tenant.id)).map(keyView) }, 200))
    .openapi(create, async (c) => c.json(await createKey(adminOf(c), c.var.tenant.id, c.req.valid('json')), 201))
    .openapi(revoke, async (c) => {
      await revokeKey(adminOf(c), c.var.tenant.id, c.req.valid('param').id, c.req.valid('query').made === 'true');
      return c.body(null, 204);
    })
    .openapi(listOperators, async (c) => c.json({ items: (await listApiKeys(db, null)).map(keyView) }, 200))
    .openapi(createOperators, async (c) => {
      const { name } = c.req.valid('json');
      return c.json(await createKey(adminOf(c), null, { name, scope: 'operator' }), 201);
    })
    .openapi(revokeOperators, async (c) => {
      await revokeKey(adminOf(c), null, c.req.valid('param').id, c.req.valid('query').made === 'true');
      return c.body(null, 204);
    });
}
