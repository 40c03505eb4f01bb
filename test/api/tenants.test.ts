import { expect, it } from 'vitest';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

interface Page {
  items: { id: string }[];
  next: string | null;
}

const database = sharedDatabase();

it('adds a tenant, reads it, changes it and lists it', async () => {
  const { ask, audit } = await apiWorld(database());
  const created = await ask('/v1/tenants', { body: { id: 'delta', name: 'Delta', multiContact: true } });
  expect(created.json).toMatchObject({
    id: 'delta',
    state: 'validation',
    expected: ['clients', 'ecritures', 'contacts'],
  });
  expect([created.status, created.headers.get('location')]).toEqual([201, '/v1/tenants/delta']);

  const changed = await ask('/v1/tenants/delta', { method: 'PATCH', body: { trigger: 'each', ports: { sftp: 3022 } } });
  expect(changed.json).toMatchObject({ trigger: 'each', ports: { sftp: 3022, ftp: null, ftps: null } });
  expect((await ask('/v1/tenants/delta')).json).toEqual(changed.json);

  const page = await ask<Page>('/v1/tenants?limit=2');
  expect(page.json.items.map(({ id }) => id)).toEqual(['acme', 'delta']);
  const rest = await ask<Page>(`/v1/tenants?limit=2&cursor=${page.json.next}`);
  expect([rest.json.items[0]?.id, rest.json.next]).toEqual(['other', null]);
  expect((await audit()).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['tenant.create', 'tenant.change']),
  );
});
