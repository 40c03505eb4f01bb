import type { Database } from '../db/client.ts';
import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import type { Report } from '../model/report.ts';
import { storedReport } from '../report/stored-report.ts';
import { knownTenant } from './known.ts';

/** The report of a sync as it stands in the database. */
export async function reportOf(database: Database, sync: SyncWithFiles): Promise<Report> {
  return storedReport(database.sql, await knownTenant(database, sync.tenantId), sync);
}
