import type { TransactionSql } from 'postgres';
import type { Dataset } from '../../../model/dataset.ts';
import type { TenantId } from '../../../model/tenant.ts';
import { eventsOfSync, type DatasetCounts, type SyncFacts, type UploadFacts } from '../events/data.ts';
import { recordEvents } from '../events/outbox.ts';

interface SyncKey {
  tenantId: TenantId;
  syncId: number;
}

/** Stores the events of a sync that has just come to an end, as its rows in this transaction tell it; call it last. */
export async function recordOutcome(tx: TransactionSql, sync: SyncKey): Promise<void> {
  const [row] = await tx<(Pick<SyncFacts, 'state' | 'cause' | 'incomplete' | 'missing' | 'guard' | 'error'> & At)[]>`
    select state, cause, incomplete, missing, guard, error, ${epoch(tx, 'finished_at')} as at from syncs
    where tenant_id = ${sync.tenantId} and id = ${sync.syncId}`;
  if (!row) return;
  const { at, ...facts } = row;
  const datasets = await countsOf(tx, sync);
  const putAside = await putAsideBy(tx, sync);
  const doubts = await doubtsOf(tx, sync);
  const head = { tenant: sync.tenantId, sync: sync.syncId, finishedAt: new Date(at) };
  await recordEvents(tx, sync.tenantId, eventsOfSync({ ...facts, ...head, datasets, putAside, doubts }));
}

interface At {
  /** Milliseconds since 1970: the driver hands times of raw queries over as text. */
  at: number;
}

const epoch = (tx: TransactionSql, column: string) => tx`(extract(epoch from ${tx(column)}) * 1000)::float8`;

async function countsOf(tx: TransactionSql, sync: SyncKey): Promise<SyncFacts['datasets']> {
  const rows = await tx<({ dataset: Dataset } & DatasetCounts)[]>`
    select dataset, count(*)::int as files, sum(read)::int as read, sum(inserted)::int as inserted,
      sum(updated)::int as updated, sum(unchanged)::int as unchanged, sum(rejected)::int as rejected,
      sum(skipped)::int as skipped, sum(duplicate)::int as duplicate, sum(settled)::int as settled,
      sum(reopened)::int as reopened
    from sync_files
    where tenant_id = ${sync.tenantId} and sync_id = ${sync.syncId} and dataset is not null
      and detail->>'quarantine' is null
    group by dataset order by dataset`;
  return Object.fromEntries(rows.map(({ dataset, ...counts }) => [dataset, counts]));
}

async function doubtsOf(tx: TransactionSql, sync: SyncKey): Promise<number> {
  const [row] = await tx<{ doubts: number }[]>`
    select coalesce(sum((detail->>'doubts')::int), 0)::int as doubts from sync_files
    where tenant_id = ${sync.tenantId} and sync_id = ${sync.syncId}`;
  return row?.doubts ?? 0;
}

async function putAsideBy(tx: TransactionSql, sync: SyncKey): Promise<UploadFacts[]> {
  const rows = await tx<(Omit<UploadFacts, 'receivedAt'> & At)[]>`
    select u.id, f.detail->>'name' as name, u.size::float8 as size, u.sha256, u.door,
      f.detail->'quarantine' as reason, ${epoch(tx, 'received_at')} as at
    from sync_files f join uploads u on u.tenant_id = f.tenant_id and u.id = f.upload_id
    where f.tenant_id = ${sync.tenantId} and f.sync_id = ${sync.syncId} and f.detail->>'quarantine' is not null
    order by f.file_no`;
  return rows.map(({ at, ...upload }) => ({ ...upload, receivedAt: new Date(at) }));
}
