import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

/**
 * Marks up to `limit` uploads whose term is over as purged, and puts that on record: those whose last sync finished
 * before the time (a held one has not finished), and those that no sync took (unrecognised, quarantined, ignored, superseded)
 * and that came before it. What waits is never purged. Resolves with how many there were.
 */
export async function markPurged(sql: Sql, tenant: TenantId, before: Date, limit: number): Promise<number> {
  const time = before.toISOString();
  const [row] = await sql<{ count: number }[]>`
    with due as (
      select u.id from uploads u left join syncs s on s.tenant_id = u.tenant_id and s.id = u.sync_id
      where u.tenant_id = ${tenant} and u.purged_at is null and u.state <> 'waiting' and u.received_at < ${time}
        and (s.id is null or (s.finished_at < ${time} and s.state not in ('queued', 'running', 'held')))
      limit ${limit} for update of u skip locked
    ), purged as (
      update uploads set purged_at = now() where tenant_id = ${tenant} and id in (select id from due) returning size
    ), noted as (
      insert into audit (tenant_id, actor, action, detail)
      select ${tenant}, 'arrivage', 'uploads.purged',
        jsonb_build_object('uploads', count(*), 'bytes', sum(size), 'before', ${time}::text)
      from purged having count(*) > 0
    )
    select count(*)::int as count from purged`;
  return row?.count ?? 0;
}

/** Report files from before the time. */
export async function oldReports(sql: Sql, tenant: TenantId, before: Date, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from report_files where tenant_id = ${tenant} and created_at < ${before.toISOString()} limit ${limit}`;
  return rows.map(({ id }) => id);
}

export async function forgetReports(sql: Sql, tenant: TenantId, ids: readonly string[]): Promise<void> {
  await sql`delete from report_files where tenant_id = ${tenant} and id in ${sql([...ids])}`;
}
