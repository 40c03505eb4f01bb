import type { TenantId, TenantState } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

export interface UploadRef {
  id: string;
  path: string;
  size: number;
  /** As Postgres writes it. */
  receivedAt: string;
}

export async function tenantIds(sql: Sql): Promise<TenantId[]> {
  return (await sql<{ id: TenantId }[]>`select id from tenants order by id`).map(({ id }) => id);
}

/** The states of all tenants, or of one. */
export async function tenantStates(sql: Sql, only?: TenantId): Promise<{ id: TenantId; state: TenantState }[]> {
  return sql<{ id: TenantId; state: TenantState }[]>`
    select id, state from tenants ${only === undefined ? sql`` : sql`where id = ${only}`}`;
}

/** Uploads that are to have bytes in the spool. */
export async function uploadsWithBytes(sql: Sql, tenant: TenantId): Promise<UploadRef[]> {
  return sql<UploadRef[]>`
    select id, path, size::float8 as size, received_at::text as "receivedAt" from uploads
    where tenant_id = ${tenant} and purged_at is null`;
}

/** Which of the ids are on record, and which of those were purged. */
export async function recordedAmong(
  sql: Sql,
  tenant: TenantId,
  ids: readonly string[],
): Promise<Map<string, { purged: boolean }>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ id: string; purged: boolean }[]>`
    select id, purged_at is not null as purged from uploads where tenant_id = ${tenant} and id in ${sql([...ids])}`;
  return new Map(rows.map(({ id, purged }) => [id, { purged }]));
}

/**
 * Which of these report files no row speaks of, and none will: their rows are written with the end of the sync that
 * wrote the files, so that nobody can tell while a sync of the tenant is under way.
 */
export async function reportsWithoutRow(sql: Sql, tenant: TenantId, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${[...ids]}::uuid[]) as id
    where not exists (select from report_files r where r.tenant_id = ${tenant} and r.id = id.id)
      and not exists (select from syncs s where s.tenant_id = ${tenant} and s.state = 'running')`;
  return rows.map(({ id }) => id);
}

/**
 * Which of these are no tenants any more, because somebody deleted them. A tenant that this database never knew is none
 * of them: a server that was started with the wrong database must not take everything for left over.
 */
export async function deletedAmong(sql: Sql, ids: readonly TenantId[]): Promise<TenantId[]> {
  if (ids.length === 0) return [];
  const rows = await sql<{ id: TenantId }[]>`
    select distinct detail->>'tenant' as id from audit
    where tenant_id = '' and action = 'tenant.delete' and detail->>'tenant' in ${sql([...ids])}
      and not exists (select from tenants where id = detail->>'tenant')`;
  return rows.map(({ id }) => id);
}

/** A name whose bytes were purged leaves the view. */
export async function forgetPurged(sql: Sql, tenant: TenantId): Promise<void> {
  await sql`
    delete from view_files v using uploads u
    where v.tenant_id = ${tenant} and u.tenant_id = v.tenant_id and u.id = v.upload_id and u.purged_at is not null`;
}
