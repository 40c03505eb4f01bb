import { expect, it, vi } from 'vitest';
import { recordEvent } from '../../src/db/queries/events/outbox.ts';
import { failRun, beginRun } from '../../src/db/queries/syncs/states.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';

const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entry = (piece: number, client = 'C1') => `${client};VE;F${piece};01/11/2026;01/12/2026;Facture ${piece};10,00;`;
const entries = (...pieces: number[]) => [header, ...pieces.map((piece) => entry(piece)), ''].join('\r\n');
const oneClient = 'Code client;Raison sociale\r\nC1;Dupont\r\n';

const events = (bench: Bench) => bench.rows('select type, sync_id::int as sync, data from events order by id');
const jobs = (bench: Bench) =>
  bench.rows(`select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = task_id
    where identifier = 'notify' order by j.id`);

it('stores what a receiver needs of a sync that was applied, and queues the job that tells it', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', [header, entry(1), entry(2), entry(3, 'C9'), ''].join('\r\n'));
  await bench.advance('acme');
  expect(await events(bench)).toMatchObject([
    { type: 'sync.completed', sync: 1, data: { datasets: { clients: { files: 1, read: 1, inserted: 1 } } } },
    {
      type: 'sync.completed',
      data: {
        ...{ tenant: 'acme', sync: 2, state: 'applied', cause: 'each', incomplete: false, missing: [], putAside: 0 },
        datasets: { ecritures: { files: 1, read: 3, inserted: 2, rejected: 1, settled: 0 } },
        ...{ guard: [], reason: null },
        links: { sync: '/v1/syncs/2', report: '/v1/syncs/2/report', rejections: '/v1/syncs/2/rejections' },
      },
    },
  ]);
  const ids = await bench.rows('select id::int as "eventId" from events order by id');
  expect(await jobs(bench)).toEqual(ids.map((id) => ({ payload: { tenant: 'acme', ...id } })));
});

it('tells a hold with what tripped the guard, and its approval as a second event', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  await bench.send('acme', 'ecritures.csv', entries(1, 2));
  await bench.advance('acme');
  expect((await events(bench)).at(-1)).toMatchObject({
    type: 'sync.held',
    data: {
      guard: expect.arrayContaining([
        expect.objectContaining({ rule: 'settles_entries', dataset: 'ecritures' }),
      ]) as object,
      reason: { code: 'held_by_guard', fr: expect.stringContaining('garde-fou') as string },
    },
  });
  await bench.rows("update syncs set state = 'queued', approved_by = 'somebody' where state = 'held'");
  await bench.advance('acme');
  expect((await events(bench)).at(-1)).toMatchObject({ type: 'sync.completed', data: { state: 'applied' } });
});

it('tells each file that was put aside, then the failure of a sync of which nothing could be read', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  const id = await bench.send('acme', 'photo.csv', Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex'));
  await bench.send('acme', 'notes.csv', 'Titre;Auteur\r\nGerminal;Zola\r\n');
  await bench.advance('acme', { hurry: true });
  const [photo, notes, sync] = await events(bench);
  expect(photo).toMatchObject({
    type: 'upload.quarantined',
    data: {
      upload: { id, name: 'photo.csv', size: 19, door: 'import', receivedAt: '2026-11-24T12:00:00.001Z' },
      reason: { code: 'no_table', fr: expect.stringContaining('(image)') as string },
      links: { content: `/v1/tenants/acme/uploads/${id}/content` },
    },
  });
  expect(notes).toMatchObject({ type: 'upload.quarantined', data: { reason: { code: 'unrecognised' } } });
  expect(sync).toMatchObject({
    type: 'sync.failed',
    data: {
      putAside: 2,
      reason: { code: 'nothing_to_import', fr: expect.stringContaining('Aucun fichier') as string },
    },
  });
});

it('tells a sync that was given up once, whoever else tries to end it', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.rows(`insert into syncs (tenant_id, cause) values ('acme', 'each')`);
  const old = await beginRun(bench.database.db, 'acme', 1);
  const run = await beginRun(bench.database.db, 'acme', 1);
  const error = { code: 'internal', message: 'Given up.', params: { reference: 'sync-1' } };
  for (const each of [old, run, run]) await failRun(bench.database, each, error);
  expect(await events(bench)).toMatchObject([
    { type: 'sync.failed', data: { reason: { fr: expect.stringContaining('sync-1') as string } } },
  ]);
});

it('gives ids in the order of commits: who has seen one has seen every lower one', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.tenant('beta');
  const { sql } = bench.database;
  const waiting = async () => {
    const [locks] = await sql`select count(*)::int as count from pg_locks
      where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;
    return Number(locks?.['count']);
  };
  let second: Promise<unknown> = Promise.resolve();
  await sql.begin(async (first) => {
    await recordEvent(first, 'acme', 'sync.completed', 1, {});
    second = sql.begin((tx) => recordEvent(tx, 'beta', 'sync.completed', 2, {}));
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 10_000);
    await recordEvent(first, 'acme', 'sync.completed', 3, {});
  });
  await second;
  expect((await events(bench)).map(({ sync }) => sync)).toEqual([1, 3, 2]);
});
