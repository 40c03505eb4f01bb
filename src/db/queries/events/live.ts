import type { StoredEventType } from '../../../model/stored-event.ts';
import type { SyncState } from '../../../model/states.ts';
import type { Progress } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

/** A sync that is not finished. */
export interface OpenSync {
  id: number;
  tenant: TenantId;
  state: SyncState;
  progress: Progress | null;
}

/** What a look at the database sees: how far stored events go, and every open sync. */
export interface Look {
  lastEvent: number;
  open: ReadonlyMap<number, OpenSync>;
}

/** One look for all who follow. Ids of events grow in the order of commits: what has been seen is complete. */
export async function look(sql: Sql): Promise<Look> {
  const [[last], open] = await Promise.all([
    sql<{ id: number }[]>`select coalesce(max(id), 0)::float8 as id from events`,
    sql<OpenSync[]>`
      select id::float8 as id, tenant_id as tenant, state, progress from syncs where state in ('queued', 'running')`,
  ]);
  return { lastEvent: last?.id ?? 0, open: new Map(open.map((sync) => [sync.id, sync])) };
}

export interface LiveEvent {
  id: number;
  tenant: TenantId;
  type: StoredEventType;
  at: string;
  data: Record<string, unknown>;
}

/** Whose events: of one tenant or of all, of one sync or of all. */
export interface LiveScope {
  tenant: TenantId | null;
  sync: number | null;
}

/** The first events behind an id, at most `limit`. */
export async function eventsBehind(sql: Sql, scope: LiveScope, after: number, limit: number): Promise<LiveEvent[]> {
  const { tenant, sync } = scope;
  const rows = await sql<LiveEvent[]>`
    select id::float8 as id, tenant_id as tenant, type, data, at from events
    where id > ${after} ${tenant === null ? sql`` : sql`and tenant_id = ${tenant}`}
      ${sync === null ? sql`` : sql`and sync_id = ${sync}`}
    order by id limit ${limit}`;
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
}

export async function stateOfSync(sql: Sql, tenant: TenantId, id: number): Promise<SyncState | undefined> {
  const [row] = await sql<{ state: SyncState }[]>`select state from syncs where tenant_id = ${tenant} and id = ${id}`;
  return row?.state;
}
