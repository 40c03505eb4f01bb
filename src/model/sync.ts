import type { Dataset, LoadMode } from './dataset.ts';
import type { Format } from './format.ts';
import type { Warning } from './rejection.ts';
import type { FixedScope, Scope } from './scope.ts';
import type { Totals } from './totals.ts';

/**
 * Every record read is in exactly one of inserted, updated, unchanged, rejected, skipped and duplicate.
 * `settled` and `reopened` count stored rows that the file's silence or return changed.
 */
export interface Counts {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: number;
  skipped: number;
  duplicate: number;
  settled: number;
  reopened: number;
}

export const noCounts: Readonly<Counts> = {
  read: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  skipped: 0,
  duplicate: 0,
  settled: 0,
  reopened: 0,
};

/** What a sync did with one upload (an FEC appears twice: as écritures and as the clients it names). */
export interface SyncFile extends Counts {
  fileNo: number;
  uploadId: string;
  /** `null`: neither its name nor its header says what it is; it is put aside as unrecognised. */
  dataset: Dataset | null;
  name: string;
  size: number;
  sha256: string;
  mode: LoadMode;
  format: Format | null;
  mappingVersion: number;
  /** Canonical column → the header it was read from. */
  columns: Record<string, string>;
  /** Sums of the entries, null for other datasets; missing in what an older version stored. */
  totals?: Totals | null;
  warnings: Warning[];
  /** How many of the warnings are doubts; missing in what an older version stored. */
  doubts?: number;
  /** Some of its rows were refused because of the clients that were known then. */
  dependsOnClients: boolean;
  /** Skipped whole: the same bytes were applied before, under the same mapping. */
  sameAsBefore: boolean;
  /** The scope of the snapshot that it is a part of; null where it is part of none, or an older version has read it. */
  scope: readonly Scope[] | null;
  /** What of the scope was fixed for this file; null: nothing. */
  fixed: FixedScope | null;
  /** Which its accepted rows name; null where they are too many, or an older version has read it. */
  companies: readonly string[] | null;
  /** Set where the whole file was put aside: a catalogue code with what it needs to be told. */
  quarantine: { code: string; params: Record<string, string> } | null;
  /** Set where it lies beside the export and is none, told like a quarantine; reports of before have no such field. */
  ignored: { code: string; params: Record<string, string> } | null;
}

/** One row that a sync changed, or would change: what `sync show` and a dry run list. */
export interface RowChange {
  dataset: Dataset;
  /** `removed`: it had been inserted by a sync that was reverted. */
  change: 'inserted' | 'updated' | 'settled' | 'reopened' | 'deactivated' | 'removed';
  key: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** What a revert did to the rows of one dataset. */
export interface Undone {
  dataset: Dataset;
  /** Rows that have their values of before again, and inserted rows that are gone. */
  restored: number;
  removed: number;
}

export interface GuardTrip {
  dataset: Dataset;
  rule: 'settles_entries' | 'settles_amount' | 'few_rows';
  /** Between 0 and 1: what the sync would do, and what the tenant allows. */
  measured: number;
  allowed: number;
}

/** Why a sync failed: a code of the catalogue where there is one, what its text needs, and the text in English. */
export interface SyncFailure {
  code: string;
  message: string;
  params?: Record<string, string>;
}

/** Files whose uploads are safe, and that could not be moved or deleted at their source. */
export interface LeftAtSource {
  how: 'move' | 'delete';
  count: number;
  /** The first of them, with what the server said: a code of the catalogue and what its text needs. */
  files: { name: string; code: string; params: Record<string, string> }[];
}

export type Stage = 'fetch' | 'waiting' | 'parse' | 'merge' | 'commit' | 'report';

export interface Progress {
  stage: Stage;
  bytesDone: number;
  bytesTotal: number;
  rowsDone: number;
}
