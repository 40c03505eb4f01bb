import type { Fragment, ISql } from 'postgres';
import type { TenantId } from '../../model/tenant.ts';

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

/** Queues one of these jobs by itself, where no statement does so on its way. */
export async function queueJob(sql: ISql, job: Fragment): Promise<void> {
  await sql`select ${job}`;
}

function advance(sql: ISql, tenant: TenantId, job: { at: Fragment; key: string; payload: Fragment }) {
  return sql`graphile_worker.add_job(
    'advance', ${job.payload}, queue_name := ${'tenant:' + tenant}, run_at := ${job.at},
    max_attempts := ${ATTEMPTS}, job_key := ${`${job.key}:${tenant}`}, job_key_mode := 'replace')`;
}

/**
 * The longest pause before the next attempt is e^4 = 55 s. What failed since the database or the disk was away is to
 * blame for nothing: it neither uses up its attempts nor waits for hours once they are back. A job that a later one of
 * its key has replaced has no key, and stays given up.
 */
const PASSING_ATTEMPTS = 4;

export async function forgiveAttempts(sql: ISql, job: string): Promise<void> {
  await sql`
    update graphile_worker._private_jobs set attempts = least(attempts, ${PASSING_ATTEMPTS})
    where id = ${job}::bigint and key is not null`;
}

/**
 * After the clock was set back: what was queued by the one before is due when it would have been, not once that time comes
 * again; and the crontab's times, which graphile-worker queues only behind the last one, count anew. Those are a node's, whose
 * clock may differ somewhat from the database's.
 */
export async function followClock(sql: ISql): Promise<void> {
  await sql`
    update graphile_worker._private_jobs
    set run_at = now() + greatest(run_at - updated_at, interval '0'), updated_at = now()
    where updated_at > now() + interval '1 minute' and locked_at is null`;
  await sql`
    update graphile_worker._private_known_crontabs set last_execution = now()
    where last_execution > now() + interval '1 hour'`;
  // No fetch pauses for so long before its next try.
  await sql`
    update syncs set not_before = now() where state = 'queued' and not_before > now() + interval '1 hour'`;
}

/** A job that brings the process down each time is not begun anew at each start, but at each hour. */
const EXHAUSTED_MINUTES = 30;

/**
 * Queues a job for every tenant whose uploads or syncs wait and for whom none will run: its attempts were used up, as by
 * that many kills of the process in the midst of it. Also removes what is left of jobs that were cut off after a later
 * one had replaced them. @returns the tenants
 */
export async function advanceForgotten(sql: ISql): Promise<TenantId[]> {
  await sql`
    select graphile_worker.complete_jobs(array(
      select j.id from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'advance' and j.key is null and j.locked_at is null and j.attempts >= j.max_attempts))`;
  const tenants = await sql<{ id: TenantId }[]>`
    select t.id from tenants t
    where t.state <> 'suspended'
      and (exists (select from uploads u where u.tenant_id = t.id and u.state = 'waiting')
        or exists (select from syncs s where s.tenant_id = t.id and s.state in ('queued', 'running')))
      and not exists (
        select from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
        where k.identifier = 'advance' and j.payload->>'tenant' = t.id
          and (j.attempts < j.max_attempts or j.locked_at is not null
            or j.run_at > now() - ${EXHAUSTED_MINUTES} * interval '1 minute'))`;
  for (const { id } of tenants) await sql`select ${advanceNow(sql, id)}`;
  return tenants.map(({ id }) => id);
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
