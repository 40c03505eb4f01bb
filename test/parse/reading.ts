import { readFileSync } from 'node:fs';
import type { CsvFormat, FormatPins, HeaderJudge } from '../../src/model/format.ts';
import type { ParseDefect } from '../../src/model/record.ts';
import { createCsvReader, type CsvSummary } from '../../src/parse/csv/csv.ts';
import { createEncodingSurvey } from '../../src/parse/encoding/encoding.ts';
import { sniffCsv } from '../../src/parse/csv/sniff.ts';
import { headerJudge } from '../../src/validate/columns/judge.ts';

export interface Reading {
  /** `astray`: the first cell of which nobody can tell where it ends. */
  records: { line: number; cells: string[]; raw: string; astray?: number }[];
  defects: ParseDefect[];
  summary: CsvSummary;
}

export const csv = (over: Partial<CsvFormat> = {}): CsvFormat => ({
  kind: 'csv',
  encoding: 'utf-8',
  bom: false,
  delimiter: ';',
  quote: '"',
  escape: '"',
  lineEnds: 'lf',
  headerLine: 1,
  header: ['a', 'b', 'c'],
  ...over,
});

/** Reads it all and copies it out, in the order of lines; `cut` is the size of the chunks. */
export function read(source: Uint8Array | string, format: CsvFormat = csv(), cut = 1 << 20): Reading {
  const bytes = Buffer.from(source as string);
  const reading: Omit<Reading, 'summary'> = { records: [], defects: [] };
  const reader = createCsvReader(format, {
    onRecord: (view) => {
      const text = (from: Uint8Array, start: number, end: number) => Buffer.from(from.subarray(start, end)).toString();
      reading.records.push({
        line: view.line,
        cells: Array.from({ length: view.count }, (_, i) => text(view.bytes, view.starts[i] ?? 0, view.ends[i] ?? 0)),
        raw: text(view.raw, view.rawStart, view.rawEnd),
        ...(view.astray >= 0 && { astray: view.astray }),
      });
    },
    onDefect: (defect) => reading.defects.push(defect),
  });
  for (let at = 0; at < bytes.length; at += cut) reader.write(bytes.subarray(at, at + cut));
  const summary = reader.end();
  reading.records.sort((a, b) => a.line - b.line);
  return { ...reading, summary };
}

export const cellsOf = (reading: Reading): string[][] => reading.records.map((record) => record.cells);

/** A file as an import reads it: survey, sniff, read. */
export const readFile = (path: URL | string, pins: FormatPins = {}, judge: HeaderJudge = headerJudge()) =>
  readBytes(readFileSync(path), pins, judge);

export function readBytes(bytes: Buffer, pins: FormatPins = {}, judge: HeaderJudge = headerJudge()) {
  const survey = createEncodingSurvey();
  for (let at = 0; at < bytes.length; at += 1 << 20) survey.write(bytes.subarray(at, at + (1 << 20)));
  const content = survey.result(pins.encoding);
  if (content.kind !== 'text') throw new Error(content.kind === 'refused' ? content.code : content.kind);
  const { format, remarks } = sniffCsv(bytes.subarray(0, 65_536), content, judge, pins);
  return { format, remarks, ...read(bytes, format) };
}

export const fixture = (name: string): URL => new URL(`../fixtures/parse/${name}`, import.meta.url);
