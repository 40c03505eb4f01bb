import { parse } from 'csv-parse/sync';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveApi } from '../../src/api/server.ts';
import { until } from '../support/clients.ts';
import { addChanges, addRows, addSync, emptyRows, keyOf } from '../support/rows.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld, type ApiWorld } from './world.ts';

const database = sharedDatabase();
emptyRows(database);

interface Page {
  items: Record<string, unknown>[];
  next: string | null;
}

const NOW = Date.UTC(2026, 5, 1, 12);
const world = () => apiWorld(database(), { now: () => NOW });

it('filters, sorts and pages écritures', async () => {
  const { ask } = await world();
  await addRows(database(), 'ecritures', [
    { n: 1, dueDate: '2026-05-31', amount: '10.00' },
    { n: 2, dueDate: '2026-06-01', amount: '30.00' },
    { n: 3, dueDate: '2026-04-30', amount: '20.00' },
    { n: 4, dueDate: '2026-01-01', status: 'settled' },
  ]);
  const path = '/v1/tenants/acme/ecritures';
  const overdue = await ask<Page>(`${path}?overdue=true&sort=-amount&limit=1`);
  expect(overdue.json).toMatchObject({ items: [{ key: keyOf(3), amount: '20.00' }] });
  const rest = await ask<Page>(`${path}?overdue=true&sort=-amount&limit=1&cursor=${overdue.json.next}`);
  expect(rest.json).toMatchObject({ items: [{ key: keyOf(1), dueDate: '2026-05-31' }], next: null });
  const found = await ask<Page>(`${path}?q=f4`);
  expect(found.json.items).toMatchObject([{ pieceNumber: 'F4', status: 'settled' }]);
});

it.each([
  'sort=tenantId',
  'sort=key;drop table ecritures',
  'dueBefore=31/01/2026',
  'dueBefore=0000-01-01',
  'dueAfter=0000-12-31',
  'status=paid',
  'changedSince=x',
  'limit=100000',
  `cursor=${Buffer.from('["-amount","1"]').toString('base64url')}`,
  `cursor=${Buffer.from(JSON.stringify(['-amount', '10.00', keyOf(1)])).toString('base64url')}`,
])('refuses %s', async (query) => {
  const { ask } = await world();
  const answer = await ask(`/v1/tenants/acme/ecritures?${query}`);
  expect([answer.status, answer.json['code']]).toEqual([422, 'invalid_request']);
});

describe('whole lists', () => {
  it('are CSV that a spreadsheet opens, without running a formula', async () => {
    const { ask } = await world();
    await addRows(database(), 'ecritures', [
      { n: 1, label: '=HYPERLINK("http://x")', amount: '-1234.50', dueDate: null },
      { n: 2, label: 'Été ; « 2 »\nsuite' },
    ]);
    await addRows(database(), 'ecritures', [{ n: 3, tenantId: 'other' }]);
    const answer = await ask('/v1/tenants/acme/ecritures', { headers: { accept: 'text/csv' } });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="ecritures.csv"');
    const rows: Record<string, string>[] = parse(answer.text, { bom: true, columns: true, delimiter: ';' });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      piece_number: 'F1',
      label: `'=HYPERLINK("http://x")`,
      amount: '-1234,50',
      due_date: '',
      due_date_derived: 'false',
    });
    expect(rows[1]).toMatchObject({ label: 'Été ; « 2 »\nsuite' });
  });

  it('have a decimal point for a tenant that reads English', async () => {
    const { ask } = await world();
    await database().sql`update tenants set language = 'en' where id = 'acme'`;
    await addRows(database(), 'ecritures', [{ n: 1 }]);
    expect((await ask('/v1/tenants/acme/ecritures', { headers: { accept: 'text/csv' } })).text).toContain(';100.00;');
  });

  it('are NDJSON whose lines are those of a page, filtered and sorted alike', async () => {
    const { ask } = await world();
    const rows = Array.from({ length: 1203 }, (_, n) => ({ n, lastName: `Nom ${n % 7}`, email: `"${n}"@exemple.fr` }));
    await addRows(database(), 'contacts', rows);
    const path = '/v1/tenants/acme/contacts?sort=-lastName&q=exemple';
    const answer = await ask(`${path}&limit=1`, { headers: { accept: 'application/x-ndjson' } });
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(1203);
    const page = await ask<Page>(`${path}&limit=200`);
    expect(lines.slice(0, 200)).toEqual(page.json.items);
  });
});

describe('a stream over a real connection', () => {
  async function serving({ app }: ApiWorld) {
    const server = await serveApi(app, '127.0.0.1', 0, { connections: 50, stallMs: 30_000 });
    onTestFinished(() => server.close(0));
    return server.port;
  }

  /** Adds entries, more of them than any buffer on the way holds. */
  const addMany = (count: number, width: number) => database().sql`
    insert into ecritures (tenant_id, key, client_code, piece_number, entry_type, entry_date, amount, label, first_seen, last_changed)
    select 'acme', gen_random_uuid(), 'C1', n::text, 'invoice', '2026-01-01', 1, repeat('x', ${width}::int), 1, 1
    from generate_series(1, ${count}::int) n`;

  /** Processes of the database in the middle of a stream; those at rest wait for their reader. */
  const readers = async (atRest: boolean) =>
    (
      await database().sql<{ pid: number }[]>`
        select pid from pg_stat_activity where datname = current_database() and query like 'fetch %'
          and state in ('active', 'idle in transaction')
          and (not ${atRest} or state <> 'active' and state_change < clock_timestamp() - interval '0.3 s')`
    ).map(({ pid }) => pid);

  /** Sends a request for all écritures and reads nothing but the first bytes. */
  async function open(port: number, key: string) {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(
      `GET /v1/tenants/acme/ecritures HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nAuthorization: Bearer ${key}\r\n\r\n`,
    );
    await once(socket, 'readable');
    return socket;
  }

  it('waits for a slow reader in the database, not in memory, and lets go of it when it leaves', async () => {
    const it = await world();
    await addMany(16_000, 10_000);
    const port = await serving(it);
    const before = process.memoryUsage();
    const socket = await open(port, it.keys.read);
    await until('the stream stands still', async () => (await readers(true)).length === 1);
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(80_000_000);
    socket.destroy();
    await until('the transaction is over', async () => (await readers(false)).length === 0);
  });

  it('is refused where too many are open, and allowed again once one ends', async () => {
    const it = await world();
    await addMany(2000, 5000);
    const port = await serving(it);
    const sockets = [await open(port, it.keys.read), await open(port, it.keys.read)];
    const ask = () =>
      fetch(`http://127.0.0.1:${port}/v1/tenants/acme/ecritures`, {
        headers: { accept: 'text/csv', authorization: `Bearer ${it.keys.read}` },
      });
    const refused = await ask();
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too_many_connections' }]);
    sockets[0]?.destroy();
    await until('a place is free', async () => {
      const answer = await ask();
      await answer.body?.cancel();
      return answer.status === 200;
    });
  });

  it('cuts the connection where the database fails in the middle: nobody takes a part for the whole', async () => {
    const it = await world();
    await addMany(3000, 5000);
    const port = await serving(it);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/tenants/acme/ecritures`, {
      headers: { accept: 'application/x-ndjson', authorization: `Bearer ${it.keys.read}` },
    });
    await until('the stream stands still', async () => (await readers(true)).length === 1);
    for (const pid of await readers(true)) await database().sql`select pg_terminate_backend(${pid}::int)`;
    await expect(answer.text()).rejects.toThrow();
  });
});

it('sums up what is open, in total and for each client, as of a day', async () => {
  const { ask } = await world();
  await addRows(database(), 'clients', [{ n: 1 }]);
  await addRows(database(), 'ecritures', [
    { n: 1, dueDate: '2026-05-31' },
    { n: 2, dueDate: '2026-02-28', clientCode: 'C2' },
  ]);
  const path = '/v1/tenants/acme/ecritures/summary';
  const total = await ask<{ asOf: string; items: unknown[] }>(path);
  expect(total.json).toMatchObject({
    asOf: '2026-06-01',
    items: [{ open: '200.00', upTo30: '100.00', over90: '100.00' }],
  });
  const earlier = await ask<{ items: unknown[] }>(`${path}?asOf=2026-05-31`);
  expect(earlier.json.items).toMatchObject([{ overdue: '100.00', notDue: '100.00' }]);
  const first = await ask<Page>(`${path}?per=client&limit=1`);
  expect(first.json.items).toMatchObject([{ clientCode: 'C1', name: 'Client 1', overdue: '100.00' }]);
  const rest = await ask<Page>(`${path}?per=client&limit=1&cursor=${first.json.next}`);
  expect(rest.json).toMatchObject({ items: [{ clientCode: 'C2', name: null }], next: null });
  for (const never of ['2026-02-30', '0000-06-01']) expect((await ask(`${path}?asOf=${never}`)).status).toBe(422);
});

it('at half past midnight in Paris the day has changed, whatever UTC says', async () => {
  const { ask } = await apiWorld(database(), { now: () => Date.UTC(2026, 5, 1, 22, 30) });
  expect((await ask('/v1/tenants/acme/ecritures/summary')).json).toMatchObject({ asOf: '2026-06-02' });
});

it('lets software follow the changes, page by page and sync by sync', async () => {
  const { ask } = await world();
  const first = await addSync(database(), { minute: 1, inserted: { clients: 2 } });
  await addRows(
    database(),
    'clients',
    [1, 2].map((n) => ({ n, firstSeen: first })),
  );
  const path = '/v1/tenants/acme/changes';
  interface Feed {
    items: Record<string, unknown>[];
    next: string;
    hasMore: boolean;
  }
  const one = await ask<Feed>(`${path}?limit=1`);
  expect(one.json).toMatchObject({ items: [{ change: 'inserted', row: { name: 'Client 1' } }], hasMore: true });
  expect(one.json.next).toBe(`${first}.clients.${keyOf(1)}`);
  const two = await ask<Feed>(`${path}?since=${one.json.next}`);
  expect(two.json).toMatchObject({ items: [{ key: keyOf(2) }], next: String(first), hasMore: false });

  const second = await addSync(database(), { minute: 2 });
  await addChanges(database(), [
    { syncId: second, dataset: 'clients', n: 1, change: 'updated', before: { name: 'X' } },
  ]);
  const later = await ask<Feed>(`${path}?since=${two.json.next}`);
  expect(later.json.items).toMatchObject([{ syncId: second, before: { name: 'X' }, row: { name: 'Client 1' } }]);
  expect((await ask<Feed>(`${path}?since=latest`)).json).toEqual({ items: [], next: String(second), hasMore: false });
});

it.each(['999999', '1.clients.x', `1.tenants.${keyOf(1)}`, `1.clients.${'-'.repeat(36)}`, 'yesterday'])(
  'refuses to follow changes since %s',
  async (since) => {
    const { ask } = await world();
    expect((await ask(`/v1/tenants/acme/changes?since=${since}`)).status).toBe(422);
  },
);

it.each(['clients', 'contacts', 'ecritures', 'ecritures/summary', 'changes'])(
  'shows no key of another tenant the %s of this one, and any key of its own may read',
  async (path) => {
    const { ask, keys, otherKey } = await world();
    const asking = { headers: { accept: 'application/json' } };
    expect((await ask(`/v1/tenants/acme/${path}`, { ...asking, key: otherKey })).status).toBe(404);
    expect((await ask(`/v1/tenants/acme/${path}`, { ...asking, key: keys.read })).status).toBe(200);
    expect((await ask(`/v1/tenants/acme/${path}`, { ...asking, key: null })).status).toBe(401);
  },
);
