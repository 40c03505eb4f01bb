import type { Tenant } from '../../../model/tenant.ts';
import { sqlOf, type Db, type Tx } from '../../client.ts';
import { goLive } from '../syncs/decisions.ts';
import { changeTenant, type TenantChange } from './tenants.ts';

/** What makes a tenant live, which is more than a setting. */
const goesLive = (before: Tenant, { state }: TenantChange): boolean => state === 'live' && before.state !== 'live';

/** Changes settings of a tenant, all but the step to `live`. */
export async function changeSettings(db: Db | Tx, before: Tenant, change: TenantChange): Promise<void> {
  const { state, ...rest } = change;
  const settings = { ...rest, ...(state !== undefined && !goesLive(before, change) && { state }) };
  if (Object.keys(settings).length > 0) await changeTenant(db, before.id, settings);
}

/**
 * The step to `live`, where the change holds it: takes up what the dry runs left.
 * @returns how many uploads the first real sync takes
 */
export async function goLiveIfAsked(tx: Tx, before: Tenant, change: TenantChange): Promise<number> {
  return goesLive(before, change) ? goLive(sqlOf(tx), before.id) : 0;
}
