import type { CsvFormat } from '../model/format.ts';
import { unguarded } from '../model/guarded.ts';
import type { RecordView } from '../model/record.ts';
import { createCsvReader } from './csv/csv.ts';

/** A record as strings: for headers, samples and the command line; an import never makes them. */
export interface Row {
  line: number;
  cells: string[];
}

export function rowOf({ bytes, starts, ends, count, line }: RecordView): Row {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return { line, cells: Array.from({ length: count }, (_, i) => unguarded(text.toString('utf8', starts[i], ends[i]))) };
}

/** The records of a piece of a file, in the order of its lines; what can't be read is left out. */
export function rowsOf(piece: Uint8Array, format: Omit<CsvFormat, 'kind' | 'bom'>): Row[] {
  const rows: Row[] = [];
  const reader = createCsvReader(
    { kind: 'csv', bom: false, ...format },
    { onRecord: (view) => rows.push(rowOf(view)), onDefect: () => undefined },
  );
  reader.write(piece);
  reader.end();
  return rows.sort((a, b) => a.line - b.line);
}
