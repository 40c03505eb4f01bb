import type { Format, FormatPins, HeaderJudge } from '../model/format.ts';
import type { ParseDefect, RecordView } from '../model/record.ts';
import { createCsvReader } from '../parse/csv.ts';
import { readXlsx } from '../parse/xlsx.ts';
import { chunksOf, openSource } from './open-source.ts';

export interface RecordSink {
  /** Called once, before the first record. */
  onFormat: (format: Format) => void;
  onRecord: (view: RecordView) => void;
  onDefect: (defect: ParseDefect) => void;
  /** Awaited between chunks; `bytes` of the file are done. */
  pause: (bytes: number) => Promise<void>;
}

export interface RecordsSummary {
  repeatedHeaders: number;
  defects: number;
  /** The file ends inside its last record, as far as can be told. */
  truncated: boolean;
}

export interface RecordsRequest {
  path: string;
  pins: FormatPins;
  judge: HeaderJudge;
}

/** Reads all records of a file, whatever its format. */
export async function readRecords(request: RecordsRequest, sink: RecordSink): Promise<RecordsSummary> {
  const source = await openSource(request.path, request.pins, request.judge, { whole: true });
  return source.kind === 'zip' ? readWorkbook(request, sink) : readText(request.path, source.format, sink);
}

/** As `readRecords`, for a file whose format was found before. */
export async function readRecordsAs(path: string, format: Format, sink: RecordSink): Promise<RecordsSummary> {
  if (format.kind !== 'xlsx') return readText(path, format, sink);
  const { sheet, headerLine } = format;
  return readWorkbook({ path, pins: { sheet, headerLine }, judge: () => ({ dataset: undefined, known: 0 }) }, sink);
}

async function readText(path: string, format: Exclude<Format, { kind: 'xlsx' }>, sink: RecordSink) {
  sink.onFormat(format);
  const reader = createCsvReader(format, sink);
  let bytes = 0;
  for await (const chunk of chunksOf(path)) {
    reader.write(chunk);
    bytes += chunk.length;
    await sink.pause(bytes);
  }
  const { repeatedHeaders, defects, endedWithoutNewline, lastRecordShort } = reader.end();
  await sink.pause(bytes);
  return { repeatedHeaders, defects, truncated: endedWithoutNewline && lastRecordShort };
}

async function readWorkbook({ path, pins, judge }: RecordsRequest, sink: RecordSink): Promise<RecordsSummary> {
  const { repeatedHeaders, defects } = await readXlsx(path, {
    judge,
    ...(pins.sheet !== undefined && { sheet: pins.sheet }),
    ...(pins.headerLine !== undefined && { headerLine: pins.headerLine }),
    onFormat: sink.onFormat,
    onRecord: sink.onRecord,
    onDefect: sink.onDefect,
    pause: (consumed) => sink.pause(consumed),
  });
  return { repeatedHeaders, defects, truncated: false };
}
