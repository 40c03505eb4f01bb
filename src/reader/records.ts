import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CsvFormat, Format, FormatPins, HeaderJudge } from '../model/format.ts';
import type { ParseDefect, RecordView } from '../model/record.ts';
import type { Warning } from '../model/rejection.ts';
import { createCsvReader } from '../parse/csv/csv.ts';
import type { Run, Side } from '../parse/line-diff.ts';
import { readXlsx } from '../parse/xlsx/xlsx.ts';
import { chunksOf, openSource } from './open-source.ts';

export interface RecordSink {
  /** Called once, before the first record; `remarks` are about the file as a whole. */
  onFormat: (format: Format, remarks: readonly Warning[]) => void;
  /** Called after `onFormat` for a text, of which parts may be enough. */
  partsOf?: (format: CsvFormat) => Side | undefined;
  onRecord: (view: RecordView) => void;
  /** The header of a text stands again on this line; a workbook has no such call. */
  onHeader?: (line: number) => void;
  onDefect: (defect: ParseDefect) => void;
  /** Awaited between chunks; `bytes` of the file are done. */
  pause: (bytes: number) => Promise<void>;
}

export interface RecordsSummary {
  repeatedHeaders: number;
  defects: number;
  /** The file ends inside its last record, as far as can be told. */
  truncated: boolean;
  /** The text does not end with a line end. */
  isOpen: boolean;
  /** Where parts were read: a record does not end with its part, so that the rest cannot be said to be as it was. */
  astray: boolean;
  /** Other sheets of the workbook that seem to hold such records. */
  unreadSheets: string[];
  /** On the texts of a workbook, which are known when they have been read. */
  remarks: readonly Warning[];
}

export interface RecordsRequest {
  path: string;
  pins: FormatPins;
  judge: HeaderJudge;
}

/** Reads all records of a file, whatever its format. */
export async function readRecords(request: RecordsRequest, sink: RecordSink): Promise<RecordsSummary> {
  const source = await openSource(request.path, request.pins, request.judge, { whole: true });
  return source.kind === 'zip' ? readWorkbook(request, sink) : readText(request.path, source, sink);
}

/** As `readRecords`, for a file whose format was found before. */
export async function readRecordsAs(path: string, format: Format, sink: RecordSink): Promise<RecordsSummary> {
  if (format.kind !== 'xlsx') return readText(path, { format, remarks: [] }, sink);
  const { sheet, headerLine } = format;
  return readWorkbook({ path, pins: { sheet, headerLine }, judge: () => ({ dataset: undefined, known: 0 }) }, sink);
}

async function readText(
  path: string,
  { format, remarks }: { format: CsvFormat; remarks: readonly Warning[] },
  sink: RecordSink,
): Promise<RecordsSummary> {
  sink.onFormat(format, remarks);
  const parts = sink.partsOf?.(format);
  if (parts) return readParts(path, format, parts, sink);
  const reader = createCsvReader(format, sink);
  let bytes = 0;
  for await (const chunk of chunksOf(path)) {
    reader.write(chunk);
    bytes += chunk.length;
    await sink.pause(bytes);
  }
  const { repeatedHeaders, defects, endedWithoutNewline, lastRecordShort } = reader.end();
  await sink.pause(bytes);
  return {
    repeatedHeaders,
    defects,
    truncated: endedWithoutNewline && lastRecordShort,
    isOpen: endedWithoutNewline,
    astray: false,
    unreadSheets: [],
    remarks: [],
  };
}

/** Bytes read at a time, and between two pauses. */
const CHUNK = 1 << 20;

/**
 * Reads some stretches of lines of a file. Many are of one line: they are read without giving way, which costs a tenth
 * of what it costs to wait for each.
 */
export async function readParts(
  path: string,
  format: CsvFormat,
  { runs, lines }: Side,
  sink: Pick<RecordSink, 'onRecord' | 'onHeader' | 'onDefect' | 'pause'>,
): Promise<RecordsSummary> {
  const reader = createCsvReader(format, sink);
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  let next = 1;
  let unpaused = 0;
  let isOpen = false;
  try {
    for (const run of runs) {
      if (!reader.pass(run.line - next)) break;
      for (const chunk of chunksOfRun(file, run, buffer)) {
        reader.write(chunk);
        unpaused += chunk.length;
        if (unpaused < CHUNK) continue;
        unpaused = 0;
        await sink.pause(run.offset);
      }
      next = run.line + run.lines;
    }
    isOpen = !endsWithLine(file);
  } finally {
    closeSync(file);
  }
  const astray = next <= lines && !reader.pass(lines + 1 - next);
  const { repeatedHeaders, defects, endedWithoutNewline, lastRecordShort } = reader.end();
  return {
    repeatedHeaders,
    defects,
    truncated: endedWithoutNewline && lastRecordShort,
    isOpen,
    astray,
    unreadSheets: [],
    remarks: [],
  };
}

function* chunksOfRun(file: number, { offset, bytes }: Run, buffer: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes;) {
    const read = readSync(file, buffer, 0, Math.min(buffer.length, bytes - at), offset + at);
    if (read === 0) throw new Error('a file became shorter while it was read');
    yield buffer.subarray(0, read);
    at += read;
  }
}

async function readWorkbook({ path, pins, judge }: RecordsRequest, sink: RecordSink): Promise<RecordsSummary> {
  const { repeatedHeaders, defects, unread, remarks } = await readXlsx(path, {
    judge,
    ...(pins.sheet !== undefined && { sheet: pins.sheet }),
    ...(pins.headerLine !== undefined && { headerLine: pins.headerLine }),
    onFormat: (format) => sink.onFormat(format, []),
    onRecord: sink.onRecord,
    onDefect: sink.onDefect,
    pause: (consumed) => sink.pause(consumed),
  });
  return { repeatedHeaders, defects, truncated: false, isOpen: false, astray: false, unreadSheets: unread, remarks };
}

/** Whether the last byte of a file is a line feed. */
function endsWithLine(file: number): boolean {
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, Math.max(0, fstatSync(file).size - 1));
  return last[0] === 0x0a;
}
