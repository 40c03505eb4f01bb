import type { Database } from '../db/client.ts';
import type { SyncWithFiles } from '../db/syncs.ts';
import type { Report } from '../model/report.ts';
import { firstRejections } from '../db/rejections.ts';
import { knownTenant } from './known.ts';

/** The report of a sync as it stands in the database. */
export async function reportOf(database: Database, sync: SyncWithFiles): Promise<Report> {
  const { id, name, language } = await knownTenant(database, sync.tenantId);
  const run = { tenantId: sync.tenantId, syncId: sync.id, attempt: sync.attempts };
  const rejections = await database.sql.begin((tx) => firstRejections(tx, run));
  return {
    tenant: { id, name, language },
    syncId: sync.id,
    state: sync.state,
    finishedAt: sync.finishedAt ?? new Date(),
    missing: sync.missing,
    guard: sync.guard ?? [],
    error: sync.error,
    durations: sync.durations ?? {},
    files: sync.files,
    rejections,
    ...(sync.reverts !== null && { reverts: { syncId: sync.reverts, undone: sync.undone ?? [] } }),
    ...(sync.revertedBy !== null && { revertedBy: sync.revertedBy }),
  };
}
