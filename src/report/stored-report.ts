import type { Sql } from '../db/client.ts';
import { firstRejections } from '../db/queries/rows/rejections.ts';
import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import type { Report } from '../model/report.ts';

/** The report of a sync as it stands in the database. */
export async function storedReport(sql: Sql, tenant: Report['tenant'], sync: SyncWithFiles): Promise<Report> {
  const { id, name, language } = tenant;
  return {
    tenant: { id, name, language },
    syncId: sync.id,
    state: sync.state,
    finishedAt: sync.finishedAt ?? new Date(),
    missing: sync.missing,
    ...(sync.leftAtSource && { leftAtSource: sync.leftAtSource }),
    guard: sync.guard ?? [],
    error: sync.error,
    durations: sync.durations ?? {},
    files: sync.files,
    rejections: await firstRejections(sql, { tenantId: id, syncId: sync.id }),
    ...(sync.reverts !== null && { reverts: { syncId: sync.reverts, undone: sync.undone ?? [] } }),
    ...(sync.revertedBy !== null && { revertedBy: sync.revertedBy }),
  };
}
