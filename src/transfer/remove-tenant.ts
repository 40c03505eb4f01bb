import type { Database } from '../db/client.ts';
import { removeTenantRows, retireTenant } from '../db/queries/tenants/remove.ts';
import { deletedAmong } from '../db/queries/uploads/bytes.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Spool } from '../spool/spool.ts';

/**
 * Removes a tenant and everything of its: bytes, rows and jobs. It is suspended first, so that nobody comes in meanwhile;
 * a call that was cut off is finished by the next.
 * @param by as the audit names who removes it
 */
export async function removeTenant(
  { database, spool }: { spool: Pick<Spool, 'removeTenant'>; database: Pick<Database, 'sql' | 'db'> },
  tenant: TenantId,
  by: string,
): Promise<void> {
  await retireTenant(database.sql, tenant);
  await spool.removeTenant(tenant);
  await removeTenantRows(database, tenant, by);
  // What a session that was still open left meanwhile.
  await spool.removeTenant(tenant);
}

/**
 * For a tenant that is about to be made: what a killed deletion or a session of a deleted one of its id left is nobody's,
 * and is not handed on. Where none was deleted here the bytes stay: they may be what a restored database does not know.
 */
export async function removeFormer(
  { database, spool }: { spool: Pick<Spool, 'removeTenant'>; database: Pick<Database, 'sql'> },
  tenant: TenantId,
): Promise<void> {
  const deleted = await deletedAmong(database.sql, [tenant]);
  if (deleted.length > 0) await spool.removeTenant(tenant);
}
