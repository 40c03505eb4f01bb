import type { Awaiting } from '../model/arrival.ts';
import type { VirtualPath } from '../model/path.ts';
import type { TenantId } from '../model/tenant.ts';

/** What is known of a partial besides its bytes; kept beside them, so that it survives without the database. */
export interface PartialInfo {
  id: string;
  path: VirtualPath;
  /** The transfer ended well; only its temporary name keeps it from being an upload. */
  complete: boolean;
  size: number;
  modified: Date;
  /** When its bytes last changed, whatever time the client gave it. */
  touched: Date;
  /** A transfer of this process is writing it. */
  open: boolean;
  /** How many of its first bytes are a copy of an earlier upload's, of which the sender may not know. */
  copied?: number;
  /** It came whole, and only the database was missing for its commit. */
  awaits?: Awaiting | undefined;
}

/** Where bytes show up whose name was lost; a temporary name, so that a person decides what they are. */
export function recoveredPath(id: string): VirtualPath {
  return `/.recovered-${id}` as VirtualPath;
}

/** Bytes of one partial under way. Only one handle per partial is open at a time. */
export interface PartialFile {
  readonly id: string;
  readonly size: number;
  write(chunk: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** fsync of the data. */
  sync(): Promise<void>;
  /** SHA-256 of what it holds, in hexadecimal. Cheap at the end of a transfer: the bytes were hashed as they came. */
  sha256(): Promise<string>;
  close(): Promise<void>;
}

/** An open, immutable file. */
export interface StoredFile {
  readonly size: number;
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Bytes on their way in. A partial has a note beside its bytes: see `PartialInfo`. */
export interface Partials {
  create(tenant: TenantId, info: Pick<PartialInfo, 'id' | 'path' | 'copied'>): Promise<PartialFile>;
  /** @throws transfer_under_way while another node is writing it, database_unavailable where that cannot be known */
  open(tenant: TenantId, id: string): Promise<PartialFile>;
  /** For reading only, also while a transfer is writing it. */
  read(tenant: TenantId, id: string): Promise<StoredFile>;
  list(tenant: TenantId): Promise<PartialInfo[]>;
  /** Changes what is known of it; atomic. With no change it brings the note to the disk. */
  note(
    tenant: TenantId,
    id: string,
    change: Partial<Pick<PartialInfo, 'path' | 'complete' | 'modified' | 'copied' | 'awaits'>>,
  ): Promise<void>;
  /** Bytes and note. After `promote` only the note is left, which is kept for `demote` until this is called. Idempotent. */
  remove(tenant: TenantId, id: string): Promise<void>;
  /** Renames it into the committed files, then fsyncs that folder: the bytes survive a power cut once it resolves. Idempotent. */
  promote(tenant: TenantId, id: string): Promise<void>;
  /** Undo of `promote`, for a commit whose transaction failed: a complete partial again. Idempotent. */
  demote(tenant: TenantId, id: string): Promise<void>;
}

/** The bytes of uploads. They never change. */
export interface Committed {
  open(tenant: TenantId, id: string): Promise<StoredFile>;
  /** A real path, for the stages that read a committed file in a thread of their own. */
  path(tenant: TenantId, id: string): string;
  /** For the sweep; `modified` is the moment of the promotion. */
  list(tenant: TenantId): AsyncIterable<{ id: string; size: number; modified: Date }>;
  remove(tenant: TenantId, id: string): Promise<void>;
}

/** Report files. */
export interface Reports {
  /** Written whole, fsynced, then visible. */
  put(tenant: TenantId, id: string, content: AsyncIterable<Uint8Array | string>): Promise<{ size: number }>;
  open(tenant: TenantId, id: string): Promise<StoredFile>;
  /** For the sweep; `modified` is when they became visible. */
  list(tenant: TenantId): AsyncIterable<{ id: string; modified: Date }>;
  remove(tenant: TenantId, id: string): Promise<void>;
}

/**
 * Our area for bytes, and the only code that turns ids into paths: three stores, and what concerns them all. Ids are UUIDs
 * that we made. All methods throw `disk_full` on ENOSPC and EDQUOT; other I/O errors pass through. Nodes may share one
 * spool.
 */
export interface Spool {
  readonly partials: Partials;
  readonly committed: Committed;
  readonly reports: Reports;
  /**
   * Resolves where a commit could be made now: a file of ours was written, fsynced, moved to the committed ones, and
   * removed. @throws the reason why not
   */
  prove(): Promise<void>;
  /** Whose bytes there are, in whatever store, known to the database or not. */
  tenants(): Promise<TenantId[]>;
  /**
   * Bytes of partials, committed files and reports, in whole blocks: see `inBlocks`; cheap enough to be asked at every transfer.
   * @param quota where what is left of it matters: then other nodes' bytes count as soon as they may fill it
   */
  usage(tenant: TenantId, quota?: number): Promise<number>;
  /** Removes what a crash left half-written before that time, and notes without bytes. */
  tidy(tenant: TenantId, before: Date): Promise<void>;
  removeTenant(tenant: TenantId): Promise<void>;
  /**
   * Removes what lies in a tenant's folders unchanged since that time, whatever it is, and folders that are empty then;
   * never what a transfer of this process has open. Resolves with how many files that were.
   */
  removeRest(tenant: TenantId, before: Date): Promise<number>;
}
