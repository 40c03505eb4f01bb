/** A record refused by a rule, or a remark on one that was kept. Text is made from `code` when it is shown. */
export interface Finding {
  /** Physical line (CSV) or row (XLSX), from 1; 0 for the file as a whole. */
  line: number;
  /** Canonical column, where one is to blame. */
  column: string | null;
  code: string;
  /** What stood there, at most 200 characters. */
  value: string | null;
}

export interface Rejection extends Finding {
  /** The record as it stood in the file, at most 4,096 characters. */
  raw: string;
}

/** Remarks are counted by code and column; the first lines are kept as examples. */
export interface Warning {
  code: string;
  column: string | null;
  count: number;
  /** At most 5. */
  examples: { line: number; value: string | null }[];
}
