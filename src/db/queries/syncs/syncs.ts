import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm';
import { datasets } from '../../../model/dataset.ts';
import type { SyncState } from '../../../model/states.ts';
import type { RowChange, SyncFile } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Sql } from '../../client.ts';
import type { SyncRow } from './states.ts';
import { syncFiles, syncs } from '../../schema/tables.ts';

export interface SyncWithFiles extends SyncRow {
  files: SyncFile[];
}

/** The latest syncs of a tenant, newest first: those before a sync and in a state, where these are given. */
export async function listSyncs(
  db: Db,
  tenantId: TenantId,
  limit: number,
  { before, state }: { before?: number | undefined; state?: SyncState | undefined } = {},
): Promise<SyncWithFiles[]> {
  const rows = await db
    .select()
    .from(syncs)
    .where(
      and(
        eq(syncs.tenantId, tenantId),
        before === undefined ? undefined : lt(syncs.id, before),
        state && eq(syncs.state, state),
      ),
    )
    .orderBy(desc(syncs.id))
    .limit(limit);
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

/** SQL: whether `before` is all that a row said, and not only what its vanishing changed. No row is without a client. */
export const isWhole = (said: string): string => `${said} ? 'client_code'`;

/** Our own columns of a row, which say nothing about the customer. */
const BOOKKEEPING = ['tenant_id', 'key', 'row_hash', 'first_seen', 'last_changed', 'notes', 'stop_reminders'];

/**
 * What an applied sync changed in stored rows: the values before, and those of now (not of then, if a later sync
 * changed the row again; so too what a vanished row said besides its state). Of each dataset at most `limit` changed
 * rows and as many inserted ones.
 */
export async function changesOf(sql: Sql, tenant: TenantId, syncId: number, limit: number): Promise<RowChange[]> {
  const found: RowChange[] = [];
  for (const dataset of datasets) {
    const row = sql`jsonb_strip_nulls(to_jsonb(t) - ${BOOKKEEPING}::text[])`;
    const changed = await sql<Omit<RowChange, 'dataset'>[]>`
      select c.change, c.key, ${row} as after,
        case when ${sql.unsafe(isWhole('c.before'))} then c.before else ${row} || c.before end - ${BOOKKEEPING}::text[] as before
      from (select * from changes where tenant_id = ${tenant} and sync_id = ${syncId} and dataset = ${dataset}
        order by key limit ${limit}) c
      left join ${sql(dataset)} t on t.tenant_id = c.tenant_id and t.key = c.key order by c.key`;
    const inserted = await sql<Omit<RowChange, 'dataset'>[]>`
      select 'inserted' as change, t.key, null as before, ${row} as after from ${sql(dataset)} t
      where t.tenant_id = ${tenant} and t.first_seen = ${syncId} limit ${limit}`;
    found.push(...[...changed, ...inserted].map((change) => ({ ...change, dataset })));
  }
  return found;
}
