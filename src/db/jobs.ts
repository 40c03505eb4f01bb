import type { TenantId } from '../model/tenant.ts';
import type { Sql } from './client.ts';

const ATTEMPTS = 25;

/**
 * The SQL expression that queues a tenant's `advance` job for now. That job decides by the tenant's trigger what is
 * due, and queues itself for later where it has to wait, so a door need not know the trigger. One key per tenant:
 * a job that waits is brought forward, and beside one that runs a fresh one is queued, which sees what came since.
 */
export function advanceNow(sql: Sql, tenant: TenantId) {
  return sql`graphile_worker.add_job(
    'advance', json_build_object('tenant', ${tenant}::text), queue_name := ${'tenant:' + tenant}, run_at := now(),
    max_attempts := ${ATTEMPTS}, job_key := ${'advance:' + tenant}, job_key_mode := 'replace')`;
}
