import type { Database } from '../db/client.ts';
import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import type { Origin } from '../model/arrival.ts';
import type { Door, Tenant } from '../model/tenant.ts';
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
  /** SHA-256 in hexadecimal of what is to come, where the sender names it: other bytes make no upload. */
  sha256?: string;
  /** What a pull tells of its file; missing for any other door. */
  pulled?: {
    origin: Origin;
    /** Whether these bytes were taken before, under that name: then they make no new upload. */
    isKnown: (sha256: string) => Promise<boolean>;
  };
}
