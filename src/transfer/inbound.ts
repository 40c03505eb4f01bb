import type { VirtualPath } from '../model/path.ts';

/**
 * One transfer on its way in. Writes go to a partial in the spool. Exactly one of `commit` and `abandon` ends it;
 * a second call of either is harmless and changes nothing.
 */
export interface Inbound {
  /** The partial's, and the upload's once it is one. */
  readonly id: string;
  readonly path: VirtualPath;
  /** Bytes that the partial holds now (its highest written end). */
  readonly size: number;
  /**
   * Resolves when the bytes are handed to the operating system. Positions may jump and overlap (SFTP); without one
   * the bytes go to the end. At most one chunk's memory is held per call, so callers bound what they leave open.
   * @throws file_too_large, quota_exceeded, disk_full
   */
  write(chunk: Uint8Array, position?: number): Promise<void>;
  /** Cuts or extends the partial. */
  truncate(size: number): Promise<void>;
  setModified(time: Date): void;
  /** fsync so far (fsync@openssh.com). */
  sync(): Promise<void>;
  /**
   * The durable moment: fsync, rename, one transaction with the upload row and its job. Once it has resolved the
   * client may be told that its file is safe. Under a temporary name the bytes are made durable but stay a partial.
   * @throws digest_mismatch, database_unavailable, disk_full: nothing is acknowledged, the bytes stay a partial
   */
  commit(): Promise<void>;
  /**
   * The transfer ended early: what came stays as a partial, resumable until it expires, unless it is to be discarded.
   * Never throws.
   */
  abandon(reason: string, options?: { discard: boolean }): Promise<void>;
}
