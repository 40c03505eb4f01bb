import { describe, expect, it } from 'vitest';
import type { KeyScope } from '../../src/model/api-key.ts';
import { sharedDatabase } from '../support/server.ts';
import { operationsOf, pathOf, type Document } from './operations.ts';
import { apiWorld, type ApiWorld } from './world.ts';

const database = sharedDatabase();

const documentOf = async ({ ask }: ApiWorld) => (await ask<Document>('/openapi.json', { key: null })).json;

it('is as reviewed; a change shows in openapi.json (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(await documentOf(await apiWorld(database())), null, 2)}\n`).toMatchFileSnapshot(
    '../golden/openapi.json',
  );
});

it('says of every route what it is, who may use it, and how it refuses', async () => {
  const operations = operationsOf(await documentOf(await apiWorld(database())));
  expect(operations.length).toBeGreaterThan(10);
  for (const { name, operation } of operations) {
    const { summary, operationId, security, tags, responses } = operation;
    expect({ name, summary, operationId, tags }).toEqual({
      ...{ name, summary: expect.any(String) as string, operationId: expect.any(String) as string },
      tags: [expect.any(String) as string],
    });
    expect({ name, security }).toEqual({ name, security: [{ key: [] }] });
    for (const status of ['401', '403', '429', '500', '503'])
      expect({ name, refused: responses[status]?.$ref }).toEqual({
        name,
        refused: `#/components/responses/Refused${status}`,
      });
  }
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('whoever may not is refused, on every route', () => {
  it('without a key: 401, and 401 with a wrong one', async () => {
    const world = await apiWorld(database());
    for (const { name, method, path } of operationsOf(await documentOf(world))) {
      const without = await world.ask(pathOf(path), { method, key: null });
      expect({ name, status: without.status, code: without.json['code'] }).toEqual({
        ...{ name, status: 401, code: 'key_refused' },
      });
      expect(without.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect((await world.ask('/v1/tenants', { key: `arr_${'x'.repeat(43)}` })).status).toBe(401);
  });

  it('with another tenant’s key: 404, as for what does not exist', async () => {
    const world = await apiWorld(database());
    const [row] = await world.database.sql`
      insert into syncs (tenant_id, cause, state) values ('acme', 'test', 'held') returning id`;
    const sync = String(row?.['id']);
    for (const { name, method, path } of operationsOf(await documentOf(world))) {
      if (!/\{(tenant|sync)\}/.test(path)) continue;
      const foreign = await world.ask(pathOf(path, { sync }), { method, key: world.otherKey });
      const absent = await world.ask(pathOf(path, { tenant: 'nobody', sync: '999999' }), { method });
      expect({ name, status: foreign.status, code: foreign.json['code'] }).toEqual({
        ...{ name, status: 404, code: 'no_such_resource' },
      });
      expect({ ...foreign.json, requestId: '' }).toEqual({ ...absent.json, requestId: '' });
    }
  });

  it('with too small a scope: 403', async () => {
    const world = await apiWorld(database());
    const below: Record<KeyScope, KeyScope | undefined> = {
      ...{ operator: 'manage', manage: 'sync', sync: 'read', read: undefined },
    };
    for (const { name, method, path, operation } of operationsOf(await documentOf(world))) {
      const scope = below[operation['x-scope']];
      if (scope === undefined) continue;
      const refused = await world.ask(pathOf(path), { method, key: world.keys[scope] });
      expect({ name, status: refused.status, code: refused.json['code'] }).toEqual({
        ...{ name, status: 403, code: 'scope_too_small' },
      });
    }
    expect((await world.audit()).filter(({ action }) => action === 'request.refused')).not.toEqual([]);
  });
});
