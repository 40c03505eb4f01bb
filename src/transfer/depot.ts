import type { Database } from '../db/client.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Door, Tenant, TenantId } from '../model/tenant.ts';
import type { Spool } from '../spool/spool.ts';

/** What an arriving file needs around it. */
export interface Depot {
  spool: Spool;
  database: Pick<Database, 'sql'>;
  log: Log;
  emit: (event: TransferEvent) => void;
  now: () => number;
}

/** The part of pino's logger that is used here. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
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

export type TransferEvent =
  | ({ type: 'upload.committed' } & Arrival)
  | {
      type: 'transfer.aborted';
      tenant: TenantId;
      path: VirtualPath;
      size: number;
      door: Door;
      username: string | null;
      reason: string;
    };
