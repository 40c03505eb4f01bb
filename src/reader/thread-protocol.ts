import type { ErrorParams } from '../errors.ts';
import type { Content } from '../intake/due.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Format } from '../model/format.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import type { Warning } from '../model/rejection.ts';
import type { FixedScope, Scope } from '../model/scope.ts';
import type { StagingLayout } from '../model/staging.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Decisions } from '../validate/columns/verdict.ts';
import type { ReadTotals } from '../validate/file/control-totals.ts';
import type { DirectTarget } from '../validate/rows/direct.ts';
import type { Openings } from '../validate/file/openings.ts';

/** What the parsing thread is asked to do, one thing at a time. */
export type ThreadTask =
  | { kind: 'identify'; file: ThreadFile; mappings: VersionedMapping[]; rule?: Dataset }
  | { kind: 'read'; file: ThreadFile; options: ReadOptions }
  | { kind: 'raws'; file: ThreadFile; format: Format; lines: Int32Array };

interface ThreadFile {
  path: string;
  name: string;
  /** Bytes. */
  size: number;
}

export interface ReadOptions {
  dataset: Dataset;
  mapping: VersionedMapping;
  fileNo: number;
  /** The scope of the file, as far as that is fixed; null: not at all. */
  fixed: FixedScope | null;
  tenant: Pick<Tenant, 'defaultCompany' | 'fecAccounts'>;
  /** Milliseconds since the epoch: the day against which dates are judged. */
  today: number;
  plan: ReadPlan;
}

/** How a file is to be read. Where the thread finds that a shorter way is none, it reads the file whole. */
export type ReadPlan =
  /** `decisions`: the final ones of an earlier read of the same file. */
  | { kind: 'whole'; decisions?: Decisions }
  /** Only the lines that differ from another file, if both are read the same way. */
  | { kind: 'changedLines'; baseline: Basis }
  /** Final rows go straight into the table, which is empty. */
  | { kind: 'bulk'; target: DirectTarget };

/** What a plan says of the file that an earlier read has decided. */
export const decisionsOf = (plan: ReadPlan): Decisions | undefined =>
  plan.kind === 'whole' ? plan.decisions : undefined;

/** The last snapshot that was applied, and how its lines were read. */
export interface Basis {
  path: string;
  /** Its scope: see `Scope`. */
  scope: Scope;
  /** Bytes. */
  size: number;
  /** See `lastSnapshots`. */
  reading: string;
  /** Deflated bits of `CleanLines`. */
  clean: Uint8Array;
  evidence: Evidence;
  /** See `ClientCounts`; `null`: too many. */
  clients: Uint8Array | null;
}

/** What the next snapshot has to know of this one in order to be compared with it. */
interface LineFindings {
  reading: string;
  /** Bits of `CleanLines`, as far as the file alone tells. */
  clean: Uint8Array;
  evidence: Evidence;
}

/**
 * COPY text: rows of staging, of an FEC's clients, of `rejectionColumns`, of `sparedColumns`, of (line, raw),
 * keys of lines of the basis that are not in the file as they were, rows of staging of a file whose final rows go
 * straight into the table.
 */
export type Stream = 'rows' | 'clients' | 'rejections' | 'spared' | 'raws' | 'removed' | 'rest';

export interface Identified {
  content: Exclude<Content, 'done' | 'ignored'>;
  /** What stands where a header would be: for the message about a file that nothing recognises. */
  header: string[];
}

/** What the file turned out to be, before its first row. */
export interface Opened {
  format: Format;
  layout: StagingLayout;
  /** An FEC also names clients. */
  clientsLayout: StagingLayout | null;
  /** Its `rows` are those of `directColumns`. */
  direct: boolean;
}

/** What one read found; counts cover what the file holds, before anything is compared with the database. */
export interface ReadResult {
  read: number;
  accepted: number;
  rejected: number;
  skipped: number;
  clientsAccepted: number;
  /** Which its accepted rows name, ascending; null where they are too many. */
  companies: readonly string[] | null;
  /** How many of the accepted rows went straight into the table. */
  direct: number;
  warnings: Warning[];
  /** Sums of the entries; null for another dataset. */
  totals: ReadTotals | null;
  /** Canonical column → the header it was read from. */
  columns: Record<string, string>;
  decisions: Decisions;
  /** The decisions under which rows were written turned out wrong: drop them and read again. */
  refuted: boolean;
  /** Parse-level trouble, or no row at all: nothing may be settled by this file's silence. */
  damaged: boolean;
  /** Where only what differs from the basis was read: how many of `accepted` did not travel. */
  kept: number | null;
  /** What differs could not be told from the rest: read the file again, without a basis. */
  astray: boolean;
  /** What an FEC opens its exercise with; null: the file is none. */
  openings: Openings | null;
  /** `null`: files like this one are not compared. */
  lines: LineFindings | null;
}

export type ThreadMessage =
  | { kind: 'opened'; opened: Opened }
  | { kind: 'chunk'; stream: Stream; bytes: Uint8Array<ArrayBuffer>; length: number }
  | { kind: 'progress'; bytes: number; rows: number }
  | { kind: 'identified'; result: Identified }
  | { kind: 'read'; result: ReadResult }
  | { kind: 'raws'; result: null }
  | { kind: 'refused'; code: string; params: ErrorParams }
  | { kind: 'broken'; message: string };

/** Main thread → parsing thread, beside tasks: a buffer that was consumed and may be filled again. */
export interface Credit {
  kind: 'credit';
  buffer: ArrayBuffer;
}
