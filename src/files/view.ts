import type { VirtualPath } from '../model/path.ts';
import type { Inbound } from '../transfer/inbound.ts';

export type { Inbound };

/** What a client sees at a path. */
export interface Entry {
  name: string;
  kind: 'file' | 'folder';
  /** `upload`: committed; `partial`: resumable, or under a temporary name; `report`: read-only outcome of a sync. */
  state: 'upload' | 'partial' | 'report' | 'folder';
  size: number;
  modified: Date;
  writable: boolean;
}

/** A part of a listing, by the order of names as UTF-8 bytes. */
export interface Page {
  entries: Entry[];
  /** There is more after the last of them. */
  more: boolean;
}

/** An open file for reading; any number of reads may be under way. */
export interface Download {
  readonly size: number;
  /** Fills `into` from `position`; resolves with the bytes read, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export type ReceiveMode =
  /** From byte 0; an older partial or upload of the name stays until this one commits. */
  | { kind: 'replace' }
  /** Continue the partial of this name (or a copy of the upload of this name) at `offset`, cutting what lies behind. */
  | { kind: 'resume'; offset: number }
  /** Continue at its end; starts at 0 where nothing is there. */
  | { kind: 'append' }
  /** Keep what is there and write anywhere (SFTP OPEN without TRUNC). */
  | { kind: 'update' }
  /** As `replace`, but fail with already_exists where the name is taken (SFTP OPEN with EXCL). */
  | { kind: 'create' };

/**
 * The virtual file system of one session: its tenant's latest upload of each name, its partials, its folders, and the
 * read-only `/reports`. Nothing here takes a string that was not resolved to a `VirtualPath`.
 * Folders on the way to a file need not exist.
 */
export interface FileView {
  stat(path: VirtualPath): Promise<Entry | undefined>;
  /**
   * What stands in a folder after the name `after`, a page at a time: whoever lists holds no more than that. What comes
   * or goes meanwhile is listed or not; the rest is listed once. A folder that has gone has no further page.
   * @throws not_found, not_a_folder
   */
  list(path: VirtualPath, after?: string): Promise<Page>;
  /** @throws not_found, is_a_folder */
  open(path: VirtualPath): Promise<Download>;
  /**
   * The SHA-256 of a committed upload, in hexadecimal, as it was acknowledged: nothing is read for it.
   * @throws not_found, is_a_folder, unsupported for what is no upload (yet)
   */
  digest(path: VirtualPath): Promise<string>;
  /** @throws read_only, is_a_folder, not_resumable, quota_exceeded, already_exists, disk_full */
  receive(path: VirtualPath, mode: ReceiveMode): Promise<Inbound>;
  /**
   * Renaming a complete partial from a temporary to a final name commits it: resolve means durable. An upload that
   * stands at `to` is replaced in the view (rename-over), unless `exclusive`.
   */
  rename(from: VirtualPath, to: VirtualPath, options?: { exclusive: boolean }): Promise<void>;
  /** Takes the name out of the view; the acknowledged upload itself stays on record. */
  remove(path: VirtualPath): Promise<void>;
  makeFolder(path: VirtualPath): Promise<void>;
  removeFolder(path: VirtualPath): Promise<void>;
  setModified(path: VirtualPath, time: Date): Promise<void>;
  /** Bytes: what the tenant may store, and what is left of it. */
  space(): Promise<{ total: number; free: number }>;
}
