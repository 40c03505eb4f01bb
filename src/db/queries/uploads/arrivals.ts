import postgres from 'postgres';
import type { Arrival } from '../../../model/arrival.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { fetchedTime } from './fetched-files.ts';
import { advanceNow } from '../jobs.ts';

/**
 * The hand-over from the doors to the pipeline: upload row, view and job in one statement, hence one transaction and
 * one round trip. Idempotent by id: a second call waits for a first that may still be under way, and then does nothing.
 * A pulled file belongs to the sync that fetches it, unless that one has gone on without it: then it waits.
 */
export async function recordUpload(sql: Sql, upload: Arrival): Promise<void> {
  const { tenant, id, path, size, sha256, door, username, modified, origin, inherited } = upload;
  await sql`
    with fetching as (
      select id from syncs
      where tenant_id = ${tenant} and id = ${origin?.syncId ?? null}
        and state in ('queued', 'running') and fetched_at is null
      for share
    ), new_upload as (
      insert into uploads (tenant_id, id, path, size, sha256, door, username, inherited, sync_id, state)
      select ${tenant}, ${id}::uuid, ${path}, ${size}, ${sha256}, ${door}, ${username},
        ${inherited ? sql.json({ ...inherited }) : null}::jsonb, f.id,
        case when f.id is null then 'waiting' else 'gathered' end
      from (select) one left join fetching f on true
      on conflict (tenant_id, id) do nothing
      returning tenant_id, path, id, size, sha256
    ), shown as (
      insert into view_files (tenant_id, path, upload_id, modified_at)
      select tenant_id, path, id, ${modified.toISOString()}::timestamptz from new_upload
      on conflict (tenant_id, path) do update set upload_id = excluded.upload_id, modified_at = excluded.modified_at
    ), fetched as (
      insert into fetched_files (tenant_id, name, size, modified_at, sha256, upload_id)
      select tenant_id, ${origin?.name ?? null}, size, ${fetchedTime(origin?.modified ?? null)}, sha256, id from new_upload
      where ${origin !== undefined}
      on conflict (tenant_id, name, size, modified_at) do update
      set sha256 = excluded.sha256, upload_id = excluded.upload_id, fetched_at = now(), disposed_at = null
    )
    select ${advanceNow(sql, tenant)} from new_upload`;
}

/**
 * Whether an upload of that name came within the last `ms` milliseconds, other than `id`. An age, not a time: two
 * machines' clocks need not agree.
 */
export async function cameSince(
  sql: Sql,
  { tenant, path, id }: Pick<Arrival, 'tenant' | 'path' | 'id'>,
  ms: number,
): Promise<boolean> {
  const found = await sql`
    select 1 from uploads where tenant_id = ${tenant} and path = ${path} and id <> ${id}::uuid
      and received_at > now() - ${ms} * interval '1 millisecond' limit 1`;
  return found.length > 0;
}

/** Whether so many uploads of the tenant wait for their sync. */
export async function waitAtLeast(sql: Sql, tenant: TenantId, count: number): Promise<boolean> {
  const found = await sql`
    select 1 from uploads where tenant_id = ${tenant} and state = 'waiting' order by arrival offset ${count - 1} limit 1`;
  return found.length > 0;
}

/** What says that the statement never reached the server. */
const NEVER_SENT = /^(ECONNREFUSED|ENOENT|CONNECT_TIMEOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
/** SQLSTATEs of a session that was ended from outside, perhaps after its commit. */
const CUT_OFF = /^(08...|57P0[12])$/;

/** Whether the upload may be on record although `recordUpload` failed with this error. */
export function mayBeRecorded(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return CUT_OFF.test(error.code);
  return !(error instanceof Error && 'code' in error && NEVER_SENT.test(String(error.code)));
}
