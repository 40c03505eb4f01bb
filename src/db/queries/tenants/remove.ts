import { eq } from 'drizzle-orm';
import type { TenantId } from '../../../model/tenant.ts';
import type { Database, Sql } from '../../client.ts';
import { addAuditRows } from '../access/sign-in.ts';
import { audit, tenants } from '../../schema/tables.ts';

/** Tables that do not go with the tenant's row, the large ones first. */
const BY_HAND = [
  'ecritures',
  'contacts',
  'clients',
  'changes',
  'rejections',
  'sync_files',
  'credential_keys',
  'api_keys',
  'idempotent_requests',
  'audit',
];
/** Rows of one statement, so that each stays far below the time that a statement may take. */
const BATCH = 20_000;

/** Lets nobody in any more, and shuts out a sync that is under way: it cannot commit. */
export async function retireTenant(sql: Sql, tenant: TenantId): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`update tenants set state = 'suspended' where id = ${tenant}`;
    await tx`update api_keys set revoked_at = now() where tenant_id = ${tenant} and revoked_at is null`;
    await tx`
      update syncs set state = 'discarded', finished_at = now()
      where tenant_id = ${tenant} and state in ('queued', 'running', 'held')`;
  });
}

/** Removes every row of a retired tenant; a call that was cut off is finished by the next. */
export async function removeTenantRows(
  { sql, db }: Pick<Database, 'sql' | 'db'>,
  tenant: TenantId,
  by: string,
): Promise<void> {
  for (const table of BY_HAND) {
    let removed: number;
    do {
      ({ count: removed } = await sql`
        delete from ${sql(table)} where ctid = any (array(
          select ctid from ${sql(table)} where tenant_id = ${tenant} limit ${BATCH}))`);
    } while (removed === BATCH);
  }
  await db.transaction(async (tx) => {
    await tx.delete(tenants).where(eq(tenants.id, tenant));
    // What was put on record since; see addLateAuditRows.
    await tx.delete(audit).where(eq(audit.tenantId, tenant));
    await addAuditRows({ db: tx }, [{ tenantId: '', actor: by, action: 'tenant.delete', detail: { tenant } }]);
  });
  await removeJobs(sql, tenant);
}

/** One that is under way just now ends by itself, since it finds nothing. */
async function removeJobs(sql: Sql, tenant: TenantId): Promise<void> {
  await sql`
    select graphile_worker.complete_jobs(array(
      select id from graphile_worker._private_jobs where payload->>'tenant' = ${tenant} and locked_at is null))`;
}
