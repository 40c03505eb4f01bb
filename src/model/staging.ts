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
 * Bulk rows: final ones of the first import of a tenant's entries, in COPY text of their table. Its columns are `bulkMeta`,
 * those that the file has, and `bulkTail`. A row is written before it is known to be final; what stands from the key to
 * the end of the file's columns is the same in both layouts, so that one which is not needs another head alone.
 */
export const bulkMeta = ['first_seen', 'last_changed', 'key', 'row_hash', 'due_date_derived'] as const;
export const bulkTail = ['tenant_id', 'status', 'settled_by_sync', 'settled_at'] as const;

/**
 * Columns of COPY text for what refused records of a snapshot name: nothing that they may be about vanishes by it.
 * `id` is the entry_id or contact_id. Null stands for anything: a record that names no id, client and piece may be
 * about any row.
 */
export const sparedColumns = ['company', 'id', 'client_code', 'piece_number'] as const;

/** Columns of COPY text for rejections: file_no, line, column_name, code, value, raw. */
export const rejectionColumns = ['file_no', 'line', 'column_name', 'code', 'value', 'raw'] as const;
