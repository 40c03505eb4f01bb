import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { texts, writeBook } from '../parse/xlsx-fixture.ts';
import { openBench, type Bench } from './pipeline.ts';

async function tenant(): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  return bench;
}

async function workbook(sheets: Record<string, string>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-book-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return readFile(await writeBook(join(folder, 'book.xlsx'), { sheets }));
}

const states = async (bench: Bench) => (await bench.rows('select state from syncs order by id')).map((r) => r['state']);
const warnings = async (bench: Bench) =>
  (await bench.rows('select detail from sync_files order by sync_id'))
    .flatMap(({ detail }) => (detail as { warnings: { code: string; examples: { value: string }[] }[] }).warnings)
    .map(({ code, examples }) => [code, examples[0]?.value]);

const clients = texts(1, 'Code client', 'Raison sociale') + texts(2, 'C1', 'Dupont');
const entries = (piece: string) =>
  texts(1, 'Code client', 'Pièce', 'Date', 'Montant') + texts(2, 'C1', piece, '31/01/2026', '12,00');

it('a NUL or half a character in a header stops no sync', async () => {
  const bench = await tenant();
  const long = `${'x'.repeat(99)}😀`;
  await bench.send('acme', 'clients.csv', `Code client;Nom;Zo\0ne;${long}\nC1;Dupont;Sud;a\n`);
  await bench.send('acme', 'autre.csv', `Bon\0jour;${'y'.repeat(490)}😀;z\nun;deux;trois\n`);
  await bench.send('acme', 'ecritures.csv', `Code client;Lib\0ellé;${'z'.repeat(1975)}😀\nC1;x;y\n`);
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'failed', 'failed']);
  expect(await bench.rows('select extra from clients')).toEqual([
    { extra: { Zone: 'Sud', ['x'.repeat(99) + '\ufffd']: 'a' } },
  ]);
});

it('of a workbook with several lists, the one that the file is called after is read', async () => {
  const bench = await tenant();
  await bench.send('acme', 'clients.xlsx', await workbook({ Clients: clients, Écritures: entries('F1') }));
  await bench.send('acme', 'ecritures.xlsx', await workbook({ Clients: clients, Écritures: entries('F1') }));
  await bench.advance('acme');
  expect(await bench.rows('select dataset, inserted from sync_files order by sync_id')).toEqual([
    { dataset: 'clients', inserted: 1 },
    { dataset: 'ecritures', inserted: 1 },
  ]);
});

it('of a workbook with a sheet for each year, the report names those that are not read', async () => {
  const bench = await tenant();
  await bench.send('acme', 'clients.xlsx', await workbook({ Clients: clients }));
  await bench.send(
    'acme',
    'ecritures.xlsx',
    await workbook({ 2025: entries('F1'), Clients: clients, 2026: entries('F2') }),
  );
  await bench.advance('acme');
  expect(await bench.rows('select piece_number from ecritures')).toEqual([{ piece_number: 'F1' }]);
  expect(await warnings(bench)).toContainEqual(['sheets_not_read', '2026']);
});

it('an FEC that somebody saved as a workbook is an FEC', async () => {
  const bench = await tenant();
  const columns =
    'JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise'.split(
      ' ',
    );
  const line = (row: number, account: string, debit: string, credit: string) => {
    const number = (text: string) => `<c><v>${text}</v></c>`;
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const cells = [text('VE'), text('Ventes'), number('1'), number('20260131'), number(account), text('Compte')];
    const more = [text('DUPONT'), text('Dupont SA'), text('F1'), number('20260131'), text('Facture')];
    return `<row r="${row}">${[...cells, ...more, number(debit), number(credit)].join('')}</row>`;
  };
  const rows = texts(1, ...columns) + line(2, '411000', '120.5', '0') + line(3, '706000', '0', '120.5');
  await bench.send('acme', 'export.xlsx', await workbook({ FEC: rows }));
  await bench.advance('acme');
  expect(await bench.rows('select client_code, entry_date::text, amount from ecritures')).toEqual([
    { client_code: 'DUPONT', entry_date: '2026-01-31', amount: '120.50' },
  ]);
  expect(await bench.rows('select name, account from clients')).toEqual([{ name: 'Dupont SA', account: '411000' }]);
  expect(await bench.rows(`select skipped from sync_files where dataset = 'ecritures'`)).toEqual([{ skipped: 1 }]);
});

it('a file without a header is known by its name where the mapping goes by position', async () => {
  const bench = await tenant();
  const mapping = { format: { headerLine: 0 }, columns: { client_code: 1, name: 2 } };
  await setMapping(bench.database.db, 'acme', 'clients', mapping);
  await bench.send('acme', 'CLIENTS_20260131.csv', 'C1;Dupont\r\nC2;Durand\r\n');
  await bench.advance('acme');
  expect(await bench.rows('select client_code, name from clients order by 1')).toEqual([
    { client_code: 'C1', name: 'Dupont' },
    { client_code: 'C2', name: 'Durand' },
  ]);
});
