import type { TransactionSql } from 'postgres';
import { and, asc, eq, sql as raw } from 'drizzle-orm';
import { datasets, type Dataset } from '../../../model/dataset.ts';
import type { LeftAtSource, SyncFailure } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Sql } from '../../client.ts';
import { filesMeet } from '../uploads/files-meet.ts';
import { markUploads, type Taken } from './mark-uploads.ts';
import { ofRun, takenOver, type Run } from './states.ts';
import { syncs } from '../../schema/tables.ts';

/** What a requested sync notes on its way to its uploads. Every note is refused once another run has taken over. */

export interface FetchResult {
  /** Datasets that were not at the source. */
  missing: readonly Dataset[];
  /** What could not be put away there. */
  left?: LeftAtSource;
}

/** Everything that there was to fetch is committed, and tied to the sync. */
export async function noteFetched(sql: Sql, run: Run, { missing, left }: FetchResult): Promise<void> {
  const noted = await sql`
    update syncs set fetched_at = clock_timestamp(), missing = ${[...missing]}::text[], error = null,
      left_at_source = ${left ? sql.json({ ...left }) : null}
    where ${ofRun(sql, run)} returning id`;
  if (noted.length === 0) throw takenOver(run);
}

/** The sync is queued again, for the time of its next try. */
export async function noteFetchFailure(sql: Sql, run: Run, failure: SyncFailure, notBefore: Date): Promise<void> {
  await sql`
    update syncs set state = 'queued', progress = null, fetch_failures = fetch_failures + 1, not_before = ${notBefore},
      error = ${sql.json({ ...failure })}
    where ${ofRun(sql, run)}`;
}

/** When the next try of a sync that pauses is due. */
export async function nextTry(db: Db, tenantId: TenantId): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: syncs.notBefore })
    .from(syncs)
    .where(and(eq(syncs.tenantId, tenantId), eq(syncs.state, 'queued'), raw`${syncs.notBefore} is not null`))
    .orderBy(asc(syncs.notBefore))
    .limit(1);
  return row?.at ?? undefined;
}

export interface Taking extends Taken {
  /** Something is left, for which another sync is queued behind this one. */
  isMore: boolean;
  missing: readonly Dataset[];
}

/** Ties uploads to a sync that was asked for: the moment after which it takes no more. */
export async function takeUploads(sql: Sql, run: Run, taking: Taking): Promise<void> {
  await sql.begin(async (tx) => {
    const { missing } = taking;
    const noted = await tx`
      update syncs set gathered_at = clock_timestamp(), missing = ${[...missing]}::text[],
        incomplete = ${missing.length > 0}
      where ${ofRun(tx, run)} returning id`;
    if (noted.length === 0) throw takenOver(run);
    await markUploads(tx, run, taking);
    if (taking.isMore) await queueBehind(tx, run);
  });
}

async function queueBehind(tx: TransactionSql, run: Run): Promise<void> {
  await tx`
    insert into syncs (tenant_id, cause, force, datasets, gathered_at, requested_by)
    select tenant_id, 'rest', force, datasets, null, requested_by from syncs
    where tenant_id = ${run.tenantId} and id = ${run.syncId}`;
}

/**
 * Takes the files of the latest sync of each dataset and company once more, for one that is forced with nothing waiting.
 * @returns how many uploads
 */
export async function takeLatestAgain(sql: Sql, run: Run, asked: readonly Dataset[] | null): Promise<number> {
  const wanted = [...(asked ?? datasets)];
  const taken = await sql`
    update uploads u set sync_id = ${run.syncId}
    from sync_files f join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
    where u.tenant_id = ${run.tenantId} and f.tenant_id = u.tenant_id and f.upload_id = u.id and u.state = 'gathered'
      and u.purged_at is null and f.detail->>'quarantine' is null and f.dataset = any(${wanted}::text[])
      and s.state in ('applied', 'unchanged', 'dry_run') and s.reverted_by is null
      and not exists (
        select from sync_files g join syncs later on later.tenant_id = g.tenant_id and later.id = g.sync_id
        where g.tenant_id = f.tenant_id and g.dataset = f.dataset and g.sync_id > f.sync_id
          and g.detail->>'quarantine' is null and ${filesMeet(sql, 'f', 'g')}
          and later.state in ('applied', 'unchanged', 'dry_run') and later.reverted_by is null)
      and not exists (select from syncs o where o.tenant_id = u.tenant_id and o.id = u.sync_id
        and o.state in ('queued', 'running', 'held'))
      and exists (select from syncs where ${ofRun(sql, run)})
    returning u.id`;
  return new Set(taken.map(({ id }) => String(id))).size;
}
