import { expect, it } from 'vitest';
import { approveSync, discardSync, goLive, replaySync, revertSync } from '../../src/db/sync-decisions.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';

const clients = (name: string) => `Code client;Raison sociale\nC1;${name}\n`;
const entries = (n: number) =>
  ['Code client;N° pièce;Journal;Date;Échéance;Montant']
    .concat(Array.from({ length: n }, (_, i) => `C1;F${i};VE;01/09/2026;30/09/2026;10,00`))
    .join('\n');

const states = (bench: Bench) => bench.rows('select id, state, dry_run, force from syncs order by id');
const jobs = (bench: Bench) => bench.rows('select key from graphile_worker.jobs where locked_at is null order by key');
const stateOf = async (bench: Bench, id: number) =>
  (await states(bench)).find((row) => Number(row['id']) === id)?.['state'];

/** A tenant whose third sync is held. */
async function heldBench(): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients('Dupont'));
  await bench.send('acme', 'ecritures.csv', entries(10));
  await bench.advance('acme');
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.advance('acme');
  await bench.rows('delete from graphile_worker._private_jobs');
  return bench;
}

it('lets a held sync run once it is approved, and only a held one', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  expect(await approveSync(sql, 'acme', 1, 'ann')).toBe('not_held');
  expect(await approveSync(sql, 'other', 3, 'ann')).toBe('not_held');
  expect(await jobs(bench)).toEqual([]);
  expect(await approveSync(sql, 'acme', 3, 'ann')).toBeUndefined();
  expect(await jobs(bench)).toEqual([{ key: 'advance:acme' }]);
  await bench.advance('acme');
  expect(await stateOf(bench, 3)).toBe('applied');
  expect(await bench.rows("select count(*)::int as n from ecritures where status = 'settled_presumed'")).toEqual([
    { n: 9 },
  ]);
});

it('never imports a discarded sync', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  expect(await discardSync(sql, 'acme', 1)).toBe(false);
  expect(await discardSync(sql, 'acme', 3)).toBe(true);
  expect(await approveSync(sql, 'acme', 3, 'ann')).toBe('not_held');
  await bench.advance('acme');
  expect(await stateOf(bench, 3)).toBe('discarded');
  expect(await bench.rows("select count(*)::int as n from ecritures where status <> 'open'")).toEqual([{ n: 0 }]);
});

it('tells of a decision either way', async () => {
  const bench = await heldBench();
  await bench.rows('delete from events');
  await discardSync(bench.database.sql, 'acme', 3);
  await discardSync(bench.database.sql, 'acme', 3);
  expect(await bench.rows("select type, sync_id::int, data->>'state' as state from events")).toEqual([
    { type: 'sync.discarded', sync_id: 3, state: 'discarded' },
  ]);
});

it('puts no held snapshot in the place of a later one', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  const approve = () => approveSync(sql, 'acme', 3, 'ann');
  await bench.send('acme', 'clients.csv', clients('Dupond'));
  await bench.send('acme', 'ecritures.csv', entries(2));
  await bench.advance('acme');
  expect((await states(bench)).map(({ state }) => state)).toEqual(['applied', 'applied', 'held', 'applied', 'held']);
  await bench.send('acme', 'ecritures.csv', entries(9));
  await bench.advance('acme');
  expect(await stateOf(bench, 6)).toBe('applied');
  expect(await approve()).toBe('overtaken');
  expect(await stateOf(bench, 3)).toBe('held');
  expect(await revertSync(sql, 'acme', 6, 'ann')).toBe(7);
  await bench.advance('acme');
  expect(await approve()).toBeUndefined();
});

it('of two people who decide at once only one is heard', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  const [approved, discarded] = await Promise.all([approveSync(sql, 'acme', 3, 'ann'), discardSync(sql, 'acme', 3)]);
  expect(approved === undefined).toBe(!discarded);
});

it('replays the files of a sync, whether or not anything changed', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients('Dupont'));
  await bench.advance('acme');
  expect(await replaySync(bench.database.sql, 'acme', 1)).toBe(2);
  await bench.advance('acme');
  expect(await states(bench)).toMatchObject([{ state: 'applied' }, { state: 'applied', force: true }]);
  expect(await bench.rows('select sync_id::int, read, unchanged from sync_files order by sync_id')).toMatchObject([
    { sync_id: 1, read: 1, unchanged: 0 },
    { sync_id: 2, read: 1, unchanged: 1 },
  ]);
});

it('replays a file that was put aside, once the mapping can read it', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'x.csv', 'Foo;Bar\nC1;Dupont\n');
  await bench.advance('acme');
  expect(await bench.rows('select state from uploads')).toEqual([{ state: 'unrecognised' }]);
  const mapping = JSON.stringify({ files: ['x.csv'], columns: { client_code: 'Foo', name: 'Bar' } });
  await bench.rows(
    `insert into mappings (tenant_id, dataset, version, mapping) values ('acme', 'clients', 1, '${mapping}')`,
  );
  expect(await replaySync(bench.database.sql, 'acme', 1)).toBe(2);
  await bench.advance('acme');
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupont' }]);
});

it('replays nothing that another sync still has to decide about', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  expect(await replaySync(sql, 'acme', 3)).toBe('held');
  expect(await replaySync(sql, 'acme', 99)).toBe('unknown');
  expect(await replaySync(sql, 'acme', 1)).toBe(4);
  expect(await replaySync(sql, 'acme', 1)).toBe('open');
  expect(await replaySync(sql, 'acme', 4)).toBe('open');
  await discardSync(sql, 'acme', 3);
  await bench.rows('update uploads set purged_at = now() where sync_id = 3');
  expect(await replaySync(sql, 'acme', 3)).toBe('purged');
});

it('gives a tenant that goes live the latest files of its dry runs, once', async () => {
  const bench = await openBench();
  const { sql } = bench.database;
  await bench.tenant('acme', { state: 'validation' });
  await bench.send('acme', 'clients-1.csv', clients('Dupont'));
  await bench.advance('acme');
  await bench.send('acme', 'clients-2.csv', clients('Duval'));
  await bench.send('acme', 'ecritures.csv', entries(2));
  await bench.advance('acme');
  expect(await bench.rows('select count(*)::int as n from clients')).toEqual([{ n: 0 }]);
  expect(await goLive(sql, 'acme')).toBe(2);
  expect(await bench.rows('select state from tenants')).toEqual([{ state: 'live' }]);
  expect((await jobs(bench)).map((row) => row['key'])).toContain('hurry:acme');
  await bench.advance('acme', { hurry: true });
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Duval' }]);
  expect(await bench.rows('select count(*)::int as n from ecritures')).toEqual([{ n: 1 + 1 }]);

  await bench.rows("update tenants set state = 'validation'");
  expect(await goLive(sql, 'acme')).toBe(0);
});

it('makes a dry run that is not finished a real sync', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { state: 'validation' });
  await bench.send('acme', 'clients.csv', clients('Dupont'));
  await bench.advance('acme');
  await bench.rows("update syncs set state = 'running'");
  await goLive(bench.database.sql, 'acme');
  await bench.advance('acme');
  expect(await states(bench)).toMatchObject([{ state: 'applied', dry_run: false }]);
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupont' }]);
});

it('takes bytes as known by what was applied last, not by what came last', async () => {
  const bench = await heldBench();
  await bench.rows('update tenants set guard_settle = 1, guard_rows = 0');
  await bench.send('acme', 'ecritures.csv', entries(9));
  await bench.advance('acme');
  await discardSync(bench.database.sql, 'acme', 3);
  await replaySync(bench.database.sql, 'acme', 3);
  await bench.advance('acme');
  const open = () => bench.rows("select count(*)::int as n from ecritures where status = 'open'");
  expect(await open()).toEqual([{ n: 1 }]);
  await bench.send('acme', 'ecritures.csv', entries(9));
  await bench.advance('acme');
  expect(await stateOf(bench, 6)).toBe('applied');
  expect(await open()).toEqual([{ n: 9 }]);
});
