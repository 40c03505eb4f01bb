/**
 * Reading a CSV: ours against csv-parse for everything, alternating; medians of CPU seconds, which a busy machine
 * disturbs less than the clock.
 * usage: npx tsx bench/parse.ts FILE [rounds=3]
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { createCsvReader } from '../src/parse/csv/csv.ts';
import { createEncodingSurvey } from '../src/parse/encoding/encoding.ts';
import type { CsvFormat } from '../src/model/format.ts';
import { median } from './median.ts';

const [, , file = '', rounds = '3'] = process.argv;

function eachChunk(use: (chunk: Buffer) => void): void {
  const fd = openSync(file, 'r');
  const chunk = Buffer.alloc(1 << 20);
  for (let n = readSync(fd, chunk); n > 0; n = readSync(fd, chunk)) use(chunk.subarray(0, n));
  closeSync(fd);
}

const format: CsvFormat = {
  kind: 'csv',
  encoding: 'windows-1252',
  bom: false,
  delimiter: ';',
  quote: '"',
  escape: '"',
  lineEnds: 'crlf',
  headerLine: 1,
  header: Array.from({ length: 14 }, (_, i) => `c${i}`),
};

interface Read {
  records: number;
  cells: number;
  bytes: number;
}

function ours(): Read {
  const read = { records: 0, cells: 0, bytes: 0 };
  const reader = createCsvReader(format, {
    onRecord: (view) => {
      read.records += 1;
      read.cells += view.count;
      for (let i = 0; i < view.count; i += 1) read.bytes += (view.ends[i] as number) - (view.starts[i] as number);
    },
    onDefect: (defect) => {
      throw new Error(defect.code);
    },
  });
  eachChunk((chunk) => reader.write(chunk));
  reader.end();
  return read;
}

async function peer(): Promise<Read> {
  const read = { records: 0, cells: 0, bytes: 0 };
  const parser = parse({ delimiter: ';', relax_quotes: true, relax_column_count: true, from_line: 2 });
  parser.on('data', (cells: string[]) => {
    read.records += 1;
    read.cells += cells.length;
    for (const cell of cells) read.bytes += Buffer.byteLength(cell);
  });
  const ended = new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  eachChunk((chunk) => parser.write(iconv.decode(chunk, 'windows-1252')));
  parser.end();
  await ended;
  return read;
}

function survey(): Read {
  const found = createEncodingSurvey();
  let bytes = 0;
  eachChunk((chunk) => {
    bytes += chunk.length;
    found.write(chunk);
  });
  console.log(found.result());
  return { records: 0, cells: 0, bytes };
}

const times: Record<string, number[]> = {};
async function timed(name: string, run: () => Read | Promise<Read>): Promise<void> {
  const before = process.cpuUsage();
  const read = await run();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  (times[name] ??= []).push(seconds);
  console.log(name, seconds.toFixed(3), JSON.stringify(read));
}

for (let round = 0; round < Number(rounds); round += 1) {
  await timed('survey', survey);
  await timed('ours', ours);
  if (!process.env.BENCH_ALONE) await timed('csv-parse', peer);
}
console.log(
  'median',
  median(times.ours ?? []).toFixed(3),
  's; csv-parse',
  (median(times['csv-parse'] ?? []) / median(times.ours ?? [])).toFixed(1),
  'x that',
);
console.log('peak RSS', Math.round(process.resourceUsage().maxRSS / 1024), 'MB');
