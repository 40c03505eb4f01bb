import type { RemoteFile } from '../../../model/connector.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

/** A file that was taken from a tenant's own server. */
export interface FetchedFile extends RemoteFile {
  sha256: string;
  uploadId: string;
  /** Its upload belongs to the sync that asks. */
  bySync: boolean;
}

/** Files at which `chooseFiles` looks for one that is newer than what is there now. */
const LATEST = 1000;

/** How a remote time is stored: the epoch stands for one that the server does not tell. */
export const fetchedTime = (modified: Date | null): string => (modified ?? new Date(0)).toISOString();

/** Those of the names, and the latest of all. */
export async function fetchedFilesAmong(
  sql: Sql,
  tenant: TenantId,
  syncId: number,
  names: readonly string[],
): Promise<FetchedFile[]> {
  const rows = await sql<(Omit<FetchedFile, 'modified'> & { modifiedMs: number })[]>`
    select f.name, f.size::float8 as size, extract(epoch from f.modified_at)::float8 * 1000 as "modifiedMs", f.sha256,
      f.upload_id as "uploadId", coalesce(u.sync_id = ${syncId}, false) as "bySync"
    from fetched_files f left join uploads u on u.tenant_id = f.tenant_id and u.id = f.upload_id
    where f.tenant_id = ${tenant} and (f.name = any(${[...names]}::text[]) or f.fetched_at >= (
      select min(fetched_at) from (select fetched_at from fetched_files where tenant_id = ${tenant}
        order by fetched_at desc limit ${LATEST}) latest))`;
  return rows.map(({ modifiedMs, ...row }) => ({ ...row, modified: timeOf(modifiedMs) }));
}

const timeOf = (ms: number): Date | null => (ms === 0 ? null : new Date(Math.round(ms)));

/**
 * Where the bytes are those that were taken last under the name: notes that this file, too, is taken.
 * @returns whether they are
 */
export async function noteIfKnown(sql: Sql, tenant: TenantId, file: RemoteFile, sha256: string): Promise<boolean> {
  const noted = await sql`
    insert into fetched_files (tenant_id, name, size, modified_at, sha256, upload_id)
    select tenant_id, name, ${file.size}, ${fetchedTime(file.modified)}, sha256, upload_id
    from (select * from fetched_files where tenant_id = ${tenant} and name = ${file.name}
      order by fetched_at desc limit 1) last
    where sha256 = ${sha256}
    on conflict (tenant_id, name, size, modified_at) do update set fetched_at = now(), disposed_at = null
    returning 1`;
  return noted.length > 0;
}

/** Those of these files that were taken and are still to be moved or deleted at their source. */
export async function owedDisposals(
  sql: Sql,
  tenant: TenantId,
  listing: readonly RemoteFile[],
): Promise<Pick<FetchedFile, 'name' | 'size' | 'modified'>[]> {
  const rows = await sql<{ name: string; size: number; modifiedMs: number }[]>`
    select name, size::float8 as size, extract(epoch from modified_at)::float8 * 1000 as "modifiedMs" from fetched_files
    where tenant_id = ${tenant} and disposed_at is null and name = any(${listing.map(({ name }) => name)}::text[])
    order by fetched_at`;
  return rows.map(({ modifiedMs, ...row }) => ({ ...row, modified: timeOf(modifiedMs) }));
}

export async function noteDisposed(sql: Sql, tenant: TenantId, file: RemoteFile): Promise<void> {
  await sql`
    update fetched_files set disposed_at = now()
    where tenant_id = ${tenant} and name = ${file.name} and size = ${file.size}
      and modified_at = ${fetchedTime(file.modified)}`;
}

/** Uploads that a sync has fetched so far. */
export async function countFetched(sql: Sql, tenant: TenantId, syncId: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int4 as count from uploads where tenant_id = ${tenant} and sync_id = ${syncId} and door = 'pull'`;
  return row?.count ?? 0;
}
