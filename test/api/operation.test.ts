import { expect, it } from 'vitest';
import { until } from '../support/clients.ts';
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

it('an operator lists bans and lifts one, on record; a tenant’s key does neither', async () => {
  const { ask, keys, audit } = await apiWorld(database());
  for (let i = 0; i < 10; i++) await ask('/v1/status', { key: 'arr_wrong' });
  // Without a socket a request has no address.
  const listed = () => ask<{ items: object[] }>('/v1/bans');
  await until('the ban is listed', async () => (await listed()).json.items.length === 1);
  expect((await listed()).json.items).toMatchObject([{ side: 'api', kind: 'address', subject: '' }]);
  await database().sql`update penalties set subject = '192.0.2.1' where until is not null`;
  for (const asking of [{ key: keys.manage }, { body: { subject: '192.0.2.1' }, key: keys.manage }])
    expect((await ask(`/v1/bans${'body' in asking ? '/lift' : ''}`, asking)).status).toBe(403);
  expect((await ask('/v1/bans/lift', { body: { subject: '192.0.2.2' } })).status).toBe(404);
  const lifted = await ask('/v1/bans/lift', { body: { subject: '::ffff:192.0.2.1' } });
  expect(lifted.json).toEqual({ items: [{ kind: 'address', subject: '192.0.2.1' }] });
  expect((await listed()).json).toEqual({ items: [] });
  expect((await audit()).filter(({ action }) => action === 'ban.lift')).toMatchObject([
    { tenant: '', detail: { bans: [{ kind: 'address', subject: '192.0.2.1' }] } },
  ]);
});
