import type { Content } from '../intake/due.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Format } from '../model/format.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import type { Warning } from '../model/rejection.ts';
import type { StagingLayout } from '../model/staging.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Decisions } from '../validate/decisions.ts';

/** What the parsing thread is asked to do, one thing at a time. */
export type ThreadTask =
  | { kind: 'identify'; file: ThreadFile }
  | { kind: 'read'; file: ThreadFile; options: ReadOptions }
  | { kind: 'raws'; file: ThreadFile; format: Format; lines: Int32Array };

export interface ThreadFile {
  path: string;
  name: string;
  size: number;
  mappings: VersionedMapping[];
}

export interface ReadOptions {
  content: Dataset | 'fec';
  fileNo: number;
  tenant: Pick<Tenant, 'defaultCompany' | 'multiContact' | 'fecAccounts' | 'language'>;
  /** Milliseconds since the epoch: the day against which dates are judged. */
  today: number;
  /** The final decisions of an earlier read of the same file. */
  decisions?: Decisions;
  /** Whether an FEC shall also yield the clients that it names, and under which file number. */
  clientsFileNo?: number;
}

/** COPY text of one kind. */
export type Stream = 'rows' | 'clients' | 'rejections' | 'raws';

export interface Identified {
  content: Content;
}

/** What one read found; counts cover what the file holds, before anything is compared with the database. */
export interface ReadResult {
  format: Format;
  read: number;
  rejected: number;
  skipped: number;
  warnings: Warning[];
  columns: Record<string, string>;
  layout: StagingLayout;
  /** Set for an FEC that yields its clients. */
  clients?: { layout: StagingLayout; staged: number };
  decisions: Decisions;
  /** The decisions under which rows were written turned out wrong: drop them and read again. */
  refuted: boolean;
  /** Parse-level trouble: nothing may be settled by this file's silence. */
  damaged: boolean;
}

export type ThreadMessage =
  | { kind: 'chunk'; stream: Stream; bytes: Uint8Array<ArrayBuffer>; length: number }
  | { kind: 'progress'; bytes: number; rows: number }
  | { kind: 'identified'; result: Identified }
  | { kind: 'read'; result: ReadResult }
  | { kind: 'raws' }
  | { kind: 'refused'; code: string; params: Record<string, string | number> }
  | { kind: 'broken'; message: string };

/** Main thread → parsing thread, beside tasks: a buffer that was consumed and may be filled again. */
export interface Credit {
  kind: 'credit';
  buffer: ArrayBuffer;
}
