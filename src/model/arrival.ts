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
}
