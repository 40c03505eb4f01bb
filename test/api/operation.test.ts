import { expect, it } from 'vitest';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();

interface Entries {
  items: { id: number; tenant: string | null; action: string; actor: string }[];
  next: string | null;
}

it('tells who did what, page by page, newest first; a tenant sees its own', async () => {
  const { ask, keys, otherKey, audit } = await apiWorld(database());
  for (const trigger of ['each', 'settle', 'done-file'])
    await ask('/v1/tenants/acme', { method: 'PATCH', body: { trigger }, key: keys.manage });
  await ask('/v1/tenants/other', { method: 'PATCH', body: { trigger: 'each' } });
  await ask('/v1/tenants/acme', { key: otherKey });
  const written = await audit();

  const seen: Entries['items'] = [];
  for (let next: string | null = ''; next !== null;) {
    const page: Entries = (await ask<Entries>(`/v1/audit?limit=2${next && `&cursor=${next}`}`)).json;
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items);
    next = page.next;
  }
  expect(seen.map(({ action }) => action)).toEqual(written.map(({ action }) => action).reverse());
  expect(new Set(seen.map(({ id }) => id)).size).toBe(written.length);

  const of = async (query: string, key: string) => (await ask<Entries>(`/v1/audit?${query}`, { key })).json.items;
  const changes = await of('action=tenant.set&tenant=acme', keys.operator);
  expect(changes).toHaveLength(3);
  expect(changes[0]?.actor).toMatch(/^key:arr_\w{8} manage$|^key:arr_.{8} manage$/);
  expect(await of('action=tenant.set', keys.manage)).toEqual(changes);
  expect((await of('', otherKey)).map(({ tenant }) => tenant)).not.toContain('acme');
  expect(await of('since=2000-01-01T00:00:00Z&until=2000-01-02T00:00:00Z', keys.operator)).toEqual([]);
  expect(await of('action=request.refused', otherKey)).toMatchObject([{ tenant: 'other' }]);
  expect((await ask('/v1/audit?tenant=other', { key: keys.manage })).status).toBe(404);
  expect((await ask('/v1/audit?cursor=nonsense')).json).toMatchObject({ status: 422, code: 'invalid_request' });
});

it('tells how everything stands', async () => {
  const { ask, keys } = await apiWorld(database());
  const all = await ask('/v1/status');
  expect(all.json).toMatchObject({
    ...{ workerRunning: false, freeBytes: 1_000_000, tenants: [{ id: 'acme', state: 'live' }, { id: 'other' }] },
  });
  const own = await ask('/v1/status', { key: keys.read });
  expect(own.json).toMatchObject({ freeBytes: null, tenants: [{ id: 'acme' }] });
});
