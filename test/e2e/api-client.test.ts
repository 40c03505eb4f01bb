import createClient, { type Client } from 'openapi-fetch';
import { expect, it } from 'vitest';
import type { components, paths } from '../golden/api-types.ts';
import { until } from '../support/clients.ts';
import { openServer, PASSWORD } from './server-world.ts';

type Api = Client<paths, 'application/json'>;
type Sync = components['schemas']['Sync'];

/** What a call gave; a problem fails the test with what it says. */
async function ok<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (data === undefined) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`);
  return data;
}

const clients = 'Code client;Raison sociale\nC1;Un\nC2;Deux\n';
const entries = (rows: string[]) => `Code client;N° pièce;Date écriture;Échéance;Montant\n${rows.join('\n')}\n`;
const day = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

it('a client made from the OpenAPI document takes a tenant through its whole life', async () => {
  const { cli, ports, curl } = await openServer({ tenants: [] });
  const baseUrl = `http://127.0.0.1:${ports.http}`;
  const clientOf = (key: string) =>
    createClient<paths, 'application/json'>({ baseUrl, headers: { authorization: `Bearer ${key}` } });
  const { key } = await cli.json<{ key: string }>(['key', 'create', '--scope', 'operator', '--name', 'ERP']);
  const operator = clientOf(key);

  // A tenant with a username and a key of its own.
  const tenant = 'acme';
  const path = { tenant };
  await ok(operator.POST('/v1/tenants', { body: { id: tenant, name: 'Acme', trigger: 'each' } }));
  await ok(operator.PATCH('/v1/tenants/{tenant}', { params: { path }, body: { state: 'live' } }));
  await ok(
    operator.POST('/v1/tenants/{tenant}/credentials', {
      params: { path },
      body: { username: 'acme-export', password: PASSWORD },
    }),
  );
  const made = await ok(
    operator.POST('/v1/tenants/{tenant}/keys', { params: { path }, body: { name: 'ERP', scope: 'manage' } }),
  );
  const api = clientOf(made.key);

  // Clients through the FTP door, écritures over HTTP; both are followed to their end.
  const file = await cli.file('clients.csv', clients);
  expect((await curl('/clients.csv', ['-T', file])).code).toBe(0);
  const first = await ended(api, tenant, await syncAfter(api, tenant, 0));
  expect(first).toMatchObject({ state: 'applied', files: [{ name: 'clients.csv', inserted: 2 }] });

  const rows = [
    `C1;F1;${day(60)};${day(40)};100,00`,
    `C1;F2;${day(60)};${day(-10)};50,00`,
    `C2;F3;${day(60)};${day(5)};7,00`,
  ];
  const second = await send(api, tenant, entries([...rows, `C9;F4;${day(60)};${day(5)};1,00`]), first.id);
  expect(second).toMatchObject({ state: 'applied', files: [{ inserted: 3, rejected: 1 }] });
  const rejections = await ok(
    api.GET('/v1/syncs/{sync}/rejections', { params: { path: { sync: String(second.id) } } }),
  );
  expect(rejections.items).toMatchObject([{ line: 5, code: 'unknown_client', value: 'C9' }]);
  const report = await api.GET('/v1/syncs/{sync}/report', {
    params: { path: { sync: String(second.id) } },
    headers: { accept: 'text/plain' },
    parseAs: 'text',
  });
  expect(report.data).toContain('C9');

  // Rows, what is overdue, and the feed.
  const found = await ok(
    api.GET('/v1/tenants/{tenant}/ecritures', { params: { path, query: { overdue: 'true', sort: '-amount' } } }),
  );
  expect(found.items.map(({ pieceNumber, amount }) => [pieceNumber, amount])).toEqual([
    ['F1', '100.00'],
    ['F3', '7.00'],
  ]);
  const summary = await ok(api.GET('/v1/tenants/{tenant}/ecritures/summary', { params: { path } }));
  expect(summary.items).toMatchObject([{ open: '157.00', upTo30: '7.00', days31to60: '100.00' }]);
  const feed = await ok(api.GET('/v1/tenants/{tenant}/changes', { params: { path } }));
  expect(feed.items.map(({ dataset, change }) => `${dataset} ${change}`)).toEqual([
    ...['clients inserted', 'clients inserted'],
    ...['ecritures inserted', 'ecritures inserted', 'ecritures inserted'],
  ]);

  // A file that would settle most entries is held until somebody lets it pass.
  const held = await send(api, tenant, entries(rows.slice(0, 1)), second.id);
  expect(held.state).toBe('held');
  const wish = { params: { path: { sync: String(held.id) } } };
  const preview = await ok(api.GET('/v1/syncs/{sync}/changes', wish));
  expect(preview.items.map(({ change, before }) => [change, before?.['status']])).toEqual([
    ['settled', 'open'],
    ['settled', 'open'],
  ]);
  await ok(api.POST('/v1/syncs/{sync}/approve', wish));
  expect(await ended(api, tenant, held.id)).toMatchObject({ state: 'applied', files: [{ settled: 2 }] });
  const later = await ok(api.GET('/v1/tenants/{tenant}/changes', { params: { path, query: { since: feed.next } } }));
  expect(later.items.map(({ change, row }) => [change, row?.['status']])).toEqual([
    ['settled', 'settled_presumed'],
    ['settled', 'settled_presumed'],
  ]);

  // And it is undone.
  const revert = await ok(api.POST('/v1/syncs/{sync}/revert', wish));
  expect(await ended(api, tenant, revert.id)).toMatchObject({ state: 'applied', reverts: held.id });
  const after = await ok(api.GET('/v1/tenants/{tenant}/ecritures', { params: { path, query: { status: 'open' } } }));
  expect(after.items).toHaveLength(3);
  const undone = await ok(api.GET('/v1/tenants/{tenant}/changes', { params: { path, query: { since: later.next } } }));
  expect(undone.items.map(({ syncId, row }) => [syncId, row?.['status']])).toEqual([
    [revert.id, 'open'],
    [revert.id, 'open'],
  ]);
});

/** Sends écritures and follows the sync that takes them. */
async function send(api: Api, tenant: string, text: string, after: number): Promise<Sync> {
  const upload = await ok(
    api.PUT('/v1/tenants/{tenant}/uploads/{upload}', {
      params: { path: { tenant, upload: 'ecritures.csv' } },
      body: text,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'application/octet-stream' },
    }),
  );
  const sync = await ended(api, tenant, await syncAfter(api, tenant, after));
  const stored = await ok(
    api.GET('/v1/tenants/{tenant}/uploads/{upload}', { params: { path: { tenant, upload: upload.id } } }),
  );
  expect(stored).toMatchObject({ state: 'gathered', syncId: sync.id });
  return sync;
}

/** The tenant's first sync behind one, once it is there. */
async function syncAfter(api: Api, tenant: string, after: number): Promise<number> {
  let found: Sync | undefined;
  await until('a sync is there', async () => {
    const { items } = await ok(api.GET('/v1/tenants/{tenant}/syncs', { params: { path: { tenant } } }));
    found = items.findLast(({ id }) => id > after);
    return found !== undefined;
  });
  return found?.id ?? 0;
}

/** Reads the events of a sync until they end, then the sync. */
async function ended(api: Api, tenant: string, id: number): Promise<Sync> {
  const params = { path: { sync: String(id) } };
  const { data } = await api.GET('/v1/syncs/{sync}/events', { params, parseAs: 'text' });
  expect(data).toContain(`"tenant":"${tenant}"`);
  return ok(api.GET('/v1/syncs/{sync}', { params }));
}
