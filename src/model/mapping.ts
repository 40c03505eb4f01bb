import type { Dataset, LoadMode } from './dataset.ts';
import type { FormatPins } from './format.ts';
import type { FixedScope } from './scope.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';
export type DecimalMark = ',' | '.';

/**
 * A tenant's settings for one dataset. Everything is optional: what is not set is detected.
 * Stored as JSON; each change makes a new version, which the report names.
 */
export interface Mapping {
  /** Shell patterns over the file's name (`CLIENTS_*.csv`); the first match names the dataset. */
  files?: string[];
  format?: FormatPins;
  /** Canonical column → header text in the file, or a position from 1 where the file has no header. */
  columns?: Record<string, string | number>;
  mode?: LoadMode;
  /** Pins what is otherwise decided per column over the whole file. */
  dateOrder?: DateOrder;
  decimalMark?: DecimalMark;
  /** The tenant's own codes → canonical entry types: `{"FA": "invoice"}`. */
  entryTypes?: Record<string, EntryType>;
  /** The scope of each file by its name, the first that matches. Without one: the companies that its rows name. */
  scopes?: ScopeRule[];
}

interface ScopeRule extends FixedScope {
  /** Shell patterns over the file's name; without them, any file. */
  files?: string[];
}

export interface VersionedMapping extends Mapping {
  dataset: Dataset;
  /** 0: nothing was ever set. */
  version: number;
}

export const entryTypes = ['invoice', 'credit_note', 'payment', 'draft', 'misc'] as const;
export type EntryType = (typeof entryTypes)[number];
