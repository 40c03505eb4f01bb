import { isUnavailable, type Database } from '../db/client.ts';
import { findConnector } from '../db/queries/tenants/connectors.ts';
import { advanceAt, advanceForFetch, advanceHurry, advanceNow, queueJob } from '../db/queries/jobs.ts';
import { currentMappings } from '../db/queries/tenants/mappings.ts';
import { nextTry } from '../db/queries/syncs/intake.ts';
import {
  beginRun,
  failRun,
  nextOpenSync,
  noteError,
  noteProgress,
  type Run,
  type SyncRow,
} from '../db/queries/syncs/states.ts';
import { uploadsOfSync, type UploadFacts } from '../db/queries/uploads/to-import.ts';
import { findTenant } from '../db/queries/tenants/tenants.ts';
import type { Events } from '../events.ts';
import type { Content } from '../intake/due.ts';
import type { Log } from '../log.ts';
import type { Report } from '../model/report.ts';
import type { Tenant, TenantId } from '../model/tenant.ts';
import { ruleFor } from '../pull/choose.ts';
import { baseName } from '../model/virtual-path.ts';
import { fetchFiles, type Fetch } from './fetch-stage.ts';
import { gather, gatherFor, type GatherDeps } from './gather.ts';
import { createIdentifier, type Identify, type Naming } from './identify.ts';
import { applySync, type PipelineDeps } from './pipeline.ts';
import { mappingOf, modeOf, type PlannedUpload } from './plan.ts';
import { startProgress, type ProgressMeter } from './progress.ts';
import type { Reader } from '../reader/reader.ts';
import { applyRevert } from './revert.ts';

export interface AdvanceDeps {
  /** For short queries. */
  database: Database;
  /** Without a limit on the time of a statement. */
  loadDatabase: Database;
  spool: PipelineDeps['spool'];
  /** Fetches the files of a pull. */
  fetch: Fetch;
  /** Runs work with a thread that nobody else uses meanwhile, once there is one. */
  withReader: <T>(work: (reader: Reader) => Promise<T>) => Promise<T>;
  events: Events;
  log: Log;
  now: () => Date;
  /** Whether the worker is to stop: then no further sync of the tenant is begun. */
  isStopping: () => boolean;
  scratch: PipelineDeps['scratch'];
}

export type Advance = (tenantId: TenantId, options: { hurry: boolean }, signal: AbortSignal) => Promise<void>;

/** Errors of ours after which a sync is given up; a lost database and a full disk are no such errors. */
const MAX_ERRORS = 5;
/**
 * Runs cut off after which a sync is given up, lest a file that brings the process down does so for ever. Far more than
 * errors may be, since an operator's restarts and kills are no fault of the file.
 */
const MAX_INTERRUPTIONS = 25;

/**
 * Finishes what the tenant has begun, then makes syncs of what is due, until nothing is; see
 * docs/decisions/0003-done-once.md. Idempotent. Throws when it should be tried again later.
 */
export function createAdvance(given: AdvanceDeps): Advance {
  const deps = { ...given, identify: createIdentifier(given.spool.committed, given.database) };
  return async (tenantId, { hurry }, signal) => {
    for (let isFirst = true; ; isFirst = false) {
      if (signal.aborted) throw new Error('the worker is stopping');
      // Whoever stops waits for one sync, not for all that a tenant still sends: the next start goes on.
      if (!isFirst && deps.isStopping()) return advanceOn(deps, tenantId, hurry);
      const tenant = await findTenant(deps.database.db, tenantId);
      if (!tenant || tenant.state === 'suspended') return;
      const open = await nextOpenSync(deps.database.db, tenantId, deps.now());
      if (open) await runSync(deps, tenant, open, signal);
      else if (!(await withReader(deps, (reading) => gatherNext(reading, tenant, hurry, signal))))
        return lookAgain(deps, tenantId);
    }
  };
}

async function advanceOn({ database: { sql } }: AdvanceDeps, tenantId: TenantId, hurry: boolean): Promise<void> {
  await queueJob(sql, hurry ? advanceHurry(sql, tenantId) : advanceNow(sql, tenantId));
}

/** A fetch that failed is tried again later; until then it keeps nothing else from running. */
async function lookAgain({ database: { db, sql } }: AdvanceDeps, tenantId: TenantId): Promise<void> {
  const at = await nextTry(db, tenantId);
  if (at) await queueJob(sql, advanceForFetch(sql, tenantId, at));
}

interface RunDeps extends AdvanceDeps {
  identify: Identify;
}

interface ReadingDeps extends RunDeps {
  reader: Reader;
}

/** A thread is taken for what needs one: not while files are fetched. */
const withReader = <T>(deps: RunDeps, work: (reading: ReadingDeps) => Promise<T>): Promise<T> =>
  deps.withReader((reader) => work({ ...deps, reader }));

async function gatherNext(deps: ReadingDeps, tenant: Tenant, hurry: boolean, signal: AbortSignal): Promise<boolean> {
  const { sql } = deps.database;
  const gathered = await gather(gatherDeps(deps, tenant, await waysOf(deps, tenant), signal), tenant, hurry);
  if (gathered.kind === 'later') await queueJob(sql, advanceAt(sql, tenant.id, gathered.at));
  return gathered.kind === 'sync';
}

interface Ways {
  naming: Naming;
  connector: GatherDeps['connector'];
}

/** How a tenant's files are told from one another, and how they are fetched. */
async function waysOf({ database: { db } }: ReadingDeps, { id }: Tenant): Promise<Ways> {
  const [mappings, connector] = await Promise.all([currentMappings(db, id), findConnector(db, id)]);
  return { naming: { mappings, rules: connector?.files ?? {} }, connector };
}

function gatherDeps(
  { database, reader, identify, now }: ReadingDeps,
  tenant: Tenant,
  { naming, connector }: Ways,
  signal: AbortSignal,
): GatherDeps {
  const { mappings } = naming;
  const isSnapshot = (content: Content) =>
    content === 'fec' ||
    (content !== 'done' &&
      content !== 'ignored' &&
      content !== 'unknown' &&
      modeOf(mappingOf(mappings, content)) === 'snapshot');
  const contentOf = async (upload: UploadFacts) => (await identify(reader, tenant.id, upload, naming, signal)).content;
  return { database, now, contentOf, isSnapshot, connector };
}

async function runSync(deps: RunDeps, tenant: Tenant, open: SyncRow, signal: AbortSignal): Promise<void> {
  const { database, events, log } = deps;
  const { dryRun, ...run } = await beginRun(database.db, tenant.id, open.id);
  const row = { ...open, dryRun };
  if (run.attempt - row.errors - row.fetchFailures > MAX_INTERRUPTIONS)
    return giveUp(deps, run, new Error(`interrupted ${MAX_INTERRUPTIONS} times`));
  events.emit('sync.started', { tenant: tenant.id, syncId: row.id, attempt: run.attempt });
  const progress = startProgress(async (now) => {
    events.emit('sync.progress', { tenant: tenant.id, syncId: row.id, progress: now });
    await noteProgress(database.sql, run, now);
  });
  const began = performance.now();
  try {
    const work = { tenant, row, run, signal, progress };
    const report = await (row.reverts === null
      ? importUploads(deps, work)
      : applyRevert(deps, { ...work, reverts: row.reverts }));
    if (!report) return;
    log.info({ tenant: tenant.id, sync: row.id, state: report.state }, 'sync finished');
    events.emit('sync.finished', finished(report, performance.now() - began));
  } catch (error) {
    await progress.stop();
    if (willPass(error) || signal.aborted || (await noteError(database.sql, run)) < MAX_ERRORS) throw error;
    await giveUp(deps, run, error);
  }
}

/** No room: of the catalogue, of the file system, of Postgres (SQLSTATE 53100). */
const NO_ROOM = new Set(['disk_full', 'ENOSPC', 'EDQUOT', '53100']);

/** Whether it is over as soon as the database or the disk is back, so that the sync is to blame for nothing. */
export function willPass(error: unknown): boolean {
  return isUnavailable(error) || (error instanceof Error && 'code' in error && NO_ROOM.has(String(error.code)));
}

interface SyncWork {
  tenant: Tenant;
  row: SyncRow;
  run: Run;
  signal: AbortSignal;
  progress: ProgressMeter;
}

/** Fetches what a sync that somebody asked for does not have yet; then imports. */
async function importUploads(deps: RunDeps, work: SyncWork): Promise<Report | undefined> {
  const { row } = work;
  if (!row.fetch || row.fetchedAt) return withReader(deps, (reading) => importFiles(reading, work));
  const fetched = await fetchFiles(deps, work);
  if (!fetched) return undefined;
  const now = { ...row, missing: [...fetched.missing], leftAtSource: fetched.left ?? null };
  return withReader(deps, (reading) => importFiles(reading, { ...work, row: now }));
}

async function importFiles(deps: ReadingDeps, { tenant, run, signal, progress, ...work }: SyncWork): Promise<Report> {
  let { row } = work;
  const ways = await waysOf(deps, tenant);
  const { naming } = ways;
  if (!row.gatheredAt) {
    const missing = await gatherFor(gatherDeps(deps, tenant, ways, signal), tenant, row, run);
    row = { ...row, missing, incomplete: missing.length > 0 };
  }
  const uploads = await plannedUploads(deps, run, naming, signal);
  return applySync(
    { ...deps, database: deps.loadDatabase },
    { tenant, row, run, mappings: naming.mappings, signal, uploads, progress, settled: () => progress.stop() },
  );
}

/** What a sync took in; one that was held and approved reads again what it put aside, too. */
const OF_A_SYNC = ['gathered', 'unrecognised', 'quarantined', 'ignored'] as const;

async function plannedUploads(
  { database, reader, identify }: ReadingDeps,
  run: Run,
  naming: Naming,
  signal: AbortSignal,
): Promise<PlannedUpload[]> {
  const planned: PlannedUpload[] = [];
  for (const upload of await uploadsOfSync(database.db, run, OF_A_SYNC)) {
    const { id, path, size, sha256, door, inherited } = upload;
    const name = baseName(path);
    const { content, quarantine } = await identify(reader, run.tenantId, upload, naming, signal);
    const fixed = (door === 'pull' && ruleFor(name, naming.rules)?.scope) || null;
    planned.push({ id, name, size, sha256, inherited, content, quarantine, fixed });
  }
  return planned;
}

async function giveUp({ database, events, log }: RunDeps, run: Run, error: unknown): Promise<void> {
  const reference = `sync-${run.syncId}`;
  log.error({ err: error, tenant: run.tenantId, sync: run.syncId }, 'sync given up');
  await failRun(database, run, {
    code: 'internal',
    message: `Given up after ${run.attempt} attempts. ${reference}`,
    params: { reference },
  });
  events.emit('sync.finished', { tenant: run.tenantId, syncId: run.syncId, state: 'failed', durationMs: 0, rows: 0 });
}

function finished({ tenant, syncId, state, files }: Report, durationMs: number) {
  const rows = files.reduce((sum, file) => sum + file.read, 0);
  return { tenant: tenant.id, syncId, state, durationMs: Math.round(durationMs), rows };
}
