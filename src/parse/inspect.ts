import type { CsvFormat } from '../model/format.ts';
import type { ParseDefect } from '../model/record.ts';
import { createCsvReader } from './csv/csv.ts';
import { type Row, rowOf } from './rows.ts';

/**
 * Every record of a file as strings, before any mapping, in the order of its lines. `chunks` may reuse their bytes: each
 * is read before the next is asked for.
 */
export async function* recordsOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  format: CsvFormat,
  onDefect: (defect: ParseDefect) => void,
): AsyncGenerator<Row> {
  let rows: Row[] = [];
  const reader = createCsvReader(format, { onRecord: (view) => rows.push(rowOf(view)), onDefect });
  const taken = () => {
    const sorted = rows.sort((a, b) => a.line - b.line);
    rows = [];
    return sorted;
  };
  for await (const chunk of chunks) {
    reader.write(chunk);
    yield* taken();
  }
  reader.end();
  yield* taken();
}

/** One line of `inspect --records`: a JSON array of the line number and the cells, such as `[2,"C001","Dupont"]`. */
export const recordLine = ({ line, cells }: Row): string => JSON.stringify([line, ...cells]);
