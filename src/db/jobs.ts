import type { Fragment, ISql } from 'postgres';
import type { TenantId } from '../model/tenant.ts';

const ATTEMPTS = 25;

/**
 * The SQL expression that queues a tenant's `advance` job for now. That job decides by the tenant's trigger what is
 * due, and queues itself for later where it has to wait, so a door need not know the trigger. One key per tenant:
 * a job that waits is brought forward, and beside one that runs a fresh one is queued, which sees what came since.
 */
export function advanceNow(sql: ISql, tenant: TenantId) {
  return advance(sql, tenant, {
    at: sql`now()`,
    key: 'advance',
    payload: sql`json_build_object('tenant', ${tenant}::text)`,
  });
}

/** As `advanceNow`, without waiting for anything that the trigger would wait for. */
export function advanceHurry(sql: ISql, tenant: TenantId) {
  const payload = sql`json_build_object('tenant', ${tenant}::text, 'hurry', true)`;
  return advance(sql, tenant, { at: sql`now()`, key: 'hurry', payload });
}

/** Looks again later; an upload that arrives before then brings a job of its own, which decides anew. */
export function advanceAt(sql: ISql, tenant: TenantId, at: Date) {
  const payload = sql`json_build_object('tenant', ${tenant}::text)`;
  return advance(sql, tenant, { at: sql`${at}::timestamptz`, key: 'later', payload });
}

/** As `advanceAt`, for a fetch that is tried again: neither job replaces the other. */
export function advanceForFetch(sql: ISql, tenant: TenantId, at: Date) {
  const payload = sql`json_build_object('tenant', ${tenant}::text)`;
  return advance(sql, tenant, { at: sql`${at}::timestamptz`, key: 'fetch', payload });
}

function advance(sql: ISql, tenant: TenantId, job: { at: Fragment; key: string; payload: Fragment }) {
  return sql`graphile_worker.add_job(
    'advance', ${job.payload}, queue_name := ${'tenant:' + tenant}, run_at := ${job.at},
    max_attempts := ${ATTEMPTS}, job_key := ${`${job.key}:${tenant}`}, job_key_mode := 'replace')`;
}

/** Why the tenant's queue stands still: what its last attempt threw, and when the next one is due. */
export async function failedAdvance(sql: ISql, tenant: TenantId): Promise<{ error: string; next: Date } | undefined> {
  const [failed] = await sql<{ error: string; next: number }[]>`
    select split_part(last_error, e'\\n', 1) as error, 
      extract(epoch from run_at)::float8 * 1000 as next
    from graphile_worker._private_jobs
    where key in (${`advance:${tenant}`}, ${`hurry:${tenant}`}) and last_error is not null
    order by run_at limit 1`;
  return failed && { error: failed.error, next: new Date(failed.next) };
}
