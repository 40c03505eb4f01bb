import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

/** How one tenant stands. */
export interface TenantStatus {
  id: string;
  state: string;
  /** Uploads that no sync has taken yet; those put aside. */
  waiting: number;
  aside: number;
  queued: number;
  running: number;
  held: number;
  /** In the last 24 hours. */
  failed: number;
  lastUpload: Date | null;
  lastApplied: Date | null;
  /** When its schedule fires next; null: it has none, or it is off. */
  nextRun: Date | null;
}

type Moment = 'lastUpload' | 'lastApplied' | 'nextRun';

/** @param only one tenant instead of all */
export async function tenantStatus(sql: Sql, only?: TenantId): Promise<TenantStatus[]> {
  const rows = await sql<(Omit<TenantStatus, Moment> & Record<Moment, string | null>)[]>`
    select t.id, t.state, u.waiting, u.aside, s.queued, s.running, s.held, s.failed,
      u.last as "lastUpload", s.applied as "lastApplied",
      (select next_run from schedules where tenant_id = t.id and enabled) as "nextRun"
    from tenants t
    cross join lateral (
      select count(*) filter (where state = 'waiting')::int as waiting,
        count(*) filter (where state in ('unrecognised', 'quarantined'))::int as aside, max(received_at) as last
      from uploads where tenant_id = t.id) u
    cross join lateral (
      select count(*) filter (where state = 'queued')::int as queued,
        count(*) filter (where state = 'running')::int as running,
        count(*) filter (where state = 'held')::int as held,
        count(*) filter (where state = 'failed' and finished_at > now() - interval '24 hours')::int as failed,
        max(finished_at) filter (where state = 'applied') as applied
      from syncs where tenant_id = t.id) s
    where ${only === undefined ? sql`true` : sql`t.id = ${only}`}
    order by t.id`;
  const moment = (text: string | null) => (text === null ? null : new Date(text));
  return rows.map((row) => ({
    ...row,
    lastUpload: moment(row.lastUpload),
    lastApplied: moment(row.lastApplied),
    nextRun: moment(row.nextRun),
  }));
}
