import type { Database } from '../db/client.ts';
import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Door, Tenant, TenantId } from '../model/tenant.ts';
import type { Spool } from '../spool/spool.ts';

/** What an arriving file needs around it. */
export interface Depot {
  spool: Spool;
  database: Pick<Database, 'sql'>;
  log: Log;
  events: Pick<Events, 'emit'>;
  now: () => number;
}

/** On whose behalf bytes come in: a session, or a door without sign-in such as the drop folder. */
export interface Sender {
  tenant: Tenant;
  door: Door;
  username: string | null;
}

/** A file that is about to become an upload. */
export interface Arrival {
  tenant: TenantId;
  id: string;
  path: VirtualPath;
  size: number;
  /** Hexadecimal. */
  sha256: string;
  door: Door;
  username: string | null;
  modified: Date;
}
