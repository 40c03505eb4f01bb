import type { TransactionSql } from 'postgres';
import { cellBatches } from '../db/cursor.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Rejection } from '../model/rejection.ts';
import { openCopy, type CopyWriter } from './copy.ts';
import { query, type Tx } from './query.ts';
import { createTable, tablesOfSync } from './temp-tables.ts';

/** Small: what is let go while it is young costs no memory; pages of 5,000 raised RSS by 100 MB. */
const PAGE = 100;

export interface LateFile {
  dataset: Dataset;
  fileNo: number;
}

export async function createLateRejections(tx: Tx): Promise<void> {
  await createTable(tx, 'late_rejections', tablesOfSync.late_rejections.columns);
  await createTable(tx, 'late_raws', tablesOfSync.late_raws.columns);
}

/** The numbers of the lines of a file that were refused, ascending. */
export async function lateLines(tx: TransactionSql, { dataset, fileNo }: LateFile): Promise<Int32Array> {
  const text = `select distinct line from late_rejections where dataset = $1 and file_no = $2 order by line`;
  const lines: number[] = [];
  for await (const page of cellBatches(tx, { text, values: [dataset, fileNo] }, PAGE))
    for (const [line] of page) lines.push(line as number);
  return Int32Array.from(lines);
}

/** Takes (line, raw) of one file, each line once, in the place of another file's. */
export async function openLateRaws(tx: Tx): Promise<CopyWriter> {
  await query(tx, `truncate late_raws`);
  return openCopy(tx, 'late_raws', ['line', 'raw']);
}

/** The late rejections of a file in the order of its lines, a page at a time. Between two the connection is free. */
export async function* lateRejections(
  tx: TransactionSql,
  { dataset, fileNo }: LateFile,
  pageSize = PAGE,
): AsyncGenerator<Rejection[]> {
  const text = `select l.line, l.column_name, l.code, l.value, coalesce(r.raw, '')
    from late_rejections l left join late_raws r on r.line = l.line
    where l.dataset = $1 and l.file_no = $2 order by l.line, l.place`;
  for await (const page of cellBatches(tx, { text, values: [dataset, fileNo] }, pageSize)) yield page.map(asRejection);
}

function asRejection(cells: unknown[]): Rejection {
  const [line, column, code, value, raw] = cells as [number, string | null, string, string | null, string];
  return { line, column, code, value, raw };
}
