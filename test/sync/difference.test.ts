import { rm, truncate, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { revertSync } from '../../src/db/queries/syncs/decisions.ts';
import { openBench, type Bench } from './pipeline.ts';

const HEADER = 'Id;Code client;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entry = (id: number, label = `Facture ${id}`) => `${id};C1;F${id};02/11/2026;30/11/2026;${label};${id},00;`;
const twenty = Array.from({ length: 20 }, (_, i) => entry(i + 1));
const file = (lines: readonly string[]) => [HEADER, ...lines, ''].join('\r\n');
const changed = twenty.with(4, entry(5, 'Facture rectifiée')).toSpliced(9, 1);

let bench: Bench;
let first: string;

const send = async (lines: readonly string[]) => {
  const upload = await bench.send('acme', 'ecritures.csv', file(lines));
  await bench.advance('acme');
  return upload;
};
/** Rows that did not travel in the last read; null where all of the file was read. */
const kept = () => bench.reads.at(-1)?.kept;
const state = async () => {
  const [row] = await bench.rows(`
    select count(*) filter (where status = 'open')::int as open,
           count(*) filter (where label = 'Facture rectifiée')::int as corrected from ecritures`);
  return row;
};

beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Dupont\r\n');
  await bench.advance('acme');
  first = await send(twenty);
});

test('of a file that hardly changed only the changed lines are read, night after night', async () => {
  await send(changed);
  expect(kept()).toBe(18);
  expect(await state()).toEqual({ open: 19, corrected: 1 });
  const [counts] = await bench.rows(`
    select read, inserted, updated, unchanged, settled from sync_files order by sync_id desc limit 1`);
  expect(counts).toEqual({ read: 19, inserted: 0, updated: 1, unchanged: 18, settled: 1 });

  await send([...changed, entry(21)]);
  expect(kept()).toBe(19);
  expect(await state()).toEqual({ open: 20, corrected: 1 });
});

test('a line that was refused is looked at again every night', async () => {
  await send([...twenty, '21;C9;F21;02/11/2026;30/11/2026;Client inconnu;21,00;']);
  expect(kept()).toBe(20);
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC9;Ménard\r\n');
  await bench.advance('acme');
  await send([...twenty, '21;C9;F21;02/11/2026;30/11/2026;Client inconnu;21,00;', entry(22)]);
  expect(kept()).toBe(20);
  expect(await state()).toEqual({ open: 22, corrected: 0 });
});

test('a second line for an entry of a line that was not read is refused like any other', async () => {
  await send([...twenty, entry(3, 'Encore')]);
  expect(kept()).toBeNull();
  expect(await bench.rows('select code, line from rejections')).toEqual([{ code: 'duplicate_key', line: 22 }]);
});

const touched: [string, () => Promise<unknown>][] = [
  ['its bytes are gone', () => rm(bench.pathOf('acme', first))],
  ['its bytes were purged', () => bench.rows(`update uploads set purged_at = now() where id = '${first}'`)],
  ['its bytes were cut', () => truncate(bench.pathOf('acme', first), 700)],
  [
    'its bytes are others',
    () => writeFile(bench.pathOf('acme', first), file(twenty.toReversed()).replaceAll('F1', 'F2')),
  ],
  ['what is known of its lines is damaged', () => bench.rows(`update last_snapshots set clean = '\\xdeadbeef'`)],
  ['its rows were removed', () => bench.rows('delete from ecritures')],
  [
    'its columns are read in another way',
    () => setMapping(bench.database.db, 'acme', 'ecritures', { decimalMark: ',' }),
  ],
  [
    'another sync changed the rows',
    async () => {
      await setMapping(bench.database.db, 'acme', 'ecritures', { mode: 'delta' });
      await send([entry(5, 'Par un autre fichier')]);
      await bench.rows(`delete from mappings`);
    },
  ],
  [
    'it was undone',
    async () => {
      const [latest] = await bench.rows(`select max(id)::int as id from syncs`);
      await revertSync(bench.database.sql, 'acme', Number(latest?.['id']), 'test');
      await bench.advance('acme');
      expect(await state()).toMatchObject({ open: 0 });
    },
  ],
];

test.each(touched)('where %s, the rows are right all the same', async (_, touch) => {
  await touch();
  await send(changed);
  expect(await state()).toEqual({ open: 19, corrected: 1 });
});

test('a sync that was asked to import everything again reads everything', async () => {
  await bench.send('acme', 'ecritures.csv', file(changed));
  await bench.rows(`update ecritures set label = 'À la main', row_hash = 1 where entry_id = '1'`);
  await bench.rows(`
    with sync as (insert into syncs (tenant_id, cause, force) values ('acme', 'request', true) returning id)
    update uploads set state = 'gathered', sync_id = sync.id from sync where state = 'waiting'`);
  await bench.advance('acme');
  expect(kept()).toBeNull();
  expect(await bench.rows(`select label from ecritures where entry_id = '1'`)).toEqual([{ label: 'Facture 1' }]);
});
