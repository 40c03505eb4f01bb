import { removeTenantRows, retireTenant } from '../db/remove-tenant.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Depot } from './depot.ts';

/**
 * Removes a tenant and everything of its: bytes, rows and jobs. It is suspended first, so that nobody comes in meanwhile;
 * a call that was cut off is finished by the next.
 */
export async function removeTenant({ database: { sql }, spool }: Pick<Depot, 'database' | 'spool'>, tenant: TenantId) {
  await retireTenant(sql, tenant);
  await spool.removeTenant(tenant);
  await removeTenantRows(sql, tenant);
  // What a session that was still open left meanwhile.
  await spool.removeTenant(tenant);
}
