import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { approveSync, latestApplied, replaySync, revertSync } from '../../src/db/queries/syncs/decisions.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';

// Every run is a few whole syncs.
vi.setConfig({ testTimeout: 240_000 });

const clients = (...lines: string[]) => ['Code client;Raison sociale;Délai', ...lines, ''].join('\r\n');
const header = 'Code client;Journal;N° pièce;Date écriture;Libellé;Lettrage;Débit;Crédit';
const entries = (...lines: string[]) => [header, ...lines, ''].join('\r\n');
const entry = (piece: number, amount = '10,00', letter = '') =>
  `C1;VE;F${piece};01/11/2026;Facture;${letter};${amount};`;

const tables = ['clients', 'contacts', 'ecritures'];
/** Every row as it is, but for what a revert may leave: the sync that changed it last, and a hash that was renewed. */
async function data(bench: Bench, tenant = 'acme'): Promise<unknown[]> {
  const of = (table: string) =>
    bench.rows(`select to_jsonb(t) - '{last_changed,row_hash}'::text[] as row from ${table} t
      where tenant_id = '${tenant}' order by key`);
  return Promise.all(tables.map(of));
}
const states = async (bench: Bench) =>
  (await bench.rows('select state from syncs order by id')).map(({ state }) => state as string);

async function liveBench(): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  return bench;
}

async function sync(bench: Bench, name: string, content: string): Promise<void> {
  await bench.send('acme', name, content);
  await bench.advance('acme');
}

const revert = (bench: Bench, id: number) => revertSync(bench.database.sql, 'acme', id, 'ann');

it('puts back changed, settled and lettered rows, and removes new ones, with their history', async () => {
  const bench = await liveBench();
  await sync(bench, 'clients.csv', clients('C1;Dupont;30'));
  await sync(bench, 'ecritures.csv', entries(entry(1), entry(2), entry(3, '10,00', 'AA')));
  await bench.rows("update ecritures set notes = 'call them', stop_reminders = true where piece_number = 'F1'");
  const before = await data(bench);
  await sync(bench, 'ecritures.csv', entries(entry(1, '12,00'), entry(3, '10,00', 'AA'), entry(4, '-10,00', 'AA')));
  expect(await bench.rows('select piece_number, status from ecritures order by 1')).toEqual([
    { piece_number: 'F1', status: 'open' },
    { piece_number: 'F2', status: 'settled_presumed' },
    { piece_number: 'F3', status: 'settled' },
    { piece_number: 'F4', status: 'settled' },
  ]);
  expect(await revert(bench, 3)).toBe(4);
  await bench.advance('acme');
  expect(await data(bench)).toEqual(before);
  expect(
    await bench.rows('select state, undone, reverts::int, reverted_by::int from syncs where id >= 3 order by id'),
  ).toEqual([
    { state: 'applied', undone: null, reverts: null, reverted_by: 4 },
    {
      state: 'applied',
      undone: [{ dataset: 'ecritures', restored: 3, removed: 1 }],
      reverts: 3,
      reverted_by: null,
    },
  ]);
  expect(
    await bench.rows('select change, count(*)::int as n from changes where sync_id = 4 group by 1 order by 1'),
  ).toEqual([
    { change: 'removed', n: 1 },
    { change: 'updated', n: 3 },
  ]);
  expect(await bench.rows('select distinct last_changed::int as by from ecritures')).toEqual([{ by: 4 }]);
});

it('undoes what new payment terms did to entries that came before', async () => {
  const bench = await liveBench();
  await sync(bench, 'clients.csv', clients('C1;Dupont;30'));
  await sync(bench, 'ecritures.csv', entries(entry(1)));
  const before = await data(bench);
  await sync(bench, 'clients.csv', clients('C1;Dupont;60', 'C2;Ménard;'));
  expect(await data(bench)).not.toEqual(before);
  await revert(bench, 3);
  await bench.advance('acme');
  expect(await data(bench)).toEqual(before);
});

it('puts back contacts that a snapshot no longer named, and leaves those that people made', async () => {
  const bench = await liveBench();
  const contacts = (...names: string[]) =>
    ['Code client;Nom;Email', ...names.map((name) => `C1;${name};${name}@example.org`), ''].join('\r\n');
  await bench.rows(
    `insert into mappings (tenant_id, dataset, version, mapping) values ('acme', 'contacts', 1, '{"mode": "snapshot"}')`,
  );
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  await sync(bench, 'contacts.csv', contacts('martin', 'petit'));
  await bench.rows(`insert into contacts (tenant_id, key, client_code, last_name, origin, first_seen, last_changed)
    values ('acme', gen_random_uuid(), 'C1', 'Moreau', 'manual', 0, 0)`);
  const before = await data(bench);
  await sync(bench, 'contacts.csv', contacts('martin', 'durand'));
  expect(await bench.rows('select last_name, active from contacts order by 1')).toEqual([
    { last_name: 'Moreau', active: true },
    { last_name: 'durand', active: true },
    { last_name: 'martin', active: true },
    { last_name: 'petit', active: false },
  ]);
  await revert(bench, 3);
  await bench.advance('acme');
  expect(await data(bench)).toEqual(before);
});

it('undoes syncs in the reverse of their order, each once, and no revert', async () => {
  const bench = await liveBench();
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  const first = await data(bench);
  await sync(bench, 'clients.csv', clients('C1;Dupond;'));
  await sync(bench, 'clients.csv', clients('C1;Dupond;'));
  expect(await states(bench)).toEqual(['applied', 'applied', 'unchanged']);
  expect(await revert(bench, 1)).toBe('not_latest');
  expect(await revert(bench, 3)).toBe('not_applied');
  expect(await revert(bench, 99)).toBe('unknown');
  expect(await revertSync(bench.database.sql, 'other', 2, 'ann')).toBe('unknown');
  expect(await Promise.all([revert(bench, 2), revert(bench, 2)])).toEqual(expect.arrayContaining([4, 'open']));
  await bench.advance('acme');
  expect(await revert(bench, 2)).toBe('reverted');
  expect(await revert(bench, 4)).toBe('is_revert');
  expect(await data(bench)).toEqual(first);
  expect(await revert(bench, 1)).toBe(5);
  await bench.advance('acme');
  expect(await data(bench)).toEqual([[], [], []]);
});

it('takes the bytes of a sync that was undone as new, and those before it as known', async () => {
  const bench = await liveBench();
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  await sync(bench, 'clients.csv', clients('C1;Dupond;'));
  await revert(bench, 2);
  await bench.advance('acme');
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  await sync(bench, 'clients.csv', clients('C1;Dupond;'));
  expect(await states(bench)).toEqual(['applied', 'applied', 'applied', 'unchanged', 'applied']);
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupond' }]);
});

it('measures the next snapshot against the last that stands', async () => {
  const bench = await liveBench();
  await bench.rows('update tenants set guard_rows = 0.5');
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  await sync(bench, 'ecritures.csv', entries(...[1, 2, 3, 4].map((n) => entry(n))));
  await bench.rows('update tenants set guard_rows = 0');
  await sync(bench, 'ecritures.csv', entries(entry(1)));
  await bench.rows('update tenants set guard_rows = 0.5');
  await revert(bench, 3);
  await bench.advance('acme');
  await sync(bench, 'ecritures.csv', entries(entry(2)));
  expect((await states(bench)).at(-1)).toBe('held');
});

it('applies a sync that was undone once more by a replay', async () => {
  const bench = await liveBench();
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  await revert(bench, 1);
  await bench.advance('acme');
  expect(await data(bench)).toEqual([[], [], []]);
  await replaySync(bench.database.sql, 'acme', 1);
  await bench.advance('acme');
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupont' }]);
  expect(await bench.database.sql.begin((tx) => latestApplied(tx, 'acme'))).toBe(3);
});

it('never undoes a sync over what was applied since: a held one that was approved comes after', async () => {
  const bench = await liveBench();
  await bench.rows('update tenants set guard_settle = 0');
  await sync(bench, 'clients.csv', clients('C1;Dupont;'));
  await sync(bench, 'ecritures.csv', entries(entry(1), entry(2)));
  await sync(bench, 'ecritures.csv', entries(entry(1, '11,00')));
  await sync(bench, 'clients.csv', clients('C1;Dupond;'));
  expect(await states(bench)).toEqual(['applied', 'applied', 'held', 'applied']);
  expect(await revert(bench, 4)).toBe(5);
  await approveSync(bench.database.sql, 'acme', 3, 'ann');
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'applied', 'applied', 'applied', 'failed']);
  expect(await bench.rows('select error from syncs where id = 5')).toMatchObject([
    { error: { code: 'revert_overtaken' } },
  ]);
  expect(await revert(bench, 4)).toBe('not_latest');
  expect(await revert(bench, 3)).toBe(6);
  await bench.advance('acme');
  expect(await bench.rows('select amount::float8 as amount, status from ecritures order by piece_number')).toEqual([
    { amount: 10, status: 'open' },
    { amount: 10, status: 'open' },
  ]);
});

const row = fc
  .record({
    client: fc.constantFrom('C1', 'C2', 'C3'),
    piece: fc.integer({ min: 1, max: 5 }),
    amount: fc.constantFrom('10,00', '-10,00', '20,00'),
    letter: fc.constantFrom('', '', 'AA', 'BB'),
    label: fc.constantFrom('Facture', 'Avoir', ''),
  })
  .map(({ client, piece, amount, letter, label }) => `${client};VE;F${piece};01/11/2026;${label};${letter};${amount};`);
const ledger = fc.array(row, { maxLength: 8 }).map((lines) => entries(...lines));
const known = fc
  .uniqueArray(fc.constantFrom('C1', 'C2', 'C3'), { minLength: 1 })
  .chain((codes) =>
    fc.tuple(
      ...codes.map((code) =>
        fc
          .constantFrom('Dupont', 'Ménard')
          .chain((name) => fc.constantFrom('', '30', '60').map((term) => `${code};${name};${term}`)),
      ),
    ),
  )
  .map((lines) => clients(...lines));
const upload = fc.oneof(
  known.map((content) => ({ name: 'clients.csv', content })),
  ledger.map((content) => ({ name: 'ecritures.csv', content })),
);

it('whatever was applied, each revert leaves every row as it was before', async () => {
  const bench = await openBench();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(known, ledger, fc.array(upload, { minLength: 1, maxLength: 3 }), async (first, second, more) => {
      const tenant = `t${++run}`;
      await bench.tenant(tenant, { guardSettle: 1, guardRows: 0 });
      const snapshots = [await data(bench, tenant)];
      const steps = [{ name: 'clients.csv', content: first }, { name: 'ecritures.csv', content: second }, ...more];
      const applied: number[] = [];
      for (const { name, content } of steps) {
        await bench.send(tenant, name, content);
        await bench.advance(tenant);
        const [last] = await bench.rows(
          `select id::int, state from syncs where tenant_id = '${tenant}' order by id desc limit 1`,
        );
        if (last?.['state'] !== 'applied') continue;
        applied.push(Number(last['id']));
        snapshots.push(await data(bench, tenant));
      }
      for (const id of applied.toReversed()) {
        snapshots.pop();
        expect(await revertSync(bench.database.sql, tenant, id, 'ann')).toBeTypeOf('number');
        await bench.advance(tenant);
        expect(await data(bench, tenant)).toEqual(snapshots.at(-1));
      }
    }),
    { numRuns: 15 },
  );
});
