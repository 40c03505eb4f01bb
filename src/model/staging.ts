import type { Dataset, LoadMode } from './dataset.ts';

/**
 * The hand-over from validation to load: lines of COPY text (Postgres's own text format, UTF-8, tab-separated,
 * `\N` for null, LF after each), whose columns are `stagingMeta` and then the columns that the file has.
 */
export const stagingMeta = ['file_no', 'line', 'key', 'row_hash', 'repeat'] as const;

export interface StagingLayout {
  dataset: Dataset;
  mode: LoadMode;
  /** Canonical columns that the file holds, in COPY order, after the meta columns; `extra` last where there is one. */
  columns: readonly string[];
  /** Whether entries carry an id of their own; without one a key that repeats gets an ordinal. */
  identified: boolean;
}

/**
 * Columns of COPY text for what refused records of a snapshot name: nothing that they may be about vanishes by it.
 * `id` is the entry_id or contact_id. Null stands for anything: a record that names no id, client and piece may be
 * about any row.
 */
export const sparedColumns = ['company', 'id', 'client_code', 'piece_number'] as const;

/** Columns of COPY text for rejections: file_no, line, column_name, code, value, raw. */
export const rejectionColumns = ['file_no', 'line', 'column_name', 'code', 'value', 'raw'] as const;
