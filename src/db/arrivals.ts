import postgres from 'postgres';
import type { Arrival } from '../model/arrival.ts';
import type { Sql } from './client.ts';
import { advanceNow } from './jobs.ts';

/**
 * The hand-over from the doors to the pipeline: upload row, view and job in one statement, hence one transaction and
 * one round trip. Idempotent by id: a second call waits for a first that may still be under way, and then does nothing.
 */
export async function recordUpload(sql: Sql, upload: Arrival): Promise<void> {
  const { tenant, id, path, size, sha256, door, username, modified } = upload;
  await sql`
    with new_upload as (
      insert into uploads (tenant_id, id, path, size, sha256, door, username)
      values (${tenant}, ${id}, ${path}, ${size}, ${sha256}, ${door}, ${username})
      on conflict (tenant_id, id) do nothing
      returning tenant_id, path, id
    ), shown as (
      insert into view_files (tenant_id, path, upload_id, modified_at)
      select tenant_id, path, id, ${modified.toISOString()}::timestamptz from new_upload
      on conflict (tenant_id, path) do update set upload_id = excluded.upload_id, modified_at = excluded.modified_at
    )
    select ${advanceNow(sql, tenant)} from new_upload`;
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
