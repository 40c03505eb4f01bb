import type { Dataset } from '../model/dataset.ts';
import type { Rejection } from '../model/rejection.ts';
import { byKey, query, type Tx } from './query.ts';

/** A refusal that only the database could decide; the raw line is in the file, which the pipeline reads again. */
export type LateRejection = Omit<Rejection, 'raw'>;

/** Where refusals wait until the transaction ends: there may be as many as the file has lines. */
export const lateTable = 'late_rejections';

export async function createLateRejections(tx: Tx): Promise<void> {
  await query(
    tx,
    `create temp table if not exists ${lateTable}
       (dataset text not null, file_no integer not null, line integer not null, column_name text, code text not null, value text,
        place integer generated always as identity)
     on commit drop`,
  );
  await query(tx, `create index if not exists ${lateTable}_place on ${lateTable} (dataset, file_no, line, place)`);
}

/**
 * The late rejections of one file in the order of its lines, a page at a time, so that a reader of the file can walk
 * beside them. Between two pages the connection is free.
 */
export async function* lateRejections(
  tx: Tx,
  file: { dataset: Dataset; fileNo: number },
  pageSize = 5000,
): AsyncGenerator<LateRejection[]> {
  // Two records may begin on one line of a spreadsheet's export, so that the line alone is no place to go on from.
  let after = { line: -1, place: 0 };
  for (;;) {
    const rows = await byKey(tx, () =>
      query(
        tx,
        `select line, column_name as "column", code, value, place from ${lateTable}
         where dataset = {dataset}::text and file_no = {file_no}::int and (line, place) > ({line}::int, {place}::int)
         order by line, place limit {size}::int`,
        { ...{ dataset: file.dataset, file_no: file.fileNo, size: pageSize }, ...after },
      ),
    );
    const last = rows.at(-1);
    if (!last) return;
    after = { line: Number(last['line']), place: Number(last['place']) };
    yield rows.map(asRejection);
  }
}

const asRejection = (row: Record<string, unknown>): LateRejection => ({
  line: Number(row['line']),
  column: row['column'] as string | null,
  code: String(row['code']),
  value: row['value'] as string | null,
});
