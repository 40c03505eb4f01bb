import { expect, it } from 'vitest';
import { approveSync, discardSync, goLive, replaySync, revertSync } from '../../src/db/queries/syncs/decisions.ts';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { feedPage } from '../../src/db/queries/events/feed.ts';
import { byHand } from '../support/lives.ts';
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

/** F0 of C1 for another amount, as a delta says it. */
const correction = 'Code client;N° pièce;Journal;Date;Échéance;Montant\nC1;F0;VE;01/09/2026;30/09/2026;99,00';

const amountOfF0 = (bench: Bench) => bench.rows("select amount, status from ecritures where piece_number = 'F0'");

it.each([
  ['before it is approved', true],
  ['while it waits for its run', false],
])('puts no held snapshot over what a later delta said, which came %s', async (_, isBefore) => {
  const bench = await heldBench();
  const { db, sql } = bench.database;
  if (!isBefore) {
    expect(await approveSync(sql, 'acme', 3, 'ann')).toBeUndefined();
    await bench.rows("update syncs set not_before = '2099-01-01' where id = 3");
  }
  await setMapping(db, 'acme', 'ecritures', { mode: 'delta' });
  await bench.send('acme', 'ecritures.csv', correction);
  await bench.advance('acme');
  expect(await stateOf(bench, 4)).toBe('applied');
  if (isBefore) expect(await approveSync(sql, 'acme', 3, 'ann')).toBe('overtaken');
  await bench.rows('update syncs set not_before = null where id = 3');
  await bench.advance('acme');
  expect(await stateOf(bench, 3)).toBe('held');
  expect(await amountOfF0(bench)).toEqual([{ amount: '99.00', status: 'open' }]);
  expect(await bench.rows("select count(*)::int as n from ecritures where status = 'open'")).toEqual([{ n: 10 }]);
});

it('puts no clients of a held sync over those of a later one', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients('Dupont'));
  await bench.send('acme', 'ecritures.csv', entries(10));
  await bench.advance('acme');
  await bench.rows("update tenants set trigger = 'settle', settle_seconds = 0");
  await bench.send('acme', 'clients.csv', clients('Dupond'));
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.advance('acme');
  const [held] = await bench.rows("select id::int as id from syncs where state = 'held'");
  const id = Number(held?.['id']);
  expect(await bench.rows(`select dataset from sync_files where sync_id = ${id} order by 1`)).toEqual([
    { dataset: 'clients' },
    { dataset: 'ecritures' },
  ]);
  await bench.send('acme', 'clients.csv', clients('Durand'));
  await bench.advance('acme');
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Durand' }]);
  expect(await approveSync(bench.database.sql, 'acme', id, 'ann')).toBe('overtaken');
});

/** Postgres calls it once, while the transaction that applies a sync stores its files. */
async function meanwhile(bench: Bench, syncId: number, statement: string): Promise<void> {
  await bench.rows(`create function meanwhile() returns trigger language plpgsql as $$
    begin ${byHand.replace('select', 'perform')}; ${statement}; return new; end $$`);
  await bench.rows(`create trigger meanwhile before insert on sync_files for each row
    when (new.sync_id = ${syncId}) execute function meanwhile()`);
}

it('judges again, where it would be applied, whether a later snapshot has come', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  await bench.send('acme', 'ecritures.csv', entries(9));
  // Somebody approves while the later one is under way: nothing of that is stored yet, so nothing speaks against it.
  expect(await approveSync(sql, 'acme', 3, 'ann')).toBeUndefined();
  await bench.rows("update syncs set not_before = '2099-01-01' where id = 3");
  await bench.advance('acme');
  await bench.rows('update syncs set not_before = null where id = 3');
  await bench.advance('acme');
  expect(
    await bench.rows("select id::int, state, approved_by, error->>'code' as code from syncs where id > 2 order by id"),
  ).toEqual([
    { id: 3, state: 'held', approved_by: null, code: 'sync_overtaken' },
    { id: 4, state: 'applied', approved_by: null, code: null },
  ]);
  expect(await bench.rows("select count(*)::int as n from ecritures where status = 'open'")).toEqual([{ n: 9 }]);
  expect(await bench.rows('select count(*)::int as n from sync_files where sync_id = 3')).toEqual([{ n: 1 }]);
  expect(
    await bench.rows("select data->'reason'->>'code' as code from events where type = 'sync.held' order by id"),
  ).toEqual([{ code: 'held_by_guard' }, { code: 'sync_overtaken' }]);
  expect(await approveSync(sql, 'acme', 3, 'ann')).toBe('overtaken');
  expect(await discardSync(sql, 'acme', 3)).toBe(true);
});

it('lets no two syncs of a tenant end at once: one that is overtaken in its last moment is held again', async () => {
  const bench = await heldBench();
  expect(await approveSync(bench.database.sql, 'acme', 3, 'ann')).toBeUndefined();
  // What another process commits while this one is merging.
  await meanwhile(
    bench,
    3,
    `insert into syncs (tenant_id, cause, state, place) values ('acme', 'each', 'applied', 99);
     insert into sync_files (tenant_id, sync_id, file_no, upload_id, dataset, sha256, detail)
       select 'acme', max(id), 1, new.upload_id, 'ecritures', new.sha256, '{"mode": "snapshot"}' from syncs`,
  );
  // The trigger's rows are of the same transaction, and go with it.
  await bench.advance('acme');
  expect(await stateOf(bench, 3)).toBe('held');
  expect(await bench.rows("select count(*)::int as n from ecritures where status = 'open'")).toEqual([{ n: 10 }]);
});

it('makes an approved sync a dry run where its tenant went back to validation', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  await bench.rows("update tenants set state = 'validation'");
  expect(await approveSync(sql, 'acme', 3, 'ann')).toBeUndefined();
  await bench.advance('acme');
  expect(await stateOf(bench, 3)).toBe('dry_run');
  expect(await bench.rows("select count(*)::int as n from ecritures where status = 'open'")).toEqual([{ n: 10 }]);
});

it('applies nothing of a sync whose tenant goes back to validation under way', async () => {
  const bench = await heldBench();
  await bench.send('acme', 'ecritures.csv', entries(9));
  await meanwhile(bench, 4, "update tenants set state = 'validation'");
  await expect(bench.advance('acme')).rejects.toThrow(/dry run/);
  await bench.rows('drop trigger meanwhile on sync_files');
  await bench.rows("update tenants set state = 'validation'");
  await bench.advance('acme');
  expect(await stateOf(bench, 4)).toBe('dry_run');
  expect(await bench.rows("select count(*)::int as n from ecritures where status = 'open'")).toEqual([{ n: 10 }]);
});

it('keeps the order of the ends where the clock steps back', async () => {
  const bench = await heldBench();
  const { sql } = bench.database;
  const read: number[] = [];
  const follow = async () => {
    const page = await feedPage(sql, 'acme', { syncId: read.at(-1) ?? 0, behind: null }, 100);
    read.push(...new Set(page?.items.map(({ syncId }) => syncId)));
  };
  await follow();
  // Those before it ended in the clock's future, as it now seems.
  await bench.rows("update syncs set finished_at = now() + interval '1 year'");
  await bench.send('acme', 'ecritures.csv', entries(11));
  await bench.advance('acme');
  await follow();
  expect(read).toEqual([1, 2, 4]);
  expect(await revertSync(sql, 'acme', 2, 'ann')).toBe('not_latest');
  expect(await revertSync(sql, 'acme', 4, 'ann')).toBe(5);
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

it.each(['each', 'settle'] as const)(
  'takes what came last as the latest where the clock steps back (%s)',
  async (trigger) => {
    const bench = await openBench();
    await bench.tenant('acme', { trigger, settleSeconds: 0 });
    await bench.send('acme', 'clients.csv', clients('Yesterday'));
    bench.clock.now = new Date(bench.clock.now.getTime() - 3_600_000);
    await bench.send('acme', 'clients.csv', clients('Today'));
    bench.clock.now = new Date(bench.clock.now.getTime() + 7_200_000);
    await bench.advance('acme');
    expect(await bench.rows('select name from clients')).toEqual([{ name: 'Today' }]);
  },
);

it('takes up no dry run over what stood again before the tenant went live', async () => {
  const bench = await openBench();
  const { sql } = bench.database;
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients('Dupont'));
  await bench.advance('acme');
  await bench.rows("update tenants set state = 'validation'");
  await bench.send('acme', 'clients.csv', clients('A mistake'));
  await bench.advance('acme');
  await bench.send('acme', 'clients.csv', clients('Dupont'));
  await bench.advance('acme');
  expect((await states(bench)).map(({ state }) => state)).toEqual(['applied', 'dry_run', 'unchanged']);
  expect(await goLive(sql, 'acme')).toBe(0);
  await bench.advance('acme', { hurry: true });
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupont' }]);
});
