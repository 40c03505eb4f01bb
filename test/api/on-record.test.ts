import { expect, it } from 'vitest';
import type { Sql } from '../../src/db/client.ts';
import { sharedDatabase } from '../support/server.ts';
import { operationsOf, pathOf, type Document } from './operations.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();

/** Whatever the API may change. */
const tables = [
  ...['tenants', 'api_keys', 'credentials', 'mappings', 'connectors', 'schedules', 'webhooks', 'recipients', 'syncs'],
  ...['endpoints', 'deliveries', 'penalties', 'uploads', 'people', 'memberships', 'signed_in', 'links'],
];

async function stored(sql: Sql) {
  const found: Record<string, unknown> = {};
  for (const table of tables)
    found[table] = await sql`
      select (to_jsonb(t) - 'last_used_at')::text as row from ${sql(table)} t order by 1`;
  return found;
}

const connector = {
  ...{ protocol: 'sftp', host: '127.0.0.1', port: 22, username: 'u', password: 'p', directory: '/' },
  files: { clients: { pattern: 'clients.csv' } },
};

/** Requests by their operation's id: what each needs that can be done. */
const bodies: Readonly<Record<string, object>> = {
  createTenant: { id: 'third', name: 'Third' },
  changeTenant: { state: 'live', trigger: 'each' },
  createKey: { name: 'k', scope: 'read' },
  createOperatorKey: { name: 'k' },
  createCredential: { username: 'acme-more' },
  putMapping: { mode: 'snapshot' },
  putConnector: { ...connector, port: 2222 },
  confirmHostKey: { fingerprint: `SHA256:${'a'.repeat(43)}` },
  putSchedule: { cron: '30 6 * * 1-5', slots: [], timeZone: 'Europe/Paris', enabled: true },
  createWebhook: { url: 'https://127.0.0.1/' },
  changeWebhook: { enabled: false },
  putRecipient: { digest: true },
  requestSync: { force: true },
  liftBan: { subject: '192.0.2.1' },
  setPerson: { email: 'new@acme.example', role: 'read' },
  createOperator: { email: 'third@example.org' },
};

it('does nothing that cannot be put on record', async () => {
  const world = await apiWorld(database());
  const {
    ask,
    database: { sql },
  } = world;
  const acme = '/v1/tenants/acme';
  const made = async (path: string, body: object) => (await ask<{ id: string }>(`${acme}/${path}`, { body })).json.id;
  await ask(`${acme}/connector`, {
    method: 'PUT',
    body: connector,
  });
  await ask(`${acme}/schedule`, { method: 'PUT', body: bodies['putSchedule'] });
  await ask(`${acme}/recipients/a@acme.example`, { method: 'PUT', body: {} });
  await ask(`${acme}/credentials`, { body: { username: 'acme-job' } });
  const webhook = await made('webhooks', { url: 'https://127.0.0.1/' });
  const key = await made('keys', { name: 'k', scope: 'read' });
  const operatorKey = (await ask<{ id: string }>('/v1/keys', { body: { name: 'k' } })).json.id;
  const person = await made('people', { email: 'anna@acme.example', role: 'read' });
  const operators = await Promise.all(
    ['one@example.org', 'two@example.org'].map((email) => ask<{ id: string }>('/v1/operators', { body: { email } })),
  );
  const [event] = await sql`
    insert into events (tenant_id, type, data) values ('acme', 'sync.held', '{}') returning id`;
  const [delivery] = await sql`
    insert into deliveries (tenant_id, webhook_id, event_id, type, payload, state)
    values ('acme', ${webhook}, ${event?.['id'] as string}, 'sync.held', '{}', 'failed') returning id`;
  await sql`
    insert into penalties (side, kind, subject, failures, since, until)
    values ('doors', 'address', '192.0.2.1', 5, now(), now() + interval '1 hour')`;
  const sync = async (state: string) =>
    (
      await sql`insert into syncs (tenant_id, cause, state, place) values ('acme', 'test', ${state},
      ${state === 'applied' ? 1 : null}) returning id`
    )[0]?.['id'] as string;
  const [held, applied] = [await sync('held'), await sync('applied')];
  await sql`
    insert into uploads (tenant_id, id, path, size, sha256, door, state, sync_id)
    values ('acme', ${key}, '/a.csv', 1, ${'a'.repeat(64)}, 'sftp', 'gathered', ${applied})`;
  const things: Record<string, Record<string, string>> = {
    ...Object.fromEntries(['approveSync', 'discardSync'].map((id) => [id, { id: held, sync: held }])),
    ...Object.fromEntries(['replaySync', 'revertSync'].map((id) => [id, { id: applied, sync: applied }])),
    ...Object.fromEntries(
      ['changeWebhook', 'deleteWebhook', 'rotateWebhookSecret', 'resendDelivery'].map((id) => [id, { id: webhook }]),
    ),
    revokeKey: { id: key },
    revokeOperatorKey: { id: operatorKey },
    removeOperator: { person: operators[0]?.json.id ?? '' },
  };
  await sql.unsafe(`
    create function refuse_entry() returns trigger language plpgsql as $$ begin
      if new.action not like 'sign_in%' then raise 'no entry of %', new.action; end if; return new; end $$;
    create trigger refuse_entry before insert on audit for each row execute function refuse_entry()`);
  try {
    const before = await stored(sql);
    const document = (await ask<Document>('/openapi.json', { key: null })).json;
    const answers: Record<string, number> = {};
    for (const {
      method,
      path,
      operation: { operationId },
    } of operationsOf(document)) {
      // What changes nothing, and what comes in as files, whose own row is their record.
      if (method === 'GET' || /^(send|test|infer|preview)/i.test(operationId) || operationId === 'deleteTenant')
        continue;
      const given = {
        username: 'acme-job',
        email: 'a@acme.example',
        webhook,
        person,
        delivery: String(delivery?.['id']),
        ...things[operationId],
      };
      const body = bodies[operationId];
      const answer = await ask(pathOf(path, given), { method, ...(body && { body }) });
      answers[operationId] = answer.status;
      expect({ operationId, stored: await stored(sql) }).toEqual({ operationId, stored: before });
    }
    expect(Object.entries(answers).filter(([, status]) => status !== 500)).toEqual([]);
    expect(Object.keys(answers).length).toBeGreaterThan(20);
  } finally {
    await sql`drop trigger refuse_entry on audit`;
    await sql`drop function refuse_entry`;
  }
});

it('removes the last of a tenant only together with the entry', async () => {
  const { ask, audit } = await apiWorld(database());
  expect((await ask('/v1/tenants/acme', { method: 'DELETE' })).status).toBe(204);
  expect((await audit()).filter(({ action }) => action === 'tenant.delete')).toMatchObject([
    { tenant: '', actor: expect.stringMatching(/^key:/) as string, detail: { tenant: 'acme' } },
  ]);
});

it('the audit tells a tenant no more of another’s sync than of one that does not exist', async () => {
  const {
    ask,
    keys,
    audit,
    database: { sql },
  } = await apiWorld(database());
  const [row] = await sql`insert into syncs (tenant_id, cause, state) values ('other', 'test', 'applied') returning id`;
  const others = Number(row?.['id']);
  const paths = (id: number) => [`/v1/syncs/${id}`, `/v1/syncs/${id}/rejections`, `/v1/syncs/${id}/report`];
  for (const path of [...paths(others), ...paths(others + 1000)])
    expect((await ask(path, { key: keys.manage })).status).toBe(404);
  const told = (await audit()).filter(({ action }) => action === 'request.refused');
  const of = (id: number) =>
    told
      .filter(({ detail }) => `${String(detail['path'])}/`.startsWith(`/v1/syncs/${id}/`))
      .map((entry) => JSON.stringify(entry).replaceAll(`/syncs/${id}`, '/syncs/N'));
  expect(of(others)).toEqual(of(others + 1000));
  expect(of(others)).toHaveLength(3);
  expect(new Set(told.map(({ tenant }) => tenant))).toEqual(new Set(['acme']));
});

it('exports leave an entry that names what was asked for', async () => {
  const {
    ask,
    keys,
    audit,
    database: { sql },
  } = await apiWorld(database());
  const [row] = await sql`insert into syncs (tenant_id, cause, state) values ('acme', 'test', 'applied') returning id`;
  const rows = await ask('/v1/tenants/acme/clients', {
    key: keys.read,
    headers: { accept: 'application/x-ndjson' },
  });
  const rejected = await ask(`/v1/syncs/${Number(row?.['id'])}/rejections`, {
    key: keys.read,
    headers: { accept: 'text/csv' },
  });
  expect([rows.status, rejected.status]).toEqual([200, 200]);
  expect((await audit()).filter(({ action }) => action.endsWith('.export'))).toMatchObject([
    { tenant: 'acme', action: 'rows.export' },
    { tenant: 'acme', action: 'rejections.export' },
  ]);
});

it('rows that are read page after page leave an entry as an export does, one for many pages', async () => {
  const {
    ask,
    keys,
    audit,
    database: { sql },
  } = await apiWorld(database());
  await sql`
    insert into clients (tenant_id, key, company, client_code, name, first_seen, last_changed)
    select 'acme', gen_random_uuid(), '', 'C' || n, 'Client', 1, 1 from generate_series(1, 5) n`;
  let cursor = '';
  for (let pages = 0; pages === 0 || cursor !== ''; pages++) {
    const page = `/v1/tenants/acme/clients?limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { json } = await ask<{ items: unknown[]; next: string | null }>(page, { key: keys.read });
    expect(json.items).toHaveLength(1);
    cursor = json.next ?? '';
  }
  const exported = async () => (await audit()).filter(({ action }) => action === 'rows.export');
  expect(await exported()).toMatchObject([
    { tenant: 'acme', detail: { dataset: 'clients', type: 'application/json' } },
  ]);
});

it('the audit tells no more of another’s sync to who would decide it', async () => {
  const {
    ask,
    keys,
    audit,
    database: { sql },
  } = await apiWorld(database());
  const [row] = await sql`insert into syncs (tenant_id, cause, state) values ('other', 'test', 'held') returning id`;
  const others = Number(row?.['id']);
  for (const id of [others, others + 1000])
    for (const act of ['approve', 'discard', 'replay', 'revert'])
      expect((await ask(`/v1/syncs/${id}/${act}`, { key: keys.manage, method: 'POST' })).status).toBe(404);
  const told = (await audit()).map((entry) => JSON.stringify(entry));
  const of = (id: number) =>
    told.filter((entry) => entry.includes(`/syncs/${id}/`)).map((entry) => entry.replaceAll(`/${id}/`, '/N/'));
  expect(of(others)).toEqual(of(others + 1000));
  expect(told.filter((entry) => entry.includes('"other"'))).toEqual([]);
});
