import type { Door, TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { advanceNow } from '../jobs.ts';

/** A name in a tenant's view: an upload that still has its bytes, or (without `uploadId`) a folder that someone made. */
export interface ViewRow {
  path: string;
  uploadId: string | null;
  size: number;
  modified: Date;
  /** When the upload was committed; for a folder when it was made. */
  since: Date;
}

/** Times travel as milliseconds: drizzle has switched off the driver's own reading of dates. */
const millis = (sql: Sql, column: ReturnType<Sql>) => sql`(extract(epoch from ${column}) * 1000)::float8`;

const columns = (sql: Sql) => sql`
  v.path, v.upload_id as "uploadId", coalesce(u.size, 0)::float8 as size,
  ${millis(sql, sql`v.modified_at`)} as modified, ${millis(sql, sql`coalesce(u.received_at, v.modified_at)`)} as since`;

type Timed<T> = { [K in keyof T]: T[K] extends Date ? number : T[K] };
const viewRow = (row: Timed<ViewRow>): ViewRow => ({
  ...row,
  modified: new Date(row.modified),
  since: new Date(row.since),
});
const reportOf = (row: Timed<ReportRow>): ReportRow => ({ ...row, modified: new Date(row.modified) });

/** Rows whose upload was purged are no longer shown; the sweep removes them. */
const shown = (sql: Sql, tenant: TenantId) => sql`
  view_files v left join uploads u on u.tenant_id = v.tenant_id and u.id = v.upload_id
  where v.tenant_id = ${tenant} and u.purged_at is null`;

/** `in` rather than `any`: the driver learns the types of arrays only after its first connection. */
export async function viewRows(sql: Sql, tenant: TenantId, paths: readonly string[]): Promise<ViewRow[]> {
  const rows = await sql<Timed<ViewRow>[]>`
    select ${columns(sql)} from ${shown(sql, tenant)} and v.path in ${sql([...paths])}`;
  return rows.map(viewRow);
}

/** A name in a folder: a file where an upload has exactly that path, else a folder with what lies below it. */
export interface ChildRow {
  name: string;
  isFile: boolean;
  size: number;
  /** The newest of all that lies below, for a folder. */
  modified: Date;
  since: Date;
}

/**
 * The names in a folder (`prefix`: its path and `/`) that come after `after` in the order of their UTF-8 bytes, at most
 * `limit` of them.
 */
export async function viewChildren(
  sql: Sql,
  tenant: TenantId,
  prefix: string,
  after: string,
  limit: number,
): Promise<ChildRow[]> {
  const rest = sql`substr(v.path, length(${prefix}::text) + 1)`;
  const rows = await sql<Timed<ChildRow>[]>`
    select name, bool_or("isFile") as "isFile", coalesce(max(size) filter (where "isFile"), 0) as size,
      max(modified) as modified, coalesce(max(since) filter (where "isFile"), max(since)) as since
    from (
      select split_part(${rest}, '/', 1) collate "C" as name,
        v.upload_id is not null and strpos(${rest}, '/') = 0 as "isFile", u.size::float8 as size,
        ${millis(sql, sql`v.modified_at`)} as modified,
        ${millis(sql, sql`coalesce(u.received_at, v.modified_at)`)} as since
      from ${shown(sql, tenant)} and starts_with(v.path, ${prefix})
    ) below
    where name > ${after} group by name order by name limit ${limit}`;
  return rows.map((row) => ({ ...row, modified: new Date(row.modified), since: new Date(row.since) }));
}

/** The row at a path; where there is none, whether something lies below it and how many rows the whole view has. */
export async function viewAt(
  sql: Sql,
  tenant: TenantId,
  path: string,
): Promise<{ row: ViewRow | undefined; below: boolean; entries: number }> {
  const [found] = await sql<(Timed<ViewRow> & { below: boolean | null; entries: number | null })[]>`
    with here as (select ${columns(sql)} from ${shown(sql, tenant)} and v.path = ${path})
    select here.*,
      case when here.path is null
        then exists (select from ${shown(sql, tenant)} and starts_with(v.path, ${path + '/'})) end as below,
      case when here.path is null
        then (select count(*)::int from view_files where tenant_id = ${tenant}) end as entries
    from (select) as once left join here on true`;
  const { below, entries, ...row } = found ?? { below: false, entries: 0, path: null };
  return { row: row.path === null ? undefined : viewRow(row), below: below ?? false, entries: entries ?? 0 };
}

/** The upload that a path shows, with its times in milliseconds since 1970. */
export async function shownUpload(
  sql: Sql,
  tenant: TenantId,
  path: string,
): Promise<{ door: Door; size: number; sha256: string; modifiedMs: number; receivedMs: number } | undefined> {
  const [found] = await sql<{ door: Door; size: number; sha256: string; modifiedMs: number; receivedMs: number }[]>`
    select u.door, u.size::float8 as size, u.sha256, trunc(${millis(sql, sql`v.modified_at`)}) as "modifiedMs",
      ${millis(sql, sql`u.received_at`)} as "receivedMs"
    from ${shown(sql, tenant)} and v.path = ${path} and v.upload_id is not null`;
  return found;
}

/** The SHA-256 of an upload, in hexadecimal. */
export async function uploadDigest(sql: Sql, tenant: TenantId, uploadId: string): Promise<string | undefined> {
  const [found] = await sql<{ sha256: string }[]>`
    select sha256 from uploads where tenant_id = ${tenant} and id = ${uploadId}`;
  return found?.sha256;
}

export async function addFolder(sql: Sql, tenant: TenantId, path: string): Promise<void> {
  await sql`insert into view_files (tenant_id, path) values (${tenant}, ${path}) on conflict do nothing`;
}

export async function removeViewRow(sql: Sql, tenant: TenantId, path: string): Promise<void> {
  await sql`delete from view_files where tenant_id = ${tenant} and path = ${path}`;
}

export async function setViewTime(sql: Sql, tenant: TenantId, path: string, time: Date): Promise<void> {
  await sql`update view_files set modified_at = ${time.toISOString()} where tenant_id = ${tenant} and path = ${path}`;
}

/**
 * Renames in the view, over what stands at `to`. With `reroute` an upload that no sync has taken yet, or that nothing
 * recognised, also takes the new name for the pipeline, and has another chance there.
 */
export async function renameViewRow(
  sql: Sql,
  tenant: TenantId,
  from: string,
  to: string,
  reroute: boolean,
): Promise<void> {
  await sql`
    with gone as (
      delete from view_files where tenant_id = ${tenant} and path = ${from} returning upload_id, modified_at
    ), shown as (
      insert into view_files (tenant_id, path, upload_id, modified_at)
      select ${tenant}, ${to}, upload_id, modified_at from gone
      on conflict (tenant_id, path) do update set upload_id = excluded.upload_id, modified_at = excluded.modified_at
    ), renamed as (
      update uploads set path = ${to}, state = 'waiting', reason = null
      where ${reroute} and tenant_id = ${tenant} and id = (select upload_id from gone)
        and state in ('waiting', 'unrecognised', 'ignored')
      returning id
    )
    select ${advanceNow(sql, tenant)} from renamed`;
}

/** Moves a folder with all that is below it; nothing may stand at `to`. */
export async function renameViewFolder(sql: Sql, tenant: TenantId, from: string, to: string): Promise<void> {
  await sql`
    update view_files set path = ${to}::text || substr(path, length(${from}::text) + 1)
    where tenant_id = ${tenant} and (path = ${from} or starts_with(path, ${from + '/'}))`;
}

export interface ReportRow {
  name: string;
  id: string;
  size: number;
  modified: Date;
}

const NEWEST_REPORTS = 1000;

export async function reportRows(sql: Sql, tenant: TenantId): Promise<ReportRow[]> {
  const rows = await sql<Timed<ReportRow>[]>`
    select name, id, size::float8 as size, ${millis(sql, sql`created_at`)} as modified from report_files
    where tenant_id = ${tenant} order by created_at desc limit ${NEWEST_REPORTS}`;
  return rows.map(reportOf);
}

export async function reportRow(sql: Sql, tenant: TenantId, name: string): Promise<ReportRow | undefined> {
  const [row] = await sql<Timed<ReportRow>[]>`
    select name, id, size::float8 as size, ${millis(sql, sql`created_at`)} as modified from report_files
    where tenant_id = ${tenant} and name = ${name}`;
  return row && reportOf(row);
}
