import { beforeEach, expect, test } from 'vitest';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { approveSync, revertSync } from '../../src/db/queries/syncs/decisions.ts';
import { findSync } from '../../src/db/queries/syncs/syncs.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import { openBench, type Bench } from './pipeline.ts';

const CLIENTS = 'Société;Code client;Raison sociale\r\nNord;C1;Dupont\r\nSud;C1;Durand\r\n;C1;Martin\r\n';
const HEADER = 'Société;Id;Code client;Journal;N° pièce;Date écriture;Montant';
const bare = 'Id;Code client;Journal;N° pièce;Date écriture;Montant';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme');
  await send('clients.csv', CLIENTS);
});

const entry = (company: string, id: number, journal = 'VE', date = '13/11/2026') =>
  `${company};${id};C1;${journal};F${id};${date};10,00`;
const of = (company: string, ...ids: number[]) => ids.map((id) => entry(company, id));
const file = (...lines: string[]) => [HEADER, ...lines, ''].join('\r\n');
const without = (...ids: number[]) =>
  [bare, ...ids.map((id) => `${id};C1;VE;F${id};13/11/2026;10,00`), ''].join('\r\n');

async function send(name: string, content: string): Promise<void> {
  await bench.send('acme', name, content);
  await bench.advance('acme');
}

const scopes = (...rules: NonNullable<Mapping['scopes']>) =>
  setMapping(bench.database.db, 'acme', 'ecritures', { scopes: rules });

const latest = async () => {
  const [row] = await bench.rows('select max(id)::int as id from syncs');
  const sync = await findSync(bench.database.db, Number(row?.['id']));
  if (!sync) throw new Error('no sync');
  return sync;
};
const state = async () => (await latest()).state;
const warnings = async () =>
  (await latest()).files.flatMap((each) =>
    each.warnings.map(({ code, count, examples }) => [code, count, examples[0]?.value ?? null]),
  );
/** `Nord 1` … of what is open. */
const open = async () =>
  (await bench.rows(`select company || ' ' || entry_id as name from ecritures where status = 'open' order by 1`)).map(
    ({ name }) => name,
  );
const text = async () => {
  const { id } = await latest();
  const texts = (await bench.reports('acme')).map((report) => report.text.replaceAll('\r', ''));
  return texts.find((each) => each.includes(`n° ${id}\n`)) ?? '';
};

test('the file of one company says nothing of another’s, however many it has', async () => {
  await send('nord.csv', file(...of('Nord', 1, 2, 3, 4)));
  await send('sud.csv', file(...of('Sud', 1)));
  expect(await state()).toBe('applied');
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Nord 4', 'Sud 1']);

  await send('nord.csv', file(...of('Nord', 1, 2, 3)));
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Sud 1']);
  const report = await text();
  expect(report).toContain('Portée        société Nord\n');
  expect(report).toContain('1 ligne enregistrée présumée soldée');
});

test('the guard measures what is open, and the lines of the last file, within the scope', async () => {
  await send('nord.csv', file(...of('Nord', 1, 2, 3, 4)));
  await send('sud.csv', file(...of('Sud', 1, 2, 3, 4, 5, 6, 7, 8, 9)));
  await send('nord.csv', file(...of('Nord', 1, 2)));
  expect(await state()).toBe('held');
  expect((await latest()).guard).toMatchObject([
    { rule: 'settles_entries', measured: 0.5 },
    { rule: 'settles_amount', measured: 0.5 },
  ]);
});

test('a small company after a large one is not taken for a file that is cut', async () => {
  await send('nord.csv', file(...of('Nord', 1, 2, 3, 4)));
  await send('sud.csv', file(...of('Sud', 1)));
  expect(await state()).toBe('applied');
  await send('sud.csv', file(...of('Sud', 1), entry('Sud', 2)));
  await send('nord.csv', file(...of('Nord', 1)));
  expect((await latest()).guard).toMatchObject([
    { rule: 'settles_entries' },
    { rule: 'settles_amount' },
    { rule: 'few_rows', measured: 0.25 },
  ]);
});

test('the same bytes again are known, whichever company came between; an older file is not', async () => {
  const [older, newer] = [file(...of('Nord', 1, 2, 3)), file(...of('Nord', 1, 2, 3, 4))];
  await send('nord.csv', older);
  await send('nord.csv', newer);
  await send('sud.csv', file(...of('Sud', 1)));
  await send('nord.csv', newer);
  expect(await state()).toBe('unchanged');
  await send('nord.csv', older);
  expect(await state()).toBe('applied');
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Sud 1']);
});

test('each company’s file is compared with its own last one', async () => {
  const many = (company: string, n: number) => file(...of(company, ...Array.from({ length: n }, (_, i) => i + 1)));
  await send('nord-20261101.csv', many('Nord', 20));
  await send('sud-20261101.csv', many('Sud', 10));
  await send('nord-20261102.csv', many('Nord', 19));
  expect(bench.reads.at(-1)?.kept).toBe(19);
  await send('sud-20261102.csv', many('Sud', 11));
  expect(bench.reads.at(-1)?.kept).toBe(10);
  expect((await open()).length).toBe(30);
});

test('a company that a file no longer names stays as it is, and the report says so every night', async () => {
  const both = file(...of('Nord', 1, 2), ...of('Sud', 1));
  await send('tout.csv', both);
  for (const ids of [
    [1, 2],
    [1, 2, 3],
  ]) {
    await send('tout.csv', file(...of('Nord', ...ids)));
    expect(await warnings()).toEqual([['company_absent', 1, 'Sud']]);
    expect(await open()).toContain('Sud 1');
    expect(await text()).not.toContain('tout est en ordre');
  }
  await scopes({ files: ['TOUT*'], whole: true });
  await send('tout.csv', file(...of('Nord', 1, 2, 3, 4)));
  expect(await warnings()).toEqual([]);
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Nord 4']);
  expect(await text()).toContain('Portée        toute la base\n');
});

test('a pattern gives a company to files that name none, with keys, clients and scope of its own', async () => {
  await scopes({ files: ['*_nord.csv'], company: 'Nord' }, { files: ['*_sud.csv'], company: 'Sud' });
  await send('ecritures_nord.csv', without(1, 2, 3, 4));
  await send('ecritures_sud.csv', without(1, 2, 3, 4));
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Nord 4', 'Sud 1', 'Sud 2', 'Sud 3', 'Sud 4']);
  await send('ecritures_nord.csv', without(1, 2, 3));
  expect((await open()).length).toBe(7);
});

test('two files of two companies in one sync are both in, and speak together', async () => {
  await bench.rows(`update tenants set trigger = 'settle'`);
  await scopes({ files: ['*_nord.csv'], company: 'Nord' }, { files: ['*_sud.csv'], company: 'Sud' });
  const both = async (...ids: number[]) => {
    await bench.send('acme', 'ecritures_nord.csv', without(...ids));
    await bench.send('acme', 'ecritures_sud.csv', without(...ids));
    await bench.advance('acme', { hurry: true });
  };
  await both(1, 2, 3, 4);
  expect((await open()).length).toBe(8);
  await both(1, 2, 3);
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Sud 1', 'Sud 2', 'Sud 3']);
  expect((await latest()).files[0]?.scope).toEqual([{ companies: ['Nord', 'Sud'], journal: null, from: null }]);
});

test('a line of another company is refused in a file that is reserved for one', async () => {
  await scopes({ company: 'Nord' });
  await send('nord.csv', file(...of('Nord', 1), entry('', 2), ...of('Sud', 3)));
  expect(await open()).toEqual(['Nord 1', 'Nord 2']);
  expect(await bench.rows('select line, code, value from rejections')).toEqual([
    { line: 4, code: 'other_company', value: 'Sud' },
  ]);
});

test('a file of one journal settles only that journal', async () => {
  await scopes({ files: ['ventes*'], journal: 'VE' }, { files: ['banque*'], journal: 'BQ' });
  await send('ventes.csv', file(...of('Nord', 1, 2, 3, 4)));
  await send('banque.csv', file(...[11, 12, 13, 14].map((id) => entry('Nord', id, 'BQ'))));
  await send('ventes.csv', file(...of('Nord', 1, 2, 3), entry('Nord', 15, 'OD')));
  expect(await open()).toEqual(['Nord 1', 'Nord 11', 'Nord 12', 'Nord 13', 'Nord 14', 'Nord 15', 'Nord 2', 'Nord 3']);
  expect(await warnings()).toEqual([['outside_scope', 1, 'OD']]);
  await send('ventes.csv', file(...of('Nord', 1, 2, 3)));
  expect(await open()).toContain('Nord 15');
});

test('a file of entries from a date on settles none that is older', async () => {
  await send('tout.csv', file(entry('Nord', 1, 'VE', '30/12/2025'), ...of('Nord', 2, 3, 4, 5)));
  await scopes({ from: '2026-01-01' });
  await send('tout.csv', file(...of('Nord', 2, 3, 4)));
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Nord 4']);
  expect(await text()).toContain('Portée        société Nord, écritures datées du 01/01/2026 ou après\n');
});

test('the same bytes under the name of another company are another file', async () => {
  await scopes({ files: ['nord*'], company: 'Nord' }, { files: ['sud*'], company: 'Sud' });
  await send('nord.csv', without(1, 2));
  await send('sud.csv', without(1, 2));
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Sud 1', 'Sud 2']);
  await send('nord.csv', without(1, 2));
  expect(await state()).toBe('unchanged');
});

test('undoing one company’s file gives back what it settled, and leaves the other’s', async () => {
  await send('nord.csv', file(...of('Nord', 1, 2, 3, 4)));
  await send('sud.csv', file(...of('Sud', 1)));
  await send('nord.csv', file(...of('Nord', 1, 2, 3)));
  await revertSync(bench.database.sql, 'acme', (await latest()).id, 'ann');
  await bench.advance('acme');
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Nord 4', 'Sud 1']);
  await send('nord.csv', file(...of('Nord', 1, 2, 3)));
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord 3', 'Sud 1']);
});

test('a column of more companies than anybody has settles nothing, and says so', async () => {
  await bench.rows(`update tenants set guard_settle = 1`);
  await send('nord.csv', file(...of('', 1, 2)));
  const strange = Array.from({ length: 1001 }, (_, i) => entry(`Dupont ${i}`, i + 10));
  await send('nord.csv', file(entry('', 1), ...strange));
  expect((await warnings()).map(([code]) => code)).toContain('too_many_companies');
  expect(await open()).toEqual([' 1', ' 2']);
});

test('a company may be called like anything', async () => {
  const names = ['{tenant}', "O'Neil", '__proto__', 'a\\b', '100%'];
  await send(
    'clients.csv',
    ['Société;Code client;Raison sociale', ...names.map((name) => `${name};C1;X`), ''].join('\r\n'),
  );
  await send('tout.csv', file(...names.flatMap((name) => of(name, 1, 2, 3, 4))));
  await send('tout.csv', file(...names.flatMap((name) => of(name, 1, 2, 3))));
  expect((await open()).length).toBe(15);
});

test('what is held for one company neither waits for another’s files nor is made out of date by them', async () => {
  await send('nord.csv', file(...of('Nord', 1, 2, 3, 4)));
  await send('sud.csv', file(...of('Sud', 1, 2, 3, 4)));
  await send('nord.csv', file(...of('Nord', 1)));
  const held = await latest();
  expect(held.state).toBe('held');
  await send('sud.csv', file(...of('Sud', 1, 2, 3)));
  expect(await state()).toBe('applied');
  await approveSync(bench.database.sql, 'acme', held.id, 'ann');
  await bench.advance('acme');
  expect(await open()).toEqual(['Nord 1', 'Sud 1', 'Sud 2', 'Sud 3']);
});

test('a company that is called otherwise tonight is another: what it had stays, and the report says so', async () => {
  await send('clients.csv', 'Société;Code client;Raison sociale\r\nNord SAS;C1;Dupont\r\n');
  await send('tout.csv', file(...of('Nord', 1, 2), ...of('Sud', 1)));
  await send('tout.csv', file(...of('Nord SAS', 1, 2), ...of('Sud', 1)));
  expect(await open()).toEqual(['Nord 1', 'Nord 2', 'Nord SAS 1', 'Nord SAS 2', 'Sud 1']);
  expect(await warnings()).toEqual([['company_absent', 1, 'Nord']]);
});

test('entries whose company is empty tonight settle none of the company that they had', async () => {
  await send('tout.csv', file(...of('Nord', 1, 2, 3, 4, 5)));
  await send('tout.csv', file(...of('Nord', 1, 2, 3), entry('', 4), entry('', 5)));
  expect(await state()).toBe('held');
});

test('a file that names other companies than the one it is fixed to settles nothing', async () => {
  await send('nord.csv', file(...of('Nord', 1, 2)));
  await scopes({ files: ['nord*'], company: 'Nord' });
  await send('nord.csv', file(...of('Sud', 1, 2)));
  expect(await open()).toEqual(['Nord 1', 'Nord 2']);
  expect((await bench.rows('select distinct code from rejections')).map(({ code }) => code)).toEqual(['other_company']);
  expect(await text()).not.toContain('tout est en ordre');
});

test('beside an empty file nothing of its sync is settled: such a delivery is not trusted', async () => {
  await bench.rows(`update tenants set trigger = 'settle'`);
  await scopes({ files: ['nord*'], company: 'Nord' }, { files: ['sud*'], company: 'Sud' });
  const both = async (nord: string, sud: string) => {
    await bench.send('acme', 'nord.csv', nord);
    await bench.send('acme', 'sud.csv', sud);
    await bench.advance('acme', { hurry: true });
  };
  await both(without(1, 2, 3, 4), without(1, 2, 3, 4));
  await both(without(), without(1, 2, 3));
  expect((await open()).length).toBe(8);
});
