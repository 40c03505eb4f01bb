import type { Sql, TransactionSql } from 'postgres';
import type { Dataset } from '../../../model/dataset.ts';
import type { FixedScope, Scope } from '../../../model/scope.ts';
import type { SyncFailure, SyncFile } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import { isOvertaken, lockEnd, type End } from './end.ts';
import { recordOutcome } from './events.ts';
import { giveBack } from './release.ts';
import { ofRun, takenOver, type Outcome, type Run } from './states.ts';
import type { UploadState } from '../../../model/states.ts';
import type { reportFiles } from '../../schema/tables.ts';

/** How a file was read when its sync was held. */
export type Judged = Pick<SyncFile, 'uploadId' | 'mappingVersion' | 'fixed'>;

/**
 * A held sync that was approved runs again; its report files stay, as what was known then.
 * @returns how its files were read
 */
export async function forgetOutcome(tx: TransactionSql, { tenantId, syncId }: Run): Promise<Judged[]> {
  await tx`delete from rejections where tenant_id = ${tenantId} and sync_id = ${syncId}`;
  return tx<Judged[]>`
    delete from sync_files where tenant_id = ${tenantId} and sync_id = ${syncId}
    returning upload_id as "uploadId", (detail->>'mappingVersion')::int as "mappingVersion", detail->'fixed' as fixed`;
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
    const reason = file.quarantine ?? file.ignored;
    if (reason) await putAside(tx, run.tenantId, uploadId, reason);
  }
}

const stateOf: Partial<Record<string, UploadState>> = { unrecognised: 'unrecognised', beside_export: 'ignored' };

async function putAside(
  tx: TransactionSql,
  tenantId: TenantId,
  uploadId: string,
  reason: NonNullable<SyncFile['quarantine']>,
): Promise<void> {
  const state = stateOf[reason.code] ?? 'quarantined';
  await tx`
    update uploads set state = ${state}, reason = ${tx.json(reason)}
    where tenant_id = ${tenantId} and id = ${uploadId}`;
}

/** Names of report files that contain a text. */
export async function reportNames(tx: TransactionSql, tenantId: TenantId, part: string): Promise<Set<string>> {
  const rows = await tx<{ name: string }[]>`
    select name from report_files where tenant_id = ${tenantId} and position(${part} in name) > 0`;
  return new Set(rows.map(({ name }) => name));
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

/** A later snapshot was taken in while an approved one was under way. */
export class Overtaken extends Error {}

/**
 * The end of a sync's transaction: its outcome, and the events that tell it. What allowed it to apply is judged here once
 * more, since only now nothing else of the tenant comes to its end.
 * @param approvedBy who let it pass the guard
 * @throws Overtaken, and for a run that another took over or whose tenant went back to validation; everything is then
 * rolled back
 */
export async function finishRun(
  tx: TransactionSql,
  run: Run,
  outcome: Outcome,
  approvedBy: string | null = null,
): Promise<void> {
  const { state, incomplete, missing, guard, error, durations, preview } = outcome;
  const end = await lockEnd(tx, run.tenantId);
  if (state === 'applied') await mayApply(tx, run, end, approvedBy);
  const done = await tx`
    update syncs set state = ${state}, incomplete = ${incomplete}, missing = ${missing},
      guard = ${guard.length > 0 ? tx.json(guard as never) : null}, error = ${error ? tx.json({ ...error }) : null},
      approved_by = ${state === 'held' ? null : tx`approved_by`},
      durations = ${tx.json(durations)}, preview = ${preview.length > 0 ? tx.json(preview as never) : null}, progress = null,
      finished_at = clock_timestamp(), place = ${end.place}
    where ${ofRun(tx, run)}
    returning id`;
  if (done.length !== 1) throw takenOver(run);
  if (state === 'dry_run') await giveBack(tx, run);
  await recordOutcome(tx, run);
}

async function mayApply(tx: TransactionSql, run: Run, { tenant }: End, approvedBy: string | null): Promise<void> {
  if (approvedBy !== null && (await isOvertaken(tx, run.tenantId, run.syncId))) throw new Overtaken();
  if (tenant !== 'validation') return;
  const [undoes] = await tx`
    select 1 from syncs where tenant_id = ${run.tenantId} and id = ${run.syncId} and reverts is not null`;
  if (!undoes) throw new Error(`sync ${run.syncId} runs again as a dry run: its tenant went back to validation`);
}

/** An approved sync that was overtaken waits for a decision again, with what is known about it as it was. */
export async function holdAgain(sql: Sql, run: Run, error: SyncFailure): Promise<void> {
  await sql.begin(async (tx) => {
    const { place } = await lockEnd(tx, run.tenantId);
    const held = await tx`
      update syncs set state = 'held', approved_by = null, error = ${tx.json({ ...error })}, progress = null,
        finished_at = clock_timestamp(), place = ${place}
      where ${ofRun(tx, run)}
      returning id`;
    if (held.length > 0) await recordOutcome(tx, run);
  });
}

/** What one applied sync brought of one dataset. */
export interface Applied {
  dataset: Dataset;
  /** Milliseconds since 1970. */
  at: number;
  /** Hash of each file, and what was fixed for it; none where a part may have been put aside. */
  files: { sha256: string; fixed: FixedScope | null }[];
  names: string[];
  mappingVersion: number;
  dependsOnClients: boolean;
  /** Null where an older version has read it, or the files speak of any company. */
  scope: readonly Scope[] | null;
  /** Which its rows name; null where that is not known. */
  companies: readonly string[] | null;
}

/** Syncs that are looked back upon. */
const MOST_APPLIED = 1000;

/**
 * What was applied, the latest first; syncs that found the same bytes again do not count, since they applied nothing, nor
 * those reverted.
 */
export async function appliedSyncs(sql: Sql, tenantId: TenantId): Promise<Applied[]> {
  const rows = await sql`
    select f.dataset, extract(epoch from s.finished_at)::float8 * 1000 as at,
      not exists (select from sync_files q where q.tenant_id = f.tenant_id and q.sync_id = f.sync_id
        and (q.dataset = f.dataset or q.dataset is null) and q.detail->>'quarantine' is not null) as whole,
      json_agg(json_build_object('sha256', f.sha256, 'fixed', f.detail->'fixed')) as files,
      array_agg(f.detail->>'name') as names,
      max((f.detail->>'mappingVersion')::int) as mapping_version,
      bool_or((f.detail->>'dependsOnClients')::boolean) as depends,
      (array_agg(f.detail->'scope'))[1] as scope, json_agg(f.detail->'companies') as companies
    from sync_files f join (
      select tenant_id, id, finished_at, place from syncs
      where tenant_id = ${tenantId} and state = 'applied' and reverted_by is null and reverts is null
      order by place desc limit ${MOST_APPLIED}
    ) s on s.tenant_id = f.tenant_id and s.id = f.sync_id
    where not (f.detail->>'sameAsBefore')::boolean and f.detail->>'quarantine' is null and f.dataset is not null
    group by f.tenant_id, f.dataset, f.sync_id, s.finished_at, s.place order by s.place desc`;
  return rows.map((row) => ({
    dataset: row['dataset'] as Dataset,
    at: Number(row['at']),
    // Where a part was put aside, nothing was settled: the others alone would settle what they do not name.
    files: row['whole'] === true ? (row['files'] as Applied['files']) : [],
    names: row['names'] as string[],
    mappingVersion: Number(row['mapping_version']),
    dependsOnClients: row['depends'] === true,
    scope: row['scope'] as Applied['scope'],
    companies: union(row['companies'] as (string[] | null)[]),
  }));
}

const union = (parts: readonly (readonly string[] | null)[]): string[] | null =>
  parts.some((part) => part === null) ? null : [...new Set(parts.flatMap((part) => part ?? []))];
