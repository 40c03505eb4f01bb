import { reachable } from '../db/client.ts';
import { forgetReports, markPurged, oldReports } from '../db/queries/uploads/purge.ts';
import { tenantIds } from '../db/queries/uploads/bytes.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Depot } from './depot.ts';

const BATCH = 500;

/**
 * Ends the archive's term: uploads are marked as purged, and the sweep that follows removes their bytes, as it does
 * again after a crash between the two; report files go bytes first, so that what is left after a crash is found by its
 * row. Kept for good: the upload's row with its SHA-256, the sync with its counts, and the rejections.
 * @param now the database's: see `termTime`
 * @throws database_unavailable
 */
export async function purge(depot: Depot, archiveMs: number, now: Date): Promise<{ uploads: number; reports: number }> {
  const before = new Date(now.getTime() - archiveMs);
  const total = { uploads: 0, reports: 0 };
  for (const tenant of await reachable(tenantIds(depot.database.sql))) {
    const uploads = await inBatches(() => reachable(markPurged(depot.database.sql, tenant, before, BATCH)));
    const reports = await inBatches(() => removeReports(depot, tenant, before));
    if (uploads + reports > 0) depot.log.info({ tenant, before, uploads, reports }, 'archive purged');
    total.uploads += uploads;
    total.reports += reports;
  }
  return total;
}

async function inBatches(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let count = BATCH; count === BATCH;) {
    count = await step();
    total += count;
  }
  return total;
}

async function removeReports({ database, spool }: Depot, tenant: TenantId, before: Date): Promise<number> {
  const ids = await reachable(oldReports(database.sql, tenant, before, BATCH));
  if (ids.length === 0) return 0;
  for (const id of ids) await spool.reports.remove(tenant, id);
  await reachable(forgetReports(database.sql, tenant, ids));
  return ids.length;
}
