import type { StagingLayout } from '../model/staging.ts';
import { stagingMeta } from '../model/staging.ts';
import { ident, query, type Tx } from './query.ts';
import { targets, type Target } from './target.ts';
import { createTable, stagingTable, tablesOfDataset } from './temp-tables.ts';

/** One file of a dataset and the columns that it holds. */
export interface StagedFile {
  fileNo: number;
  layout: StagingLayout;
}

/** The files of one dataset in one temporary table, which is gone at the end of the transaction. */
export interface Staging {
  target: Target;
  table: string;
  files: readonly StagedFile[];
  /** The union of the files' columns. */
  columns: readonly string[];
}

/**
 * Makes the staging table of one dataset; its rows then come by `openCopy(tx, staging.table, copyColumns(layout))`.
 * @throws Error for files of different datasets or for a column that the data model does not know
 */
export async function createStaging(tx: Tx, files: readonly StagedFile[]): Promise<Staging> {
  const [first] = files;
  if (!first || files.some(({ layout }) => layout.dataset !== first.layout.dataset))
    throw new Error('A staging table holds the files of one dataset');
  const target = targets[first.layout.dataset];
  const columns = [...new Set(files.flatMap(({ layout }) => layout.columns))];
  const table = stagingTable({ target });
  const data = Object.fromEntries(columns.map((name) => [name, typeOf(target, name)] as const));
  await createTable(tx, table, { ...tablesOfDataset.staging.columns, ...data });
  return { target, table, files, columns };
}

/** Adds one more file, and the columns that only it has. */
export async function widenStaging(tx: Tx, staging: Staging, file: StagedFile): Promise<Staging> {
  if (file.layout.dataset !== staging.target.dataset) throw new Error('A staging table holds the files of one dataset');
  const added = file.layout.columns.filter((name) => !staging.columns.includes(name));
  const clauses = added.map((name) => `add column ${ident(name)} ${typeOf(staging.target, name)}`);
  if (clauses.length > 0) await query(tx, `alter table ${ident(staging.table)} ${clauses.join(', ')}`);
  return { ...staging, files: [...staging.files, file], columns: [...staging.columns, ...added] };
}

/** The columns of a file's COPY text, in order. */
export const copyColumns = (layout: StagingLayout): string[] => [...stagingMeta, ...layout.columns];

function typeOf(target: Target, column: string): string {
  const type = target.types.get(column);
  if (type === undefined) throw new Error(`${target.dataset} has no column ${column}`);
  return type;
}
