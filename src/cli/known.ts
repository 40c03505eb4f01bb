import type { Database } from '../db/client.ts';
import { findSync, type SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import { findTenant, type TenantRow } from '../db/queries/tenants/tenants.ts';
import { CommandFailure } from './failure.ts';

/** @throws CommandFailure where there is no such tenant */
export async function knownTenant({ db }: Database, id: string): Promise<TenantRow> {
  const tenant = await findTenant(db, id);
  if (!tenant) throw new CommandFailure(`There is no tenant "${id}": see arrivage tenant list`);
  return tenant;
}

/** @throws CommandFailure where there is no such sync */
export async function knownSync({ db }: Database, id: number): Promise<SyncWithFiles> {
  const sync = await findSync(db, id);
  if (!sync) throw new CommandFailure(`There is no sync ${id}: see arrivage sync list <tenant>`);
  return sync;
}
