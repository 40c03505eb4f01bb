import type { Warning } from '../model/rejection.ts';
import type { Dataset } from '../model/dataset.ts';
import { query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';

export interface FileWarning {
  dataset: Dataset;
  fileNo: number;
  warning: Warning;
}

const EXAMPLES = 5;

/**
 * Counts remarks by file. `source` is a query with the columns `file_no`, `line` and `value`; it is read once, and
 * at most five examples of each file leave the database.
 */
export async function warn(
  tx: Tx,
  { target }: Staging,
  { code, column }: { code: string; column: string | null },
  source: string,
  params: Params,
): Promise<FileWarning[]> {
  const rows = await query(
    tx,
    `select file_no, total::int, jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
     from (select f.*, count(*) over (partition by file_no) as total,
                  row_number() over (partition by file_no order by line) as place from (${source}) f) n
     where place <= ${EXAMPLES} group by file_no, total order by file_no`,
    params,
  );
  return rows.map((row) => ({
    dataset: target.dataset,
    fileNo: Number(row['file_no']),
    warning: { code, column, count: Number(row['total']), examples: row['examples'] as Warning['examples'] },
  }));
}
