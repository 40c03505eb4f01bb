import type { Sql, TransactionSql } from 'postgres';
import type { Dataset } from '../model/dataset.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Run } from './sync-states.ts';
import type { lastSnapshots } from './snapshot-tables.ts';

export type LastSnapshot = Omit<typeof lastSnapshots.$inferSelect, 'tenantId' | 'dataset' | 'syncId'>;

/**
 * The snapshot with which the next one of a dataset may be compared: not where a later sync has touched the dataset's
 * rows, or one was undone.
 */
export async function lastSnapshot(
  sql: Sql | TransactionSql,
  tenantId: TenantId,
  dataset: Dataset,
): Promise<(LastSnapshot & { size: number }) | undefined> {
  const [row] = await sql<(LastSnapshot & { size: number })[]>`
    select l.upload_id as "uploadId", u.size::float8 as size, l.reading, l.clean, l.evidence, l.clients
    from last_snapshots l join uploads u on u.tenant_id = l.tenant_id and u.id = l.upload_id
    where l.tenant_id = ${tenantId} and l.dataset = ${dataset} and u.purged_at is null and not exists (
      select from syncs s
      where s.tenant_id = l.tenant_id and s.id > l.sync_id and s.state = 'applied' and (
        s.reverts is not null or exists (
          select from sync_files f
          where f.tenant_id = s.tenant_id and f.sync_id = s.id and f.dataset = l.dataset
            and not (f.detail->>'sameAsBefore')::boolean and f.detail->>'quarantine' is null)))`;
  return row;
}

/** Call it in the transaction that applies the dataset's rows, with `undefined` where the next cannot be compared. */
export async function setLastSnapshot(
  tx: TransactionSql,
  { tenantId, syncId }: Run,
  dataset: Dataset,
  snapshot: LastSnapshot | undefined,
): Promise<void> {
  await tx`delete from last_snapshots where tenant_id = ${tenantId} and dataset = ${dataset}`;
  if (!snapshot) return;
  const { uploadId, reading, clean, evidence, clients } = snapshot;
  await tx`
    insert into last_snapshots (tenant_id, dataset, sync_id, upload_id, reading, clean, evidence, clients)
    values (${tenantId}, ${dataset}, ${syncId}, ${uploadId}, ${reading}, ${clean}, ${tx.json(evidence)},
      ${clients})`;
}
