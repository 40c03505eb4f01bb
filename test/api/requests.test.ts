import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { languageOf } from '../../src/api/contract/language.ts';
import { serveApi } from '../../src/api/server.ts';
import { sweepRequests } from '../../src/db/queries/access/idempotent-requests.ts';
import { until } from '../support/clients.ts';
import { sharedDatabase } from '../support/server.ts';
import { createApi } from '../../src/api/app.ts';
import { createMetrics } from '../../src/metrics.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();
const acme = '/v1/tenants/acme';

it('speaks the language that is asked for', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'fr'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['de, fr;q=0.5, en;q=0.8', 'en'],
    ['en;q=0, fr;q=0.1', 'fr'],
    ['*', 'fr'],
    ['nonsense;;;,,', 'fr'],
  ];
  for (const [header, language] of cases) expect([header, languageOf(header, 'fr')]).toEqual([header, language]);
});

it('refuses with problem details that name the fields, in French and English', async () => {
  const { ask } = await apiWorld(database());
  const asked = { method: 'PATCH', body: { trigger: 'sometimes', guardRows: 7, colour: 'red' } };
  const french = await ask(acme, asked);
  expect(french.headers.get('content-type')).toBe('application/problem+json');
  expect(french.json).toMatchObject({
    ...{ type: 'urn:arrivage:error:invalid_request', title: 'Unprocessable Entity', status: 422 },
    ...{ code: 'invalid_request', retryable: false, requestId: french.headers.get('x-request-id') },
    errors: [
      { in: 'json', field: 'trigger', message: expect.stringContaining('Option invalide') as string },
      { in: 'json', field: 'guardRows', message: expect.stringContaining('Trop grand') as string },
      { in: 'json', field: '(body)', message: expect.stringContaining('colour') as string },
    ],
  });
  const english = await ask(acme, { ...asked, headers: { 'accept-language': 'en' } });
  expect(english.json).toMatchObject({
    errors: [{ message: expect.stringContaining('Invalid option') as string }, {}, {}],
  });
  expect([english.headers.get('content-language'), english.headers.get('vary')]).toEqual(['en', 'Accept-Language']);

  const json = { 'content-type': 'application/json' };
  const broken = await ask(acme, { method: 'PATCH', body: '{"a', headers: json });
  expect(broken.json).toMatchObject({ status: 400, code: 'malformed_json' });
  const text = await ask(acme, { method: 'PATCH', body: 'a=b', headers: { 'content-type': 'text/plain' } });
  expect(text.json).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  expect((await ask('/v1/nothing')).json).toMatchObject({ status: 404, code: 'no_such_resource' });
});

it('gives each answer the id of its request, the caller’s own where it is usable', async () => {
  const { ask } = await apiWorld(database());
  const idOf = async (id: string) => (await ask(acme, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
  expect(await idOf('job-17:4')).toBe('job-17:4');
  for (const unusable of ['x'.repeat(101), 'two words', '<b>']) expect(await idOf(unusable)).toMatch(/^[0-9a-f-]{36}$/);
});

it('bounds JSON bodies, whether they tell their length or not', async () => {
  const { ask, app, keys } = await apiWorld(database());
  const large = { name: 'x'.repeat(1 << 20) };
  expect((await ask(acme, { method: 'PATCH', body: large })).json).toMatchObject({
    status: 413,
    code: 'body_too_large',
  });
  const endless = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
  const answer = await app.request(acme, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${keys.operator}`, 'content-type': 'application/json' },
    ...{ body: endless, duplex: 'half' },
  });
  expect(answer.status).toBe(413);
});

it('lets all keys of one tenant together ask as much as three of them, whoever else asks', async () => {
  const world = await apiWorld(database(), { requestsPerMinute: 3 });
  const more = await Promise.all(Array.from({ length: 4 }, () => world.makeKey('read')));
  const statuses = [];
  for (const key of more) for (let i = 0; i < 3; i++) statuses.push((await world.ask(acme, { key })).status);
  expect(statuses).toEqual([...Array<number>(9).fill(200), 429, 429, 429]);
  expect((await world.ask('/v1/tenants/other', { key: world.otherKey })).status).toBe(200);
});

it('limits what one key asks within a minute of whichever process, tells how much is left, and spares other keys', async () => {
  const { ask, options, keys } = await apiWorld(database(), { requestsPerMinute: 3 });
  const other = createApi({ ...options, registry: createMetrics(options.events) });
  const leftOf = (status: number, headers: Headers) => {
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));
    // Tens of seconds: the database's clock goes on.
    return [status, limit, remaining, Math.ceil(Number(reset) / 10) * 10];
  };
  const left = async (key: string) => {
    const { status, headers } = await ask(acme, { key });
    return leftOf(status, headers);
  };
  const later = (seconds: number) =>
    database().sql`update request_counts set ends_at = ends_at - ${seconds} * interval '1 second'`;
  expect(await left(keys.read)).toEqual([200, '3', '2', 60]);
  await later(20);
  expect(await left(keys.read)).toEqual([200, '3', '1', 40]);
  const elsewhere = await other.request(acme, { headers: { authorization: `Bearer ${keys.read}` } });
  expect(leftOf(elsewhere.status, elsewhere.headers)).toEqual([200, '3', '0', 40]);
  expect(await left(keys.read)).toEqual([429, '3', '0', 40]);
  const refused = await ask(acme, { key: keys.read });
  expect(refused.json['code']).toBe('rate_limited');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
  expect(await left(keys.sync)).toEqual([200, '3', '2', 60]);
  await later(40);
  expect(await left(keys.read)).toEqual([200, '3', '2', 60]);
});

it('does once what is asked twice under one Idempotency-Key, a secret that is shown once included', async () => {
  const { ask, keys, makeKey, options } = await apiWorld(database());
  const { sql } = options.database;
  const make = (name: string, idempotencyKey = 'a-1', key = keys.manage) =>
    ask(`${acme}/keys`, { body: { name, scope: 'read' }, headers: { 'idempotency-key': idempotencyKey }, key });
  const first = await make('ERP');
  const again = await make('ERP');
  expect(again.json).toEqual(first.json);
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  expect(await sql`select from api_keys where name = 'ERP'`).toHaveLength(1);
  const stored = await sql`select body from idempotent_requests`;
  expect(JSON.stringify(stored)).not.toContain(first.json['key']);

  expect((await make('other')).json).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  expect((await make('ERP', 'a-1', await makeKey('manage'))).json).not.toEqual(first.json);
  await sql`update idempotent_requests set status = null`;
  expect((await make('ERP')).json).toMatchObject({ status: 409, code: 'idempotency_under_way' });
  await sql`update idempotent_requests set created_at = now() - interval '11 minutes'`;
  expect((await make('ERP')).status).toBe(201);

  await sql`update idempotent_requests set created_at = now() - interval '25 hours'`;
  await sweepRequests(options.database.db);
  expect(await sql`select from idempotent_requests`).toEqual([]);

  const wrong = await make('', 'a-2');
  expect(wrong.status).toBe(422);
  expect((await make('right', 'a-2')).status).toBe(201);
});

it('does once what comes twice at the same time under one Idempotency-Key', async () => {
  const {
    ask,
    database: { sql },
  } = await apiWorld(database());
  const make = () => ask('/v1/keys', { body: { name: 'twice' }, headers: { 'idempotency-key': 'b' } });
  const statuses = (await Promise.all([make(), make(), make()])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
  expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
  expect(await sql`select from api_keys where name = 'twice'`).toHaveLength(1);
});

it('lets no browser of another site read an answer, and nobody keep one', async () => {
  const { ask } = await apiWorld(database());
  const { headers } = await ask(acme, { headers: { origin: 'https://elsewhere.example' } });
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('shows its documentation with scripts and styles of its own only', async () => {
  const { ask } = await apiWorld(database());
  const page = await ask('/docs', { key: null });
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'; style-src 'self'/);
  expect(page.text).not.toMatch(/https?:|<script>|style=/);
  const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(3);
  for (const path of named) expect([path, (await ask(path, { key: null })).status]).toEqual([path, 200]);
});

it('says that the database is away, and nothing of why', async () => {
  const { ask, keys, app, options } = await apiWorld(database());
  const db = options.database.db.select.bind(options.database.db);
  options.database.db.select = () => {
    throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  };
  onTestFinished(() => void (options.database.db.select = db));
  const answer = await ask(acme, { key: keys.read });
  expect(answer.json).toMatchObject({ status: 503, code: 'database_unavailable', retryable: true });
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.text).not.toContain('5432');
  expect((await app.request('/healthz')).status).toBe(200);
});

it('ends a connection that says nothing, and one whose headers never end', async () => {
  const { app } = await apiWorld(database());
  const server = await serveApi(app, '127.0.0.1', 0, { connections: 10, stallMs: 300 });
  onTestFinished(() => server.close(0));
  const silent = connect(server.port, '127.0.0.1');
  silent.resume();
  await once(silent, 'close');
  const talker = connect(server.port, '127.0.0.1');
  talker.on('error', () => undefined);
  let heard = '';
  talker.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  talker.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(20_000)}\r\n\r\n`);
  await once(talker, 'close');
  expect(heard).toMatch(/^HTTP\/1\.1 431/);
});

it('answers HEAD without making what nobody reads: places stay free, and no transaction is left open', async () => {
  const { ask, keys, options } = await apiWorld(database());
  const csv = { accept: 'text/csv' };
  const heads = (path: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => ask(path, { method: 'HEAD', headers: csv, key: keys.read })));
  const [first] = await heads(`${acme}/ecritures`, 1);
  expect([first?.status, first?.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  await heads(`${acme}/ecritures`, 5);
  const rows = () => ask(`${acme}/ecritures`, { headers: csv, key: keys.read });
  await until('a place among lists is free', async () => (await rows()).status === 200);
  await heads('/v1/events', 15);
  await until('a place among events is free', async () => (await heads('/v1/events', 1))[0]?.status === 200);
  const idle = await options.database.sql`
    select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`;
  expect(idle).toEqual([]);
});
