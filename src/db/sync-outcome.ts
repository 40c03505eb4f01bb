import type { Sql, TransactionSql } from 'postgres';
import type { Dataset } from '../model/dataset.ts';
import type { SyncFile } from '../model/sync.ts';
import type { TenantId } from '../model/tenant.ts';
import { recordOutcome } from './sync-events.ts';
import { giveBack } from './sync-release.ts';
import type { Outcome, Run } from './sync-states.ts';
import type { reportFiles } from './tables.ts';

/** A held sync that was approved runs again; its report files stay, as what was known then. */
export async function forgetOutcome(tx: TransactionSql, { tenantId, syncId }: Run): Promise<void> {
  await tx`delete from sync_files where tenant_id = ${tenantId} and sync_id = ${syncId}`;
  await tx`delete from rejections where tenant_id = ${tenantId} and sync_id = ${syncId}`;
}

/** Stores what a sync did with each file. */
export async function insertSyncFiles(tx: TransactionSql, run: Run, files: readonly SyncFile[]): Promise<void> {
  for (const file of files) {
    const { fileNo, uploadId, dataset, sha256, ...detail } = file;
    const { read, inserted, updated, unchanged, rejected, skipped, duplicate, settled, reopened } = file;
    await tx`
      insert into sync_files (tenant_id, sync_id, file_no, upload_id, dataset, sha256, read, inserted, updated,
        unchanged, rejected, skipped, duplicate, settled, reopened, detail)
      values (${run.tenantId}, ${run.syncId}, ${fileNo}, ${uploadId}, ${dataset}, ${sha256}, ${read}, ${inserted},
        ${updated}, ${unchanged}, ${rejected}, ${skipped}, ${duplicate}, ${settled}, ${reopened},
        ${tx.json(detail as never)})`;
    if (file.quarantine) await putAside(tx, run.tenantId, uploadId, file.quarantine);
  }
}

async function putAside(
  tx: TransactionSql,
  tenantId: TenantId,
  uploadId: string,
  reason: NonNullable<SyncFile['quarantine']>,
): Promise<void> {
  const state = reason.code === 'unrecognised' ? 'unrecognised' : 'quarantined';
  await tx`
    update uploads set state = ${state}, reason = ${tx.json(reason)}
    where tenant_id = ${tenantId} and id = ${uploadId}`;
}

export async function insertReportFiles(
  tx: TransactionSql,
  run: Run,
  files: readonly (typeof reportFiles.$inferInsert)[],
): Promise<void> {
  for (const { name, id, size, createdAt = new Date() } of files)
    await tx`
      insert into report_files (tenant_id, name, id, sync_id, size, created_at)
      values (${run.tenantId}, ${name}, ${id}, ${run.syncId}, ${size}, ${createdAt})`;
}

/** The end of a sync's transaction: its outcome, and the events that tell it. Throws, and so rolls everything back, where another run began since. */
export async function finishRun(tx: TransactionSql, run: Run, outcome: Outcome): Promise<void> {
  const { state, incomplete, missing, guard, error, durations, preview } = outcome;
  const done = await tx`
    update syncs set state = ${state}, incomplete = ${incomplete}, missing = ${missing},
      guard = ${guard.length > 0 ? tx.json(guard as never) : null}, error = ${error ? tx.json({ ...error }) : null},
      durations = ${tx.json(durations)}, preview = ${preview.length > 0 ? tx.json(preview as never) : null}, progress = null, finished_at = clock_timestamp()
    where tenant_id = ${run.tenantId} and id = ${run.syncId} and attempts = ${run.attempt} and state = 'running'
    returning id`;
  if (done.length !== 1) throw new Error(`sync ${run.syncId} was taken over by another run`);
  if (state === 'dry_run') await giveBack(tx, run);
  await recordOutcome(tx, run);
}

/** What a dataset's last applied sync was made of. */
export interface LastApplied {
  /** Milliseconds since 1970. */
  at: number;
  /** Sorted; none where a part may have been put aside. */
  sha256: string[];
  mappingVersion: number;
  dependsOnClients: boolean;
}

/** By dataset; syncs that found the same bytes again do not count, since they applied nothing, nor those reverted. */
export async function lastApplied(sql: Sql, tenantId: TenantId): Promise<Map<Dataset, LastApplied>> {
  const rows = await sql`
    select f.dataset, l.at, l.whole, array_agg(f.sha256::text order by f.sha256) as sha256,
      max((f.detail->>'mappingVersion')::int) as mapping_version,
      bool_or((f.detail->>'dependsOnClients')::boolean) as depends
    from sync_files f
    join (
      select distinct on (f.dataset) f.dataset, f.sync_id, extract(epoch from s.finished_at)::float8 * 1000 as at,
        not exists (select from sync_files q where q.tenant_id = f.tenant_id and q.sync_id = f.sync_id
          and (q.dataset = f.dataset or q.dataset is null) and q.detail->>'quarantine' is not null) as whole
      from sync_files f join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
      where f.tenant_id = ${tenantId} and s.state = 'applied' and s.reverted_by is null
        and not (f.detail->>'sameAsBefore')::boolean and f.detail->>'quarantine' is null
      order by f.dataset, s.finished_at desc, f.sync_id desc
    ) l on l.dataset = f.dataset and l.sync_id = f.sync_id
    where f.tenant_id = ${tenantId}
    group by f.dataset, l.at, l.whole`;
  return new Map(
    rows.map((row) => [
      row['dataset'] as Dataset,
      {
        at: Number(row['at']),
        // Where a part was put aside, nothing was settled: the others alone would settle what they do not name.
        sha256: row['whole'] === true ? (row['sha256'] as string[]) : [],
        mappingVersion: Number(row['mapping_version']),
        dependsOnClients: row['depends'] === true,
      },
    ]),
  );
}
