import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Tenant } from '../../src/model/tenant.ts';
import { resolvePath, root } from '../../src/model/virtual-path.ts';
import { filesOf, sharedDatabase } from '../support/server.ts';
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
  expect((await audit()).map(({ action }) => action)).toEqual(expect.arrayContaining(['tenant.create', 'tenant.set']));
});

it('changes a tenant for whoever read it as it is; of what the operator decides, for the operator only', async () => {
  const { ask, keys } = await apiWorld(database());
  const etag = (await ask('/v1/tenants/acme')).headers.get('etag') ?? '';
  const patch = (body: unknown, match: string, key = keys.manage) =>
    ask('/v1/tenants/acme', { method: 'PATCH', body, headers: { 'if-match': match }, key });
  const changed = await patch({ guardRows: 0.2 }, etag);
  expect([changed.status, changed.json['guardRows']]).toEqual([200, 0.2]);
  expect((await patch({ guardRows: 0.3 }, etag)).status).toBe(412);
  expect((await patch({ guardRows: 0.3 }, changed.headers.get('etag') ?? '')).status).toBe(200);
  for (const body of [{ state: 'live' }, { quotaBytes: 1 }, { ports: { sftp: 3022 } }])
    expect((await patch(body, '*')).json).toMatchObject({ status: 403, code: 'scope_too_small' });
  expect((await ask('/v1/tenants', { key: keys.read })).json).toMatchObject({ items: [{ id: 'acme' }], next: null });
});

it('gives no port twice, none of the server’s, and no id twice', async () => {
  const { ask } = await apiWorld(database());
  const give = (id: string, ftp = 3121) => ask(`/v1/tenants/${id}`, { method: 'PATCH', body: { ports: { ftp } } });
  expect((await give('acme')).status).toBe(200);
  expect((await give('acme')).status).toBe(200);
  expect((await give('other')).json).toMatchObject({ status: 409, code: 'port_taken' });
  for (const port of [2022, 8080, 50_000, 50_100])
    expect((await give('other', port)).json).toMatchObject({ status: 409, code: 'port_taken' });
  const again = await ask('/v1/tenants', { body: { id: 'acme', name: 'Acme' } });
  expect(again.json).toMatchObject({ status: 409, code: 'already_exists' });
});

it('deletes a tenant with every row and every byte of theirs, and nothing of another’s', async () => {
  const { ask, audit, depot, keys } = await apiWorld(database());
  const { sql } = database();
  for (const id of ['acme', 'other']) {
    const tenant = (await ask(`/v1/tenants/${id}`)).json as unknown as Tenant;
    const inbound = await filesOf(depot, tenant).receive(resolvePath(root, 'clients.csv'), { kind: 'replace' });
    await inbound.write(Buffer.from('Code client;Nom\nC1;Durand\n'));
    await inbound.commit();
    await ask(`/v1/tenants/${id}/credentials`, { body: { username: `${id}-job` } });
    await ask(`/v1/tenants/${id}/mappings/clients`, { method: 'PUT', body: {} });
    await sql`
      insert into clients (tenant_id, key, client_code, name, first_seen, last_changed)
      select ${id}, gen_random_uuid(), i::text, 'x', 1, 1 from generate_series(1, 3) i`;
    await sql`insert into rejections (tenant_id, sync_id, file_no, line, code, raw) values (${id}, 1, 1, 1, 'x', 'x')`;
    await sql`insert into syncs (tenant_id, cause, state) values (${id}, 'test', 'running')`;
  }
  const [usedBefore, others] = [await depot.spool.usage('acme'), await rowsOf('other')];
  expect(usedBefore).toBeGreaterThan(0);
  expect(await rowsOf('acme')).not.toEqual({});

  expect((await ask('/v1/tenants/acme', { method: 'DELETE', key: keys.manage })).status).toBe(403);
  expect((await ask('/v1/tenants/acme', { method: 'DELETE' })).status).toBe(204);
  const refused = (await audit()).filter(({ action }) => action === 'request.refused');
  expect(refused).toMatchObject([{ tenant: '', detail: { tenant: 'acme' } }]);
  expect(await rowsOf('acme')).toEqual({});
  expect(await depot.spool.usage('acme')).toBe(0);
  expect(await rowsOf('other')).toEqual(others);
  expect(await depot.spool.usage('other')).toBe(usedBefore);
  expect((await ask('/v1/tenants/acme')).status).toBe(404);
  expect((await ask('/v1/tenants/acme', { key: keys.manage })).status).toBe(401);
  expect((await ask('/v1/audit?action=tenant.delete')).json).toMatchObject({ items: [{ detail: { tenant: 'acme' } }] });

  // What somebody's session still left is not the next one's who gets the id.
  await depot.spool.reports.put('acme', randomUUID(), Readable.from(['left behind']));
  expect((await ask('/v1/tenants', { body: { id: 'acme', name: 'Acme' } })).status).toBe(201);
  expect(await depot.spool.usage('acme')).toBe(0);
});

/** How many rows of a tenant each table holds, without those that hold none. */
async function rowsOf(tenant: string): Promise<Record<string, number>> {
  const { sql } = database();
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'`;
  const counts = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(name)} where tenant_id = ${tenant}`;
      return [name, row?.n ?? 0] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, n]) => n > 0));
}

it('says in the reader’s language what a field should be, and takes no name that it does not know', async () => {
  const { ask } = await apiWorld(database());
  const number = await ask('/v1/tenants?limit=abc', { headers: { 'accept-language': 'fr' } });
  expect(number.json).toMatchObject({ status: 422, detail: expect.stringContaining('nombre attendu') as string });
  const port = await ask('/v1/tenants/acme', { method: 'PATCH', body: { ports: { http: 3080 } } });
  expect(port.json).toMatchObject({ status: 422, errors: [{ field: 'ports' }] });
});
