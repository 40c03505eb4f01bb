import type { ISql, TransactionSql } from 'postgres';
import { and, asc, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Dataset } from '../../../model/dataset.ts';
import type { SyncState } from '../../../model/states.ts';
import type { GuardTrip, Progress, RowChange, SyncFailure } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Database, Db, Sql } from '../../client.ts';
import { lockEnd } from './end.ts';
import { recordOutcome } from './events.ts';
import { markUploads } from './mark-uploads.ts';
import { releaseUnfetched } from './release.ts';
import { syncs } from '../../schema/tables.ts';

export type SyncRow = typeof syncs.$inferSelect;

/** Which run of which sync: `attempt` is the fence that only the latest run can pass. */
export interface Run {
  tenantId: TenantId;
  syncId: number;
  attempt: number;
}

/** SQL: whether a row of `syncs` is under way as this run; nothing of one that another has taken over may be written. */
export const ofRun = (sql: ISql, { tenantId, syncId, attempt }: Run) =>
  sql`tenant_id = ${tenantId} and id = ${syncId} and attempts = ${attempt} and state = 'running'`;

export const takenOver = ({ syncId }: Run): Error => new Error(`sync ${syncId} was taken over by another run`);

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
export async function createSync(sql: Sql, tenantId: TenantId, plan: NewSync): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select from tenants where id = ${tenantId} for no key update`;
    if (await isRequested(tx, tenantId)) return;
    const { cause, dryRun, force, missing, uploadIds: gathered, doneFiles, overtaken } = plan;
    const [row] = await tx<{ id: number }[]>`
      insert into syncs (tenant_id, cause, dry_run, force, missing, incomplete)
      values (${tenantId}, ${cause}, ${dryRun}, ${force}, ${[...missing]}::text[], ${missing.length > 0})
      returning id::float8 as id`;
    if (!row) throw new Error('insert returned no row');
    await markUploads(tx, { tenantId, syncId: row.id }, { gathered, doneFiles, overtaken, later: [] });
  });
}

async function isRequested(tx: TransactionSql, tenantId: TenantId): Promise<boolean> {
  const asked = await tx`
    select from syncs
    where tenant_id = ${tenantId} and state = 'queued' and gathered_at is null and not_before is null limit 1`;
  return asked.length > 0;
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

export async function noteProgress(sql: Sql, run: Run, progress: Progress): Promise<void> {
  await sql`update syncs set progress = ${sql.json({ ...progress })} where ${ofRun(sql, run)}`;
}

/** Counts an error against a sync that is to be tried again. @returns how many there are now */
export async function noteError(sql: Sql, run: Run): Promise<number> {
  const [row] = await sql<{ errors: number }[]>`
    update syncs set errors = errors + 1 where ${ofRun(sql, run)} returning errors`;
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
      where ${ofRun(tx, run)}
      returning id`;
    if (failed.length === 0) return;
    await releaseUnfetched(tx, run);
    await recordOutcome(tx, run);
  });
}
