import { z } from '@hono/zod-openapi';
import {
  addApiKey,
  listApiKeys,
  revokeApiKey,
  revokeWithMade,
  type ListedApiKey,
} from '../../db/queries/access/api-keys.ts';
import { ArrivageError } from '../../errors.ts';
import { keyScopes, type KeyScope } from '../../model/api-key.ts';
import type { TenantId } from '../../model/tenant.ts';
import { makeApiKey } from '../../auth/api-key.ts';
import { audited, createRouter, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
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
  async function make(c: ApiContext, tenant: TenantId | null, name: string, scope: KeyScope) {
    const { key, ...stored } = makeApiKey();
    const row = await db.transaction(async (tx) => {
      const added = await addApiKey(tx, tenant, { ...stored, name, scope, createdBy: c.var.caller.name });
      await audited(c, tenant ?? '', 'key.create', { id: added.id, name, scope, prefix: added.prefix }, tx);
      return added;
    });
    return { ...shown(row), key };
  }

  async function end(c: ApiContext, tenant: TenantId | null, id: string, made: boolean): Promise<void> {
    await db.transaction(async (tx) => {
      const rows = await (made ? revokeWithMade : revokeApiKey)(tx, tenant, id);
      if (rows.length === 0) throw new ArrivageError('no_such_resource');
      for (const { id: revoked, tenantId, name, prefix } of rows)
        await audited(c, tenantId, 'key.revoke', { id: revoked, name, prefix }, tx);
    });
  }

  return createRouter()
    .openapi(list, async (c) => c.json({ items: (await listApiKeys(db, c.var.tenant.id)).map(shown) }, 200))
    .openapi(create, async (c) => {
      const { name, scope } = c.req.valid('json');
      return c.json(await make(c, c.var.tenant.id, name, scope), 201);
    })
    .openapi(revoke, async (c) => {
      await end(c, c.var.tenant.id, c.req.valid('param').id, c.req.valid('query').made === 'true');
      return c.body(null, 204);
    })
    .openapi(listOperators, async (c) => c.json({ items: (await listApiKeys(db, null)).map(shown) }, 200))
    .openapi(createOperators, async (c) => c.json(await make(c, null, c.req.valid('json').name, 'operator'), 201))
    .openapi(revokeOperators, async (c) => {
      await end(c, null, c.req.valid('param').id, c.req.valid('query').made === 'true');
      return c.body(null, 204);
    });
}

const shown = ({ createdAt, lastUsedAt, revokedAt, ...row }: ListedApiKey) => ({
  ...row,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});
