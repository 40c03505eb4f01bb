import { and, asc, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Dataset } from '../../../model/dataset.ts';
import type { SyncState } from '../../../model/states.ts';
import type { GuardTrip, Progress, RowChange, SyncFailure } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Database, Db, Tx } from '../../client.ts';
import { lockEnd } from './end.ts';
import { recordOutcome } from './events.ts';
import { releaseUnfetched } from './release.ts';
import { syncs, uploads } from '../../schema/tables.ts';

export type SyncRow = typeof syncs.$inferSelect;

/** Which run of which sync: `attempt` is the fence that only the latest run can pass. */
export interface Run {
  tenantId: TenantId;
  syncId: number;
  attempt: number;
}

export interface Outcome {
  state: Exclude<SyncState, 'queued' | 'running'>;
  incomplete: boolean;
  missing: Dataset[];
  guard: GuardTrip[];
  error: SyncFailure | null;
  durations: Record<string, number>;
  /** Examples of what a dry run or a held sync would change. */
  preview: RowChange[];
}

export interface NewSync {
  cause: string;
  dryRun: boolean;
  force: boolean;
  missing: Dataset[];
  uploadIds: string[];
  doneFiles: string[];
  overtaken: string[];
}

/** The tenant's oldest sync that is not finished, without those that pause before their next try. */
export async function nextOpenSync(db: Db, tenantId: TenantId, now: Date): Promise<SyncRow | undefined> {
  const [row] = await db
    .select()
    .from(syncs)
    .where(
      and(
        eq(syncs.tenantId, tenantId),
        inArray(syncs.state, ['queued', 'running']),
        or(isNull(syncs.notBefore), lte(syncs.notBefore, now)),
      ),
    )
    .orderBy(asc(syncs.id))
    .limit(1);
  return row;
}

/**
 * Makes a sync of waiting uploads, whole or not at all. Not where somebody asked for a sync meanwhile: that one takes
 * them. Requests take the same lock, so that the two never pass each other.
 */
export async function createSync(db: Db, tenantId: TenantId, plan: NewSync): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select from tenants where id = ${tenantId} for no key update`);
    if (await isRequested(tx, tenantId)) return;
    const [row] = await tx
      .insert(syncs)
      .values({
        tenantId,
        cause: plan.cause,
        dryRun: plan.dryRun,
        force: plan.force,
        missing: plan.missing,
        incomplete: plan.missing.length > 0,
      })
      .returning({ id: syncs.id });
    if (!row) throw new Error('insert returned no row');
    await markUploads(tx, tenantId, plan.uploadIds, 'gathered', row.id);
    await markUploads(tx, tenantId, plan.doneFiles, 'done_file', row.id);
    await markUploads(tx, tenantId, plan.overtaken, 'superseded', row.id);
  });
}

async function isRequested(tx: Tx, tenantId: TenantId): Promise<boolean> {
  const asked = await tx
    .select({ id: syncs.id })
    .from(syncs)
    .where(
      and(eq(syncs.tenantId, tenantId), eq(syncs.state, 'queued'), isNull(syncs.gatheredAt), isNull(syncs.notBefore)),
    )
    .limit(1);
  return asked.length > 0;
}

async function markUploads(
  tx: Tx,
  tenantId: TenantId,
  ids: readonly string[],
  state: 'gathered' | 'done_file' | 'superseded',
  syncId: number,
): Promise<void> {
  if (ids.length === 0) return;
  const changed = await tx
    .update(uploads)
    .set({ state, syncId })
    .where(and(eq(uploads.tenantId, tenantId), inArray(uploads.id, [...ids]), eq(uploads.state, 'waiting')))
    .returning({ id: uploads.id });
  if (changed.length !== ids.length) throw new Error('an upload was gathered twice');
}

/**
 * Opens a run and shuts out every earlier one. What was queued, or held and approved, before its tenant went back to
 * validation becomes a dry run here.
 */
export async function beginRun(db: Db, tenantId: TenantId, syncId: number): Promise<Run & { dryRun: boolean }> {
  const [row] = await db
    .update(syncs)
    .set({
      state: 'running',
      attempts: sql`${syncs.attempts} + 1`,
      startedAt: sql`coalesce(${syncs.startedAt}, now())`,
      dryRun: sql`${syncs.dryRun} or ${syncs.reverts} is null
        and exists (select from tenants t where t.id = ${tenantId} and t.state = 'validation')`,
    })
    .where(and(eq(syncs.tenantId, tenantId), eq(syncs.id, syncId), inArray(syncs.state, ['queued', 'running'])))
    .returning({ attempt: syncs.attempts, dryRun: syncs.dryRun });
  if (!row) throw new Error(`sync ${syncId} is finished`);
  return { tenantId, syncId, ...row };
}

const isRun = (run: Run) =>
  and(
    eq(syncs.tenantId, run.tenantId),
    eq(syncs.id, run.syncId),
    eq(syncs.attempts, run.attempt),
    eq(syncs.state, 'running'),
  );

export async function noteProgress(db: Db, run: Run, progress: Progress): Promise<void> {
  await db.update(syncs).set({ progress }).where(isRun(run));
}

/** Counts an error against a sync that is to be tried again. @returns how many there are now */
export async function noteError(db: Db, run: Run): Promise<number> {
  const [row] = await db
    .update(syncs)
    .set({ errors: sql`${syncs.errors} + 1` })
    .where(isRun(run))
    .returning({ errors: syncs.errors });
  // Another run has taken over, and counts for itself.
  return row?.errors ?? 0;
}

/** Gives a sync up, in a transaction of its own: the one that should have applied it rolled back. */
export async function failRun(database: Pick<Database, 'sql'>, run: Run, error: SyncFailure): Promise<void> {
  await database.sql.begin(async (tx) => {
    const { place } = await lockEnd(tx, run.tenantId);
    const failed = await tx`
      update syncs set state = 'failed', error = ${tx.json({ ...error })}, progress = null,
        finished_at = clock_timestamp(), place = ${place}
      where tenant_id = ${run.tenantId} and id = ${run.syncId} and attempts = ${run.attempt} and state = 'running'
      returning id`;
    if (failed.length === 0) return;
    await releaseUnfetched(tx, run);
    await recordOutcome(tx, run);
  });
}
