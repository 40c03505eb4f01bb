import { expect, it, onTestFinished } from 'vitest';
import { openPace } from '../../src/api/middleware/pace.ts';
import { serveApi } from '../../src/api/server.ts';
import { recordEvent } from '../../src/db/queries/events/outbox.ts';
import type { StoredEventType } from '../../src/model/stored-event.ts';
import type { Progress } from '../../src/model/sync.ts';
import { until } from '../support/clients.ts';
import { addSync } from '../support/rows.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();

interface Told {
  id?: string;
  event: string;
  data: Record<string, unknown>;
}

async function streaming() {
  const stopping = new AbortController();
  const world = await apiWorld(database(), { stopping: stopping.signal });
  const server = await serveApi(world.app, '127.0.0.1', 0, { connections: 100, stallMs: 30_000 });
  onTestFinished(() => server.close(0));

  /** Follows a path as an EventSource does; `told` fills as events come, `ended` resolves when the stream does. */
  async function follow(path: string, key: string, headers: Record<string, string> = {}) {
    const leaving = new AbortController();
    onTestFinished(() => leaving.abort());
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      signal: leaving.signal,
    });
    const told: Told[] = [];
    const ended = read(answer, told);
    ended.catch(() => undefined);
    return { answer, told, ended, leave: () => leaving.abort() };
  }

  return { ...world, server, stop: () => stopping.abort(), follow };
}

async function read(answer: Response, told: Told[]): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (block.includes('event: ')) told.push(eventIn(block));
  }
}

function eventIn(block: string): Told {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const id = field('id');
  return { ...(id && { id }), event: field('event') ?? '', data: JSON.parse(field('data') ?? '{}') as Told['data'] };
}

const store = (tenant: string, type: StoredEventType, syncId: number | null = null) =>
  database().sql.begin((tx) => recordEvent(tx, tenant, type, syncId, { note: `${tenant} ${type}` }));

const setProgress = (id: number, progress: Partial<Progress>, state = 'running') =>
  database().sql`
    update syncs set state = ${state}, progress = ${database().sql.json({
      ...{ stage: 'parse', bytesDone: 0, bytesTotal: 1000, rowsDone: 0, ...progress },
    })} where id = ${id}`;

it('tells a tenant’s key what happens to it, and the operator what happens to all', async () => {
  const { follow, keys } = await streaming();
  await store('acme', 'sync.held');
  const own = await follow('/v1/events', keys.read);
  const all = await follow('/v1/events', keys.operator);
  expect(own.answer.headers.get('content-type')).toBe('text/event-stream');
  // Both have looked once when they are told of a sync that is open.
  const id = await addSync(database(), { state: 'running', finishedAt: null });
  await until('both follow', () => own.told.length > 0 && all.told.length > 0);
  await store('other', 'upload.quarantined');
  await store('acme', 'sync.completed');
  await until('both are told', () => own.told.length >= 2 && all.told.length >= 3);
  expect(own.told.map(({ event }) => event)).toEqual(['sync.progress', 'sync.completed']);
  expect(all.told.map(({ event, data }) => [event, data['tenant']])).toEqual([
    ['sync.progress', 'acme'],
    ['upload.quarantined', 'other'],
    ['sync.completed', 'acme'],
  ]);
  expect(own.told[0]?.data).toMatchObject({ sync: id, state: 'running' });
  expect(own.told[1]?.data).toMatchObject({ tenant: 'acme', data: { note: 'acme sync.completed' } });
});

it('goes on behind Last-Event-ID, with everything that was missed, however much it is', async () => {
  const { follow, keys } = await streaming();
  for (let i = 0; i < 3; i++) await store('acme', 'sync.completed');
  const [first] = await database().sql<{ id: number }[]>`select min(id)::float8 as id from events`;
  await database().sql`
    insert into events (tenant_id, type, data) select 'acme', 'sync.held', '{}' from generate_series(1, 450)`;
  const { told } = await follow('/v1/events', keys.read, { 'last-event-id': String(first?.id) });
  await until('all is told', () => told.length === 452);
  expect(new Set(told.map(({ id }) => id)).size).toBe(452);
  expect(told.slice(0, 3).map(({ event }) => event)).toEqual(['sync.completed', 'sync.completed', 'sync.held']);
});

it('follows a sync from its queue to its end, then ends, and answers 204 to whoever comes back', async () => {
  const { follow, keys } = await streaming();
  const id = await addSync(database(), { state: 'queued', finishedAt: null });
  const { told, ended } = await follow(`/v1/syncs/${id}/events`, keys.read);
  await until('the queue is told', () => told.length === 1);
  await setProgress(id, { bytesDone: 100, rowsDone: 10 });
  await until('the beginning is told', () => told.length === 2);
  await setProgress(id, { bytesDone: 500, rowsDone: 50 });
  await until('the progress is told', () => told.length === 3);
  await database().sql.begin(async (tx) => {
    await tx`update syncs set state = 'applied', progress = null, finished_at = now() where id = ${id}`;
    await recordEvent(tx, 'acme', 'sync.completed', id, { state: 'applied' });
  });
  await ended;
  expect(told.map(({ event, data }) => [event, data['state'] ?? data['data']])).toEqual([
    ['sync.progress', 'queued'],
    ['sync.progress', 'running'],
    ['sync.progress', 'running'],
    ['sync.completed', { state: 'applied' }],
    ['sync.progress', 'applied'],
  ]);
  expect(told[2]?.data).toMatchObject({ stage: 'parse', bytesDone: 500, bytesTotal: 1000, rowsDone: 50 });
  expect(told[2]?.data['secondsLeft']).toBeGreaterThanOrEqual(1);

  const again = await follow(`/v1/syncs/${id}/events`, keys.read, { 'last-event-id': told[3]?.id ?? '' });
  expect(again.answer.status).toBe(204);
  const late = await follow(`/v1/syncs/${id}/events`, keys.read);
  await late.ended;
  expect(late.told.map(({ event }) => event)).toEqual(['sync.completed', 'sync.progress']);
});

it('ends when the server stops, and gives its place back when its reader leaves', async () => {
  const { follow, keys, stop, server } = await streaming();
  const streams = await Promise.all(Array.from({ length: 10 }, () => follow('/v1/events', keys.read)));
  const refused = await follow('/v1/events', keys.read);
  expect(refused.answer.status).toBe(429);
  expect((await follow('/v1/events', keys.operator)).answer.status).toBe(200);
  streams[0]?.leave();
  await until('a place is free', async () => {
    const { answer, leave } = await follow('/v1/events', keys.read);
    leave();
    return answer.status === 200;
  });
  stop();
  await Promise.all(streams.slice(1).map(({ ended }) => ended));
  await server.close(5000);
});

it('counts the streams of a tenant over all its keys, and leaves the others theirs', async () => {
  const { follow, keys, makeKey, otherKey } = await streaming();
  const own = [keys.read, keys.sync, keys.manage, await makeKey('read')];
  for (let i = 0; i < 10; i++) await follow('/v1/events', own[i % own.length] ?? '');
  for (const key of own) expect((await follow('/v1/events', key)).answer.status).toBe(429);
  expect((await follow('/v1/events', otherKey)).answer.status).toBe(200);
});

it('keeps following through a database that drops its connections', async () => {
  const { follow, keys } = await streaming();
  const id = await addSync(database(), { state: 'running', finishedAt: null });
  const { told } = await follow('/v1/events', keys.read);
  await until('it follows', () => told.length === 1);
  await database().sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await until('the event is stored', () =>
    store('acme', 'sync.failed', id).then(
      () => true,
      () => false,
    ),
  );
  await until('it is told', () => told.some(({ event }) => event === 'sync.failed'));
});

it('shows no sync of another tenant, and refuses what is no event id', async () => {
  const { ask, keys, otherKey } = await apiWorld(database());
  const id = await addSync(database());
  expect((await ask(`/v1/syncs/${id}/events`, { key: otherKey })).status).toBe(404);
  expect((await ask('/v1/syncs/x/events')).status).toBe(404);
  expect((await ask('/v1/events', { key: keys.read, headers: { 'last-event-id': 'x' } })).status).toBe(422);
});

it('reckons the rate and the time left within a stage', () => {
  const pace = openPace();
  const at = (bytesDone: number, rowsDone: number, stage: Progress['stage'] = 'parse'): Progress => ({
    ...{ stage, bytesDone, bytesTotal: 1000, rowsDone },
  });
  expect(pace(at(100, 1), 0)).toEqual({ bytesPerSecond: null, rowsPerSecond: null, secondsLeft: null });
  expect(pace(at(300, 11), 2000)).toEqual({ bytesPerSecond: 100, rowsPerSecond: 5, secondsLeft: 7 });
  expect(pace(at(1000, 46), 9000)).toEqual({ bytesPerSecond: 100, rowsPerSecond: 5, secondsLeft: 0 });
  expect(pace(at(1000, 46, 'merge'), 9500)).toMatchObject({ secondsLeft: null });
  expect(pace(at(0, 0), 10_000)).toMatchObject({ bytesPerSecond: null });
});

it.each([
  ['revoked', "update api_keys set revoked_at = now() where tenant_id = 'acme'"],
  ['of a tenant that is suspended', "update tenants set state = 'suspended' where id = 'acme'"],
])('cuts an export short whose key is %s, within seconds', async (_, statement) => {
  const { server, keys } = await streaming();
  await database().sql`
    insert into ecritures (tenant_id, key, client_code, piece_number, entry_type, entry_date, amount, label, first_seen, last_changed)
    select 'acme', gen_random_uuid(), 'C1', 'F' || n, 'invoice', '2026-01-01', 1, repeat('x', 900), 1, 1 from generate_series(1, 40000) n`;
  const answer = await fetch(`http://127.0.0.1:${server.port}/v1/tenants/acme/ecritures`, {
    headers: { authorization: `Bearer ${keys.read}`, accept: 'text/csv' },
  });
  const reader = (answer.body ?? new ReadableStream()).getReader();
  await reader.read();
  await database().sql.unsafe(statement);
  const readOn = async () => {
    for (;;) {
      // As slowly as somebody who wants to keep it open.
      await new Promise((resolve) => setTimeout(resolve, 100));
      if ((await reader.read()).done) return;
    }
  };
  await expect(readOn()).rejects.toThrow();
});

it('ends the stream of a key that is revoked, within seconds', async () => {
  const { follow, keys } = await streaming();
  const own = await follow('/v1/events', keys.read);
  await database().sql`update api_keys set revoked_at = now() where tenant_id = 'acme'`;
  await own.ended;
  expect(own.told).toEqual([]);
});
