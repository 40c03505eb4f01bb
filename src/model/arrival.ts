import type { VirtualPath } from './path.ts';
import type { Door, TenantId } from './tenant.ts';

/** A file on its way from a door to its upload row. */
export interface Arrival {
  tenant: TenantId;
  /** The upload's, and the name of its bytes in the spool. */
  id: string;
  path: VirtualPath;
  size: number;
  /** Hexadecimal. */
  sha256: string;
  door: Door;
  username: string | null;
  modified: Date;
  /** Where a pulled file came from. */
  origin?: Origin;
  /** What the upload took over of an earlier one, where the file was not written whole. */
  inherited?: Inherited;
}

/**
 * What a file has of an earlier upload of its name, whose bytes its sender went on from.
 * `continued`: its first `bytes` bytes, behind which everything that came was added.
 * `overwritten`: `bytes` bytes here and there, which the sender neither wrote again nor cut off.
 * `cut`: nothing; `bytes` bytes behind the last that was written were left out.
 */
export interface Inherited {
  how: 'continued' | 'overwritten' | 'cut';
  bytes: number;
}

/** What the commit of a whole file needs besides its bytes, kept beside them until the database is back. */
export interface Awaiting extends Pick<Arrival, 'door' | 'username' | 'sha256' | 'inherited'> {
  /** When its sender had sent it all, in milliseconds since 1970. */
  at: number;
}

/** Where a pulled file came from: put on record with its upload, so that neither is there without the other. */
export interface Origin {
  /** The sync that fetches it, and takes it as long as it is still fetching. */
  syncId: number;
  /** As the remote server lists it. */
  name: string;
  modified: Date | null;
}
