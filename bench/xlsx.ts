/**
 * Reads 200,000 rows × 14 columns of écritures with our XLSX reader and with exceljs's, alternating, each run in a
 * process of its own: rows per second and peak memory, medians. `node bench/xlsx.ts [rounds] [rows]`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import exceljs from 'exceljs';
import { readXlsx } from '../src/parse/xlsx/xlsx.ts';
import { median } from './median.ts';

const header =
  'code client;n° pièce;type;date;échéance;débit;crédit;solde;devise;libellé;lettrage;journal;commande;id'.split(';');

async function make(path: string, rows: number): Promise<void> {
  const book = new exceljs.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true, useStyles: true });
  const sheet = book.addWorksheet('Écritures');
  for (const column of [4, 5]) sheet.getColumn(column).numFmt = 'dd/mm/yyyy';
  sheet.addRow(header).commit();
  for (let i = 0; i < rows; i++) sheet.addRow(entry(i)).commit();
  await book.commit();
}

function entry(i: number): unknown[] {
  const date = new Date(Date.UTC(2026, i % 12, 1 + (i % 28)));
  const due = new Date(date.getTime() + 30 * 86_400_000);
  const amount = ((i * 7919) % 10_000_000) / 100;
  const code = `C${String(i % 5000).padStart(6, '0')}`;
  const rest = [amount, 0, amount, 'EUR', `Facture n° ${i} du client ${code}`, i % 3 ? null : 'AA', 'VT', `CMD${i}`, i];
  return [code, `F2026-${i}`, 'FAC', date, due, ...rest];
}

async function ours(path: string): Promise<number> {
  const judge = (cells: readonly string[]) => ({ dataset: undefined, known: cells.length });
  const nothing = () => undefined;
  const summary = await readXlsx(path, { judge, onFormat: nothing, onRecord: nothing, onDefect: nothing });
  return summary.records;
}

async function peer(path: string): Promise<number> {
  const options = { sharedStrings: 'cache', styles: 'cache', worksheets: 'emit', hyperlinks: 'ignore' } as const;
  let rows = -1;
  for await (const sheet of new exceljs.stream.xlsx.WorkbookReader(path, { ...options, entries: 'ignore' }))
    for await (const _row of sheet) rows++;
  return rows;
}

interface Run {
  rows: number;
  seconds: number;
  peakMb: number;
}

async function child(arm: string, path: string): Promise<void> {
  const start = performance.now();
  const rows = await (arm === 'ours' ? ours : peer)(path);
  const run: Run = {
    rows,
    seconds: (performance.now() - start) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(JSON.stringify(run));
}

function measure(arm: string, path: string): Run {
  const script = fileURLToPath(import.meta.url);
  return JSON.parse(
    execFileSync(process.execPath, [...process.execArgv, script, arm, path], { encoding: 'utf8' }),
  ) as Run;
}

async function bench(rounds: number, rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'arrivage-xlsx-'));
  try {
    const path = join(folder, 'ecritures.xlsx');
    await make(path, rows);
    console.log(
      `${rows} rows × ${header.length} columns, ${(statSync(path).size / 1e6).toFixed(1)} MB, ${rounds} rounds`,
    );
    const runs: Record<string, Run[]> = { ours: [], exceljs: [] };
    for (let i = 0; i < rounds; i++) for (const arm of Object.keys(runs)) runs[arm]?.push(measure(arm, path));
    for (const [arm, list] of Object.entries(runs)) {
      if (list.some((run) => run.rows !== rows)) throw new Error(`${arm} read ${list[0]?.rows} rows`);
      const speed = median(list.map((run) => run.rows / run.seconds));
      console.log(
        `${arm.padEnd(8)} ${Math.round(speed)} rows/s, peak ${Math.round(median(list.map((run) => run.peakMb)))} MB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, second] = process.argv.slice(2);
if (first === 'ours' || first === 'exceljs') await child(first, second ?? '');
else await bench(Number(first ?? 5), Number(second ?? 200_000));
