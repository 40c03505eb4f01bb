import { expect, it } from 'vitest';
import { until } from '../support/clients.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld, type ApiWorld } from './world.ts';

const database = sharedDatabase();
const acme = '/v1/tenants/acme';
const connector = {
  ...{ protocol: 'sftp', host: 'files.example', username: 'acme', password: 'secret' },
  files: { clients: { pattern: 'clients.csv' } },
};

/** Makes what has an ETag, and says how it is changed and removed. */
const things: [string, (world: ApiWorld) => Promise<{ path: string; method: string; body: unknown; etag: string }>][] =
  [
    ['a webhook', webhookIn],
    ['a recipient', (world) => putIn(world, `${acme}/recipients/a@acme.example`, { digest: true })],
    ['the connector', (world) => putIn(world, `${acme}/connector`, connector)],
    ['the schedule', (world) => putIn(world, `${acme}/schedule`, { slots: [{ days: [1], time: '06:30' }] })],
  ];

async function webhookIn({ ask }: ApiWorld) {
  const body = { url: 'https://127.0.0.1/hook', types: [] };
  const made = await ask<{ id: string }>(`${acme}/webhooks`, { body });
  const path = `${acme}/webhooks/${made.json.id}`;
  return { path, method: 'PATCH', body, etag: (await ask(path)).headers.get('etag') ?? '' };
}

async function putIn({ ask }: ApiWorld, path: string, body: object) {
  const made = await ask(path, { method: 'PUT', body });
  return { path, method: 'PUT', body, etag: made.headers.get('etag') ?? '' };
}

/** While whoever changes a tenant's configuration has its turn. */
async function duringAnotherChange<T>(
  { database: { sql } }: ApiWorld,
  change: string,
  ask: () => Promise<T>,
): Promise<T> {
  let asked: Promise<T> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from tenants where id = 'acme' for no key update`;
    await tx.unsafe(change);
    asked = ask();
    await until('it waits for its turn', async () => {
      const waiting = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });
  });
  if (!asked) throw new Error('it was asked');
  return asked;
}

const changes: Record<string, string> = {
  'a webhook': `update webhooks set types = '{sync.held}'`,
  'a recipient': `update recipients set language = 'en'`,
  'the connector': `update connectors set changed_at = now() + interval '1 second'`,
  'the schedule': `update schedules set enabled = false`,
};

it.each(things)('changes and removes %s only as it was read, whatever comes in between', async (name, make) => {
  const world = await apiWorld(database());
  const { path, method, body, etag } = await make(world);
  expect(etag).toMatch(/^"/);
  const headers = { 'if-match': etag };
  for (const asking of [
    { method, body, headers },
    { method: 'DELETE', headers },
  ]) {
    const refused = await duringAnotherChange(world, changes[name] ?? '', () => world.ask(path, asking));
    expect([asking.method, refused.status, refused.json['code']]).toEqual([asking.method, 412, 'precondition_failed']);
  }
  expect((await world.ask(path, { method: 'DELETE' })).status).toBe(204);
});

it('deletes a tenant only as it was read, and confirms a host key only of the connector that was read', async () => {
  const world = await apiWorld(database());
  const { ask } = world;
  const etag = (await ask(acme)).headers.get('etag') ?? '';
  const gone = await duringAnotherChange(world, `update tenants set name = 'Acme SA' where id = 'acme'`, () =>
    ask(acme, { method: 'DELETE', headers: { 'if-match': etag } }),
  );
  expect(gone.status).toBe(412);
  expect((await ask(acme)).json).toMatchObject({ name: 'Acme SA', state: 'live' });

  const stored = await putIn(world, `${acme}/connector`, connector);
  await putIn(world, `${acme}/connector`, { ...connector, host: 'other.example' });
  const body = { fingerprint: `SHA256:${'A'.repeat(43)}` };
  const confirm = (etagOf: string) =>
    ask(`${acme}/connector/host-key`, { method: 'PUT', body, headers: { 'if-match': etagOf } });
  expect((await confirm(stored.etag)).status).toBe(412);
  expect((await confirm((await ask(`${acme}/connector`)).headers.get('etag') ?? '')).json).toMatchObject({
    hostKey: body.fingerprint,
  });
});
