/**
 * Validation alone, single thread: `npx tsx bench/validate.ts FILE [runs]` splits a CSV file (`;`, cp1252) beforehand, and
 * times how long its records take to become COPY text. FILE is made by `generate.ts`.
 */
import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import type { Dataset } from '../src/model/dataset.ts';
import type { RecordView } from '../src/model/record.ts';
import { headerJudge } from '../src/validate/columns/judge.ts';
import { matchColumns } from '../src/validate/columns/match.ts';
import { BUFFER_BYTES } from '../src/validate/output/output.ts';
import { createValidator, type ValidatorResult } from '../src/validate/validator.ts';
import { median } from './median.ts';

const [file, runs = '3'] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: bench/validate.ts FILE [runs]');
const bytes = Buffer.from(iconv.decode(readFileSync(file), 'windows-1252'));

interface Table {
  width: number;
  /** `width` starts and ends for each record, then the bounds of the record itself. */
  starts: Int32Array;
  ends: Int32Array;
  raw: Int32Array;
  count: number;
}

/** Splits unescaped records; a cell that holds doubled quotes keeps them, which makes no difference to the time. */
function split(width: number, from: number): Table {
  const rows = bytes.length / 20;
  const table = {
    width,
    starts: new Int32Array(rows * width),
    ends: new Int32Array(rows * width),
    raw: new Int32Array(rows),
    count: 0,
  };
  let at = 0;
  let start = from;
  let quoted = false;
  table.raw[0] = from;
  for (let i = from; i < bytes.length; i++) {
    const c = bytes[i];
    if (c === 0x22) quoted = !quoted;
    if (quoted || (c !== 0x3b && c !== 0x0a)) continue;
    const end = c === 0x0a && bytes[i - 1] === 0x0d ? i - 1 : i;
    const wrapped = bytes[start] === 0x22 ? 1 : 0;
    table.starts[at] = start + wrapped;
    table.ends[at++] = end - wrapped;
    start = i + 1;
    if (c === 0x0a) table.raw[++table.count] = start;
  }
  return table;
}

const firstLine = bytes.toString('utf8', 0, bytes.indexOf(0x0a)).trim();
const header = firstLine.split(';');
const dataset = headerJudge()(header).dataset as Dataset;
const table = split(header.length, bytes.indexOf(0x0a) + 1);

const view: RecordView = {
  bytes,
  starts: new Int32Array(table.width),
  ends: new Int32Array(table.width),
  kinds: new Uint8Array(table.width),
  count: table.width,
  line: 0,
  breaks: 0,
  astray: -1,
  raw: bytes,
  rawStart: 0,
  rawEnd: 0,
};

/** Passes every record to `take`; milliseconds of processor time, which other processes don't stretch as they do a clock. */
function pass(take: (view: RecordView) => void): number {
  const before = process.cpuUsage();
  for (let r = 0, at = 0; r < table.count; r++) {
    for (let i = 0; i < table.width; i++, at++) {
      view.starts[i] = table.starts[at] as number;
      view.ends[i] = table.ends[at] as number;
    }
    view.line = r + 2;
    view.rawStart = table.raw[r] as number;
    view.rawEnd = table.raw[r + 1] as number;
    take(view);
  }
  return process.cpuUsage(before).user / 1000;
}

function run(): { ms: number; result: ValidatorResult; written: number } {
  let written = 0;
  const spare: Uint8Array[] = [];
  const validator = createValidator({
    match: matchColumns(dataset, header, {}),
    mapping: {},
    tenant: { defaultCompany: '', fecAccounts: ['411'] },
    today: new Date(),
    size: bytes.length,
    fileNo: 1,
    sink: {
      take: (size) => spare.pop() ?? new Uint8Array(Math.max(size, BUFFER_BYTES)),
      rows(_dataset, buffer, length) {
        written += length;
        spare.push(buffer);
      },
      rejections: () => undefined,
      rest: () => undefined,
      spared: () => undefined,
    },
  });
  const ms = pass((record) => validator.accept(record));
  return { ms, result: validator.finish(), written };
}

const bare: number[] = [];
const outcomes: ReturnType<typeof run>[] = [];
for (let i = 0; i < Number(runs); i++) {
  let cells = 0;
  bare.push(pass((record) => (cells += record.count)));
  outcomes.push(run());
}
const whole = outcomes.map(({ ms }) => ms);
const [first] = outcomes;
console.log(
  `${dataset}: ${table.count} records, ${((first?.written ?? 0) / 1e6).toFixed(0)} MB of COPY text, CPU ms of each run: ` +
    `${whole.map((ms) => ms.toFixed(0)).join(' ')}; median ${(median(whole) - median(bare)).toFixed(0)} ms ` +
    `without the ${median(bare).toFixed(0)} ms of passing the records`,
);
console.log(JSON.stringify({ ...first?.result, columns: undefined, decisions: undefined }, null, 1).slice(0, 2000));
