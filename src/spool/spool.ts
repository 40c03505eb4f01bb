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
}

/** Bytes of one partial under way. Only one handle per partial is open at a time. */
export interface PartialFile {
  readonly id: string;
  readonly size: number;
  write(chunk: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** fsync of the data. */
  sync(): Promise<void>;
  /** Streams what is written so far, for a digest after writes out of order. */
  readAll(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** An open, immutable file. */
export interface StoredFile {
  readonly size: number;
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Our area for bytes, and the only code that turns ids into paths. Ids are UUIDs that we made. All methods throw
 * `disk_full` on ENOSPC and EDQUOT; other I/O errors pass through. Nodes may share one spool.
 */
export interface Spool {
  createPartial(tenant: TenantId, info: { id: string; path: VirtualPath }): Promise<PartialFile>;
  openPartial(tenant: TenantId, id: string): Promise<PartialFile>;
  partials(tenant: TenantId): Promise<PartialInfo[]>;
  /** Changes path, completeness or time; atomic. */
  notePartial(tenant: TenantId, id: string, change: Partial<Pick<PartialInfo, 'path' | 'complete' | 'modified'>>): Promise<void>;
  removePartial(tenant: TenantId, id: string): Promise<void>;

  /** Rename into `committed`, then fsync of both folders: the bytes survive a power cut once it resolves. Idempotent. */
  promote(tenant: TenantId, id: string): Promise<void>;
  /** Undo of `promote`, for a commit whose transaction failed. */
  demote(tenant: TenantId, id: string): Promise<void>;
  /** Ids of committed files, for the sweep. */
  committed(tenant: TenantId): AsyncIterable<{ id: string; size: number; modified: Date }>;
  openCommitted(tenant: TenantId, id: string): Promise<StoredFile>;
  /** A real path, for the stages that read a committed file in a thread of their own. */
  committedPath(tenant: TenantId, id: string): string;
  removeCommitted(tenant: TenantId, id: string): Promise<void>;

  /** Report files: written whole, fsynced, then visible. */
  putReport(tenant: TenantId, id: string, content: AsyncIterable<Uint8Array | string>): Promise<{ size: number }>;
  openReport(tenant: TenantId, id: string): Promise<StoredFile>;
  removeReport(tenant: TenantId, id: string): Promise<void>;

  /** Bytes of partials, committed files and reports. */
  usage(tenant: TenantId): Promise<number>;
  removeTenant(tenant: TenantId): Promise<void>;
}
