import { beforeEach, expect, it, vi } from 'vitest';
import { replaySync } from '../../src/db/queries/syncs/decisions.ts';
import { requestSync, type SyncRequest } from '../../src/db/queries/syncs/requests.ts';
import { ArrivageError } from '../../src/errors.ts';
import type { FetchRule } from '../../src/model/connector.ts';
import { openBench, type Bench } from './pipeline.ts';

const clients = (...names: string[]) =>
  ['Code client;Raison sociale', ...names.map((name, i) => `C${i + 1};${name}`), ''].join('\r\n');
const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entries = (...pieces: number[]) =>
  [header, ...pieces.map((piece) => `C1;VE;F${piece};01/11/2026;01/12/2026;Facture;10,00;`), ''].join('\r\n');

let bench: Bench;

/** A tenant with a server of its own, from which nothing has been fetched yet. */
beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', settleSeconds: 0, guardSettle: 1, guardRows: 0 });
  await connect({
    clients: { pattern: 'clients*.csv', take: 'all' },
    ecritures: { pattern: 'e_*.csv', take: 'newest' },
  });
});

async function connect(files: Record<string, FetchRule>) {
  await bench.rows(`insert into connectors (tenant_id, protocol, host, port, username, files)
    values ('acme', 'sftp', 'files.example', 22, 'acme', '${JSON.stringify(files)}')`);
}

const ask = (request: SyncRequest = {}) => requestSync(bench.database, { id: 'acme' }, request, 'ann');
const syncs = () => bench.rows('select state, fetch_failures, incomplete, missing, error from syncs order by id');
const uploads = () => bench.rows('select path, state, sync_id::int as sync from uploads order by received_at');
const jobs = () =>
  bench.rows(`select key, run_at = (select not_before from syncs where not_before is not null) as due
    from graphile_worker.jobs where key = 'fetch:acme'`);

/** Each fetch brings these files, then does what follows. */
function source(...steps: { files?: Record<string, string>; missing?: ('clients' | 'ecritures')[]; fails?: Error }[]) {
  bench.source.fetch = async (_tenant, sync, _signal, onProgress) => {
    const { files = {}, missing = [], fails } = steps.shift() ?? {};
    for (const [name, content] of Object.entries(files)) {
      await bench.send('acme', name, content, 'pull', { syncId: sync.id, name, modified: null });
      onProgress(content.length, content.length);
    }
    if (fails) throw fails;
    return { taken: Object.keys(files).length, missing };
  };
}

const pass = (minutes: number) => (bench.clock.now = new Date(bench.clock.now.getTime() + minutes * 60_000));
const cut = new ArrivageError('remote_cut', {});

it('fetches, then imports what came as one sync', async () => {
  source({ files: { 'clients.csv': clients('Dupont'), 'e_1.csv': entries(1, 2) } });
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'applied', incomplete: false, error: null }]);
  expect(await uploads()).toMatchObject([{ sync: 1 }, { sync: 1 }]);
  expect(await bench.rows('select count(*)::int as n from ecritures')).toEqual([{ n: 2 }]);
});

it('tells how far it is', async () => {
  bench.source.fetch = async (_tenant, _sync, _signal, onProgress) => {
    onProgress(5, 20);
    const told = () => bench.rows("select progress from syncs where state = 'running'");
    const progress = { stage: 'fetch', bytesDone: 5, bytesTotal: 20, rowsDone: 0 };
    await vi.waitFor(async () => expect(await told()).toEqual([{ progress }]), 10_000);
    return { taken: 0, missing: [] };
  };
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'unchanged' }]);
});

it('says what was not there', async () => {
  source({ files: { 'clients.csv': clients('Dupont') }, missing: ['ecritures'] });
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'applied', incomplete: true, missing: ['ecritures'] }]);
});

it('ends unchanged where there is nothing new', async () => {
  source({});
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'unchanged', incomplete: false }]);
});

it.each([
  ['stay at their source, they are missing', 'leave', ['ecritures']],
  ['are taken from there, nothing new is nothing missing', 'delete', []],
])('where files %s', async (_, kind, missing) => {
  await bench.rows(`update connectors set after_reading = '{"kind": "${kind}"}'`);
  source({ missing: ['ecritures'] });
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'unchanged', incomplete: missing.length > 0, missing }]);
});

it('tries again after growing pauses, and takes what an earlier try brought', async () => {
  source(
    { files: { 'clients.csv': clients('Dupont') }, fails: cut },
    { fails: cut },
    { files: { 'e_1.csv': entries(1) } },
  );
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'queued', fetch_failures: 1, error: { code: 'remote_cut' } }]);
  expect(await jobs()).toEqual([{ key: 'fetch:acme', due: true }]);
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'queued', fetch_failures: 1 }]);
  pass(1);
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'queued', fetch_failures: 2 }]);
  pass(4);
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'queued', fetch_failures: 2 }]);
  pass(1);
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'applied', fetch_failures: 2, error: null }]);
  expect(await bench.rows('select count(*)::int as n from sync_files where sync_id = 1')).toEqual([{ n: 2 }]);
});

it('keeps nothing else from running while it pauses, and goes on at once when somebody asks', async () => {
  source({ files: { 'clients.csv': clients('Dupont') }, fails: cut }, { files: { 'e_1.csv': entries(1) } });
  await ask();
  await bench.advance('acme');
  await bench.send('acme', 'pushed.csv', clients('Dupont', 'Ménard'));
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'queued' }, { state: 'applied' }]);
  expect(await ask()).toEqual({ syncId: 1, created: false });
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'applied' }, { state: 'applied' }]);
});

it('fails with the reason after the last try, and the next sync takes what had come', async () => {
  const fails = { fails: cut };
  source({ files: { 'clients.csv': clients('Dupont') }, ...fails }, fails, fails, fails, fails);
  await ask();
  for (const minutes of [0, 1, 5, 15, 30]) {
    pass(minutes);
    await bench.advance('acme');
  }
  expect(await syncs()).toMatchObject([{ state: 'failed', fetch_failures: 4, error: { code: 'remote_cut' } }]);
  expect(await uploads()).toMatchObject([{ state: 'waiting', sync: null }]);
  expect(await bench.rows('select type from events')).toEqual([{ type: 'sync.failed' }]);
  // Its source is looked at in its own time: the trigger leaves it alone.
  pass(60);
  await bench.advance('acme');
  expect(await syncs()).toHaveLength(1);
  source({ files: { 'e_1.csv': entries(1) }, missing: ['clients'] });
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'failed' }, { state: 'applied', incomplete: false, missing: [] }]);
  expect(await uploads()).toMatchObject([{ sync: 2 }, { sync: 2 }]);
});

it('fails at once where another try would end the same way', async () => {
  source({ fails: new ArrivageError('host_key_changed', { expected: 'SHA256:a', found: 'SHA256:b' }) });
  await ask();
  await bench.advance('acme');
  const [sync] = await syncs();
  expect(sync).toMatchObject({ state: 'failed', fetch_failures: 0, error: { code: 'host_key_changed' } });
  expect(JSON.stringify(sync?.['error'])).toContain('SHA256:b');
});

it('goes on after the process was killed while it fetched', async () => {
  source({ files: { 'clients.csv': clients('Dupont') } }, { files: { 'e_1.csv': entries(1) } });
  const fetch = bench.source.fetch;
  bench.source.fetch = async (...given) => {
    bench.source.fetch = fetch;
    await fetch(...given);
    throw Object.assign(new Error('as a killed process leaves it'), { code: 'CONNECTION_CLOSED' });
  };
  await ask();
  await expect(bench.advance('acme')).rejects.toThrow('killed');
  expect(await syncs()).toMatchObject([{ state: 'running', fetch_failures: 0 }]);
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'applied', fetch_failures: 0 }]);
  expect(await uploads()).toMatchObject([{ sync: 1 }, { sync: 1 }]);
});

it('of two nights’ snapshots imports the newest; of two deltas each in its turn', async () => {
  source(
    {
      files: { 'clients_1.csv': clients('Dupont'), 'e_1.csv': entries(1, 2) },
      fails: new ArrivageError('no_connector'),
    },
    { files: { 'clients_2.csv': clients('Dupond'), 'e_2.csv': entries(2, 3) } },
  );
  await ask();
  await bench.advance('acme');
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([
    { state: 'failed' },
    { state: 'applied', incomplete: false },
    { state: 'applied', incomplete: false, missing: [] },
  ]);
  expect(await uploads()).toMatchObject([
    { path: '/clients_1.csv', state: 'gathered', sync: 2 },
    { path: '/e_1.csv', state: 'superseded', sync: 2 },
    { path: '/clients_2.csv', state: 'gathered', sync: 3 },
    { path: '/e_2.csv', state: 'gathered', sync: 2 },
  ]);
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupond' }]);
  expect(await bench.rows('select piece_number from ecritures order by 1')).toEqual([
    { piece_number: 'F2' },
    { piece_number: 'F3' },
  ]);
});

it('a dry run leaves what it fetched to the next pull, and a replay never fetches', async () => {
  source({ files: { 'clients.csv': clients('Dupont') } }, {});
  await ask({ dryRun: true });
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'dry_run' }]);
  expect(await uploads()).toMatchObject([{ state: 'waiting', sync: null }]);
  await ask();
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'dry_run' }, { state: 'applied' }]);
  bench.source.fetch = () => Promise.reject(new Error('a replay fetches nothing'));
  await replaySync(bench.database.sql, 'acme', 2);
  await bench.advance('acme');
  expect(await syncs()).toMatchObject([{ state: 'dry_run' }, { state: 'applied' }, { state: 'applied' }]);
});
