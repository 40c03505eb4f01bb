import type { Tenant } from '../model/tenant.ts';
import type { Database } from './client.ts';
import { goLive } from './sync-decisions.ts';
import { changeTenant, type TenantChange } from './tenants.ts';

/**
 * Changes settings of a tenant; the step to `live` takes up what its dry runs left.
 * @returns how many uploads the first real sync of a tenant that goes live takes
 */
export async function applyTenantChange(
  { db, sql }: Pick<Database, 'db' | 'sql'>,
  before: Tenant,
  { state, ...rest }: TenantChange,
): Promise<number> {
  const goesLive = state === 'live' && before.state !== 'live';
  const change = { ...rest, ...(state !== undefined && !goesLive && { state }) };
  if (Object.keys(change).length > 0) await changeTenant(db, before.id, change);
  return goesLive ? goLive(sql, before.id) : 0;
}
