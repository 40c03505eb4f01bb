import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { texts, writeBook } from '../parse/xlsx-fixture.ts';
import { openBench, type Bench } from './pipeline.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  await bench.send('acme', 'clients.csv', 'Code client;Nom;Délai\r\nC1;Dupont;30\r\n');
  await bench.advance('acme');
});

/** A workbook of entries; a date is a serial under `dd/mm/yyyy`, or a text. */
async function sendBook(rows: readonly [entry: number | string, due: number | string][]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-dates-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  const date = (value: number | string) => (typeof value === 'string' ? text(value) : `<c s="1"><v>${value}</v></c>`);
  const line = (row: (typeof rows)[number], i: number) =>
    `<row r="${i + 2}">${text('C1')}${text(`F${i}`)}${date(row[0])}${date(row[1])}<c><v>12.5</v></c></row>`;
  const sheet = texts(1, 'Code client', 'Pièce', 'Date', 'Échéance', 'Montant') + rows.map(line).join('');
  const path = await writeBook(join(folder, 'book.xlsx'), { sheets: { Écritures: sheet }, formats: ['dd/mm/yyyy'] });
  await bench.send('acme', 'ecritures.xlsx', await readFile(path));
  await bench.advance('acme');
}

const dates = async () =>
  (
    await bench.rows(
      'select entry_date::text, due_date::text, due_date_derived as derived from ecritures order by piece_number',
    )
  ).map(
    ({ entry_date, due_date, derived }) =>
      `${String(entry_date)} ${String(due_date)}${derived === true ? ' derived' : ''}`,
  );
const warned = async () =>
  (await bench.rows('select detail from sync_files order by sync_id desc limit 1'))
    .flatMap(({ detail }) => (detail as { warnings: { code: string; column: string }[] }).warnings)
    .map(({ code, column }) => `${code} ${column}`)
    .sort();

it('days of a workbook that were written in UTC are the days that its reader means', async () => {
  await sendBook([
    [46036.9583333333, 46066.9583333333],
    [46203.9166666667, 46233.9166666667],
    [46265.9166666667, 46309.9166666667],
  ]);
  expect(await dates()).toEqual(['2026-01-15 2026-02-14', '2026-07-01 2026-07-31', '2026-09-01 2026-10-15']);
  expect(await warned()).toEqual(['evening_before due_date', 'evening_before entry_date']);
});

it('days and months that a spreadsheet swapped are put back', async () => {
  await sendBook([
    [46085, '25/05/2026'],
    ['25/03/2026', 46117],
    [46143, '28/02/2026'],
    ['17/01/2026', 46205],
    [46328, '27/03/2026'],
    ['28/02/2026', 46360],
  ]);
  expect(await dates()).toEqual([
    '2026-04-03 2026-05-25',
    '2026-03-25 2026-05-04',
    '2026-01-05 2026-02-28',
    '2026-01-17 2026-02-07',
    '2026-02-11 2026-03-27',
    '2026-02-28 2026-04-12',
  ]);
  expect(await warned()).toEqual(['swapped_dates due_date', 'swapped_dates entry_date']);
});

it('a due date that stands for none is derived from the client’s terms', async () => {
  const line = (i: number, entry: string, due: string) => `C1;F${i};${entry};${due};12,00\r\n`;
  const rows = line(1, '15/01/26', '31/12/99') + line(2, '16/01/26', '15/02/26') + line(3, '17/01/26', '31/12/49');
  await bench.send('acme', 'ecritures.csv', `Code client;Pièce;Date;Échéance;Montant\r\n${rows}`);
  await bench.advance('acme');
  expect(await dates()).toEqual([
    '2026-01-15 2026-02-14 derived',
    '2026-01-16 2026-02-15',
    '2026-01-17 2026-02-16 derived',
  ]);
  expect(await warned()).toEqual(['unlikely_due_date due_date']);
});

it('an impossible date of tonight changes nothing for the lines of yesterday, which are not read again', async () => {
  const day = (i: number) => `${String((i % 28) + 1).padStart(2, '0')}/${String((i % 5) + 1).padStart(2, '0')}/26`;
  const line = (i: number, date = day(i)) => `C1;F${String(i).padStart(2, '0')};${date};;12,00\r\n`;
  const all = Array.from({ length: 60 }, (_, i) => line(i));
  const send = async (lines: string[]) => {
    await bench.send('acme', 'ecritures.csv', `Code client;Pièce;Date;Échéance;Montant\r\n${lines.join('')}`);
    await bench.advance('acme');
  };
  await send(all);
  const before = await dates();
  await send([...all, line(60, '31/02/26'), line(61, '29/02/26')]);
  expect(bench.reads.at(-1)?.kept).toBe(60);
  expect(await dates()).toEqual(before);
  expect(await bench.rows('select value from rejections order by line')).toEqual([
    { value: '31/02/26' },
    { value: '29/02/26' },
  ]);
});
