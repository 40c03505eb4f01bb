import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { SyncFile } from '../model/sync.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Db } from './client.ts';
import type { SyncRow } from './sync-states.ts';
import { changes, syncFiles, syncs } from './tables.ts';

export interface SyncWithFiles extends SyncRow {
  files: SyncFile[];
}

/** The latest syncs of a tenant, newest first. */
export async function listSyncs(db: Db, tenantId: TenantId, limit: number): Promise<SyncWithFiles[]> {
  const rows = await db.select().from(syncs).where(eq(syncs.tenantId, tenantId)).orderBy(desc(syncs.id)).limit(limit);
  return withFiles(db, tenantId, rows);
}

/** Ids are unique over all tenants. */
export async function findSync(db: Db, id: number): Promise<SyncWithFiles | undefined> {
  const rows = await db.select().from(syncs).where(eq(syncs.id, id));
  const [row] = rows;
  if (!row) return undefined;
  const [sync] = await withFiles(db, row.tenantId, rows);
  return sync;
}

async function withFiles(db: Db, tenantId: TenantId, rows: SyncRow[]): Promise<SyncWithFiles[]> {
  const ids = rows.map(({ id }) => id);
  const files = await db
    .select()
    .from(syncFiles)
    .where(and(eq(syncFiles.tenantId, tenantId), inArray(syncFiles.syncId, ids)))
    .orderBy(asc(syncFiles.fileNo));
  const of = (id: number) =>
    files.filter(({ syncId }) => syncId === id).map(({ detail, ...counts }) => ({ ...detail, ...counts }));
  return rows.map((row) => ({ ...row, files: of(row.id) }));
}

/** What a sync changed in stored rows: the values before. */
export async function changesOf(db: Db, tenantId: TenantId, syncId: number, limit: number) {
  return db
    .select({ dataset: changes.dataset, change: changes.change, key: changes.key, before: changes.before })
    .from(changes)
    .where(and(eq(changes.tenantId, tenantId), eq(changes.syncId, syncId)))
    .orderBy(asc(changes.dataset), asc(changes.key))
    .limit(limit);
}
