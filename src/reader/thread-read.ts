import { closeSync, openSync, readSync } from 'node:fs';
import { ArrivageError } from '../errors.ts';
import type { CsvFormat, Format } from '../model/format.ts';
import { unguarded } from '../model/guarded.ts';
import type { ParseDefect, RecordView } from '../model/record.ts';
import type { Warning } from '../model/rejection.ts';
import { createCsvReader } from '../parse/csv/csv.ts';
import { cleanLines } from '../parse/clean-lines.ts';
import { type Row, rowsOf } from '../parse/rows.ts';
import type { LineDiff } from '../parse/line-diff.ts';
import { headerJudge, isFec } from '../validate/columns/judge.ts';
import { matchColumns } from '../validate/columns/match.ts';
import { ofTwoYears } from '../validate/file/openings.ts';
import { createValidator, type Kept, type Validator, type ValidatorOptions } from '../validate/validator.ts';
import { shorten } from '../validate/cells/warnings.ts';
import { copyLine } from '../model/copy-line.ts';
import { batchLines } from './line-batch.ts';
import { readRecords, readRecordsAs } from './records.ts';
import { addKept, differenceOf, isComparable, keysOf, linesKept, readingOf, readRemoved } from './thread-difference.ts';
import type { Outbox } from './thread-outbox.ts';
import {
  decisionsOf,
  type Basis,
  type ReadResult,
  type Stream,
  type ThreadMessage,
  type ThreadTask,
} from './thread-protocol.ts';

/** XML is about five times as large as its zip. */
const XLSX_INFLATION = 5;

type Post = (message: ThreadMessage) => void;
type Task<K> = Extract<ThreadTask, { kind: K }>;

/**
 * Parses and validates one file; rows leave as COPY text while reading goes on. With a basis that was read the same
 * way, only the lines that differ are parsed.
 */
export async function readFile(task: Task<'read'>, outbox: Outbox, post: Post): Promise<ReadResult> {
  const { file, options } = task;
  const { dataset, mapping, fileNo, plan } = options;
  const basis = plan.kind === 'changedLines' ? plan.baseline : undefined;
  const clean = cleanLines();
  const defects = batchLines(outbox, 'rejections');
  let validator: Validator | undefined;
  let comparable: CsvFormat | undefined;
  let diff: LineDiff | undefined;
  let remarks: readonly Warning[] = [];
  let rows = 0;
  let passed = 0;
  let isCell = (_raw: string): boolean => false;

  const open = (format: Format) => {
    const direct =
      plan.kind === 'bulk' && isComparable(options, format) && growsInOrder(task, format) ? plan.target : undefined;
    const made = createValidator({
      ...validatorOptions(task, format),
      ...(direct && { direct }),
      preamble: preambleOf(file.path, format),
      sink: {
        take: (bytes) => outbox.take(bytes),
        rows: (of, buffer, length) => outbox.give(of === dataset ? 'rows' : 'clients', buffer, length),
        rest: (buffer, length) => outbox.give('rest', buffer, length),
        rejections: (buffer, length) => outbox.give('rejections', buffer, length),
        spared: (buffer, length) => outbox.give('spared', buffer, length),
      },
    });
    const [layout, clientsLayout = null] = made.layouts;
    if (!layout) throw new Error('a validator has at least one layout');
    post({ kind: 'opened', opened: { format, layout, clientsLayout, direct: direct !== undefined } });
    return made;
  };

  const summary = await readRecords(
    { path: file.path, pins: mapping.format ?? {}, judge: headerJudge({ [dataset]: mapping }, [dataset]) },
    {
      onFormat: (format, found) => {
        remarks = found;
        validator = open(format);
        if (format.kind !== 'xlsx') isCell = (raw) => !raw.includes(format.delimiter);
        if (isComparable(options, format)) comparable = format;
      },
      partsOf: (format) => {
        if (comparable && basis?.reading === readingOf(format, options))
          diff = differenceOf(file.path, file.size, basis);
        return diff?.added;
      },
      onRecord: (view) => {
        if (validator?.accept(view) === true && view.breaks === 0 && comparable) clean.add(view.line);
        rows++;
      },
      onHeader: (line) => validator?.header(line),
      onDefect: (defect) => {
        if (validator?.defect(defect.line, defect.raw, isCell(defect.raw)) === false) passed++;
        else defects.add(defectLine(fileNo, defect));
      },
      pause: async (bytes) => {
        defects.flush();
        post({ kind: 'progress', bytes, rows });
        await outbox.ready();
      },
    },
  );
  defects.flush();
  if (!validator) throw new Error('a file was read before its format was known');
  const kept = comparable && diff && basis ? await keptOf(task, comparable, diff, basis, outbox) : undefined;
  if (diff) addKept(clean, diff.added);
  const { accepted, rejected, skipped, read, fecClients, evidence, undecided, needsAll, unsettled, isCut, ...found } =
    validator.finish(kept, summary.isOpen);
  if (undecided !== undefined) throw new ArrivageError('two_exports', { line: undecided });
  const damaged = summary.defects - passed;
  return {
    ...found,
    warnings: [...remarks, ...summary.remarks, ...unreadSheets(summary.unreadSheets), ...found.warnings],
    accepted,
    clientsAccepted: fecClients,
    read: read + summary.defects + summary.repeatedHeaders,
    rejected: rejected + damaged,
    skipped: skipped + summary.repeatedHeaders + passed,
    damaged: damaged > 0 || summary.truncated || isCut || accepted === 0,
    kept: diff ? (kept?.rows ?? 0) : null,
    astray: diff !== undefined && (summary.astray || kept === undefined || unsettled || ofTwoYears(found.openings)),
    lines:
      comparable && !needsAll && !ofTwoYears(found.openings)
        ? { reading: readingOf(comparable, options), clean: clean.bits.slice(), evidence }
        : null,
  };
}

/** Bytes in which a preamble is looked for. */
const PREAMBLE_BYTES = 65_536;

/** What stands above the header of a text. */
function preambleOf(path: string, format: Format): Row[] {
  if (format.kind === 'xlsx' || format.headerLine < 2) return [];
  const rows = rowsOf(headOf(path, PREAMBLE_BYTES), { ...format, headerLine: 0, header: [] });
  return rows.filter(({ line }) => line < format.headerLine);
}

function unreadSheets(names: readonly string[]): Warning[] {
  if (names.length === 0) return [];
  const value = shorten(names.join(', '), 200);
  return [{ code: 'sheets_not_read', column: null, count: names.length, examples: [{ line: 0, value }] }];
}

function validatorOptions({ file, options }: Task<'read'>, format: Format): Omit<ValidatorOptions, 'sink'> {
  const { dataset, mapping, fileNo, fixed, tenant, today, plan } = options;
  const decisions = decisionsOf(plan);
  return {
    match: matchColumns(dataset, format.header, mapping, dataset === 'ecritures' && isFec(format.header)),
    mapping,
    tenant,
    today: new Date(today),
    size: format.kind === 'xlsx' ? file.size * XLSX_INFLATION : file.size,
    fileNo,
    ...(fixed && { fixed }),
    ...(format.kind === 'xlsx' && { workbook: { date1904: format.date1904 } }),
    ...(decisions && { decisions }),
  };
}

/** Bytes at the head of a file that show whether its keys grow with its lines, and rows of which the order is no matter. */
const SAMPLE_BYTES = 262_144;
const FEW_ROWS = 1000;

/** In an order of their own, keys would touch every page of a large index again and again. */
function growsInOrder(task: Task<'read'>, format: CsvFormat): boolean {
  const keys: string[] = [];
  const validator = createValidator({
    ...validatorOptions(task, format),
    size: 0,
    mapping: { ...task.options.mapping, mode: 'delta' },
    sink: {
      take: (bytes) => new Uint8Array(bytes),
      rows: (_, buffer, length) =>
        keys.push(
          ...Buffer.from(keysOf(buffer.subarray(0, length)))
            .toString('latin1')
            .split('\n')
            .slice(0, -1),
        ),
      rest: () => undefined,
      rejections: () => undefined,
      spared: () => undefined,
    },
  });
  const reader = createCsvReader(format, { onRecord: (view) => validator.accept(view), onDefect: () => undefined });
  reader.write(headOf(task.file.path, SAMPLE_BYTES));
  validator.finish();
  const growing = keys.filter((key, i) => i > 0 && key > (keys[i - 1] ?? '')).length;
  return keys.length < FEW_ROWS || growing >= 0.9 * (keys.length - 1);
}

function headOf(path: string, bytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.allocUnsafeSlow(bytes);
    return head.subarray(0, readSync(file, head, 0, bytes, 0));
  } finally {
    closeSync(file);
  }
}

/** Sends the keys of what was removed, and says what need not be read. */
async function keptOf(
  task: Task<'read'>,
  format: CsvFormat,
  { removed, added }: LineDiff,
  basis: Basis,
  outbox: Outbox,
): Promise<Kept | undefined> {
  const { mapping } = task.options;
  const validator = createValidator({
    ...validatorOptions(task, format),
    size: 0,
    // What it refused then is nobody's concern now.
    mapping: { ...mapping, mode: 'delta' },
    sink: {
      take: (bytes) => new Uint8Array(bytes),
      rows: (_, buffer, length) => sendBytes(outbox, 'removed', keysOf(buffer.subarray(0, length))),
      rest: () => undefined,
      rejections: () => undefined,
      spared: () => undefined,
    },
  });
  // Whatever is wrong with the basis, the file itself can still be read whole.
  const gone = await readRemoved(basis.path, format, removed, validator).catch(() => undefined);
  return gone && { rows: linesKept(added), all: basis, removed: gone };
}

/** Some lines of a file as they stand there, each once, as COPY text of (line, raw). `lines` ascend. */
export async function readRaws({ file, format, lines }: Task<'raws'>, outbox: Outbox): Promise<null> {
  // A set of a million lines would take 50 MB.
  const isSent = new Uint8Array(lines.length);
  const raws = batchLines(outbox, 'raws');
  await readRecordsAs(file.path, format, {
    onFormat: () => undefined,
    onRecord: (view) => {
      const place = placeIn(lines, view.line);
      if (place < 0 || isSent[place] === 1) return;
      isSent[place] = 1;
      raws.add(copyLine([view.line, rawOf(view)]));
    },
    onDefect: () => undefined,
    pause: () => {
      raws.flush();
      return outbox.ready();
    },
  });
  raws.flush();
  return null;
}

/** Where a number stands among ascending ones, or -1. */
function placeIn(ascending: Int32Array, wanted: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : -1;
}

const RAW_CHARACTERS = 4096;

function rawOf(view: RecordView): string {
  // Four bytes make a character at most.
  const end = Math.min(view.rawEnd, view.rawStart + RAW_CHARACTERS * 4);
  const bytes = Buffer.from(view.raw.buffer, view.raw.byteOffset + view.rawStart, end - view.rawStart);
  return unguarded(bytes.toString('utf8')).slice(0, RAW_CHARACTERS);
}

const defectLine = (fileNo: number, { line, code, raw }: ParseDefect) =>
  copyLine([fileNo, line, null, code, null, raw]);

function sendBytes(outbox: Outbox, stream: Stream, bytes: Uint8Array): void {
  const buffer = outbox.take(bytes.length);
  buffer.set(bytes);
  outbox.give(stream, buffer, bytes.length);
}
