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

/** One of each thing that has an id of its own, of the tenant `acme`; what is named comes under its place in paths. */
async function thingsOfAcme({ ask, database: { sql } }: ApiWorld) {
  const acme = '/v1/tenants/acme';
  const made = async (path: string, body: object) => (await ask<{ id: string }>(`${acme}/${path}`, { body })).json.id;
  const webhook = await made('webhooks', { url: 'https://127.0.0.1/' });
  const [delivery] = await sql`
    insert into deliveries (tenant_id, webhook_id, event_id, type, payload, state)
    values ('acme', ${webhook}, 1, 'sync.held', '{}', 'failed') returning id`;
  const sent = await ask<{ id: string }>(`${acme}/uploads/clients.csv`, { method: 'PUT', body: 'a;b\n' });
  await ask(`${acme}/credentials`, { body: { username: 'acme-job' } });
  await ask(`${acme}/recipients/a@acme.example`, { method: 'PUT', body: {} });
  const person = await made('people', { email: 'anna@acme.example', role: 'manage' });
  return {
    ...{
      webhook,
      delivery: String(delivery?.['id']),
      upload: sent.json.id,
      key: await made('keys', { name: 'k', scope: 'read' }),
    },
    ...{ username: 'acme-job', email: 'a@acme.example', person },
  };
}

const rowsOfAcme = ({ database: { sql } }: ApiWorld) => sql`
  select (select jsonb_agg(w) from webhooks w) as webhooks, (select jsonb_agg(d) from deliveries d) as deliveries,
    (select jsonb_agg(u) from uploads u) as uploads, (select jsonb_agg(r) from recipients r) as recipients,
    (select jsonb_agg(c) from credentials c) as credentials, (select jsonb_agg(m) from memberships m) as memberships,
    (select jsonb_agg(jsonb_build_object('id', k.id, 'revoked', k.revoked_at) order by k.id) from api_keys k) as keys`;

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

  it('with one’s own key and tenant, but a thing of another’s: 404, and the thing stays as it is', async () => {
    const world = await apiWorld(database());
    const things = await thingsOfAcme(world);
    const before = await rowsOfAcme(world);
    let asked = 0;
    for (const { name, method, path } of operationsOf(await documentOf(world))) {
      const [, kind = ''] = /^\/v1\/tenants\/\{tenant\}\/(\w+)\/\{(?!dataset)/.exec(path) ?? [];
      // What one puts under a name of one's own choice is one's own.
      if (kind === '' || (method === 'PUT' && kind in { uploads: 1, recipients: 1 })) continue;
      const place = pathOf(path, { ...things, tenant: 'other', id: kind === 'keys' ? things.key : things.webhook });
      // What does not fit is refused before anything is looked for.
      const body = kind === 'uploads' ? { dataset: 'clients', mapping: {} } : {};
      const foreign = await world.ask(place, { method, ...(method !== 'GET' && { body }), key: world.otherKey });
      expect({ name, status: foreign.status, code: foreign.json['code'] }).toEqual({
        ...{ name, status: 404, code: 'no_such_resource' },
      });
      asked++;
    }
    expect(asked).toBeGreaterThan(10);
    expect(await rowsOfAcme(world)).toEqual(before);
  });

  it('in what names no tenant, each sees its own', async () => {
    const world = await apiWorld(database());
    await thingsOfAcme(world);
    for (const path of ['/v1/tenants', '/v1/status', '/v1/audit']) {
      const { status, text } = await world.ask(path, { key: world.otherKey });
      expect({ path, status, told: /acme/i.test(text) }).toEqual({ path, status: 200, told: false });
    }
    expect((await world.ask('/v1/audit?tenant=acme', { key: world.otherKey })).status).toBe(404);
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

it('refuses a parameter that a route does not know, on every route, and names it in the reader’s language', async () => {
  const world = await apiWorld(database());
  const [row] = await world.database.sql`
    insert into syncs (tenant_id, cause, state) values ('acme', 'test', 'held') returning id`;
  for (const { name, method, path } of operationsOf(await documentOf(world))) {
    const asked = `${pathOf(path, { sync: String(row?.['id']) })}?stat=quarantined`;
    const refused = await world.ask(asked, { method });
    expect({ name, status: refused.status, code: refused.json['code'], detail: refused.json['detail'] }).toEqual({
      ...{ name, status: 400, code: 'unknown_parameter' },
      detail: expect.stringMatching(/^Paramètre inconnu : stat\. /) as string,
    });
  }
  const english = await world.ask('/v1/tenants/acme/uploads?stat=waiting', { headers: { 'accept-language': 'en' } });
  expect(english.json['detail']).toBe('Unknown parameter: stat. Possible here: limit, cursor, state.');
  expect((await world.ask('/v1/tenants/acme/uploads?__proto__=1')).status).toBe(400);
});
