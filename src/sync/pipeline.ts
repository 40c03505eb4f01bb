import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import {
  appliedSyncs,
  finishRun,
  forgetOutcome,
  holdAgain,
  insertReportFiles,
  insertSyncFiles,
  Overtaken,
  reportNames,
  type Applied,
} from '../db/queries/syncs/outcome.ts';
import { isOvertaken } from '../db/queries/syncs/end.ts';
import { refreshStatistics } from '../db/statistics.ts';
import type { Outcome, Run, SyncRow } from '../db/queries/syncs/states.ts';
import { ArrivageError } from '../errors.ts';
import type { LoadOutcome } from '../load/load.ts';
import { storeRejections } from '../load/rejections.ts';
import type { Dataset } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import type { Report } from '../model/report.ts';
import type { SyncFile } from '../model/sync.ts';
import type { Tenant } from '../model/tenant.ts';
import { stamp } from '../report/report-name.ts';
import { writeReports } from '../report/write-reports.ts';
import type { Spool } from '../spool/spool.ts';
import { rememberSnapshot } from './read-plan.ts';
import type { LateFindings } from './late-rejections.ts';
import { loadStaged } from './load-staged.ts';
import { lostDatasets, stateOf, syncFiles, type FileFate } from './outcome.ts';
import { isReadAs, planFiles, sameAsBefore, type PlannedFile, type PlannedUpload } from './plan.ts';
import type { ProgressMeter } from './progress.ts';
import type { Reader } from '../reader/reader.ts';
import { openScratchFile, type ScratchFile } from './scratch-file.ts';
import { firstRejections, rejectionsOf } from '../db/queries/rows/rejections.ts';
import { stageFiles, type Staging } from './stage-files.ts';

export interface PipelineDeps {
  /** Without a limit on the time of a statement. */
  database: Database;
  spool: Pick<Spool, 'committed' | 'reports'>;
  reader: Reader;
  now: () => Date;
  /** A path for a temporary file of this run. */
  scratch: (run: Run) => string;
}

export interface SyncInput {
  tenant: Tenant;
  row: SyncRow;
  run: Run;
  uploads: readonly PlannedUpload[];
  mappings: readonly VersionedMapping[];
  progress: Pick<ProgressMeter, 'total' | 'file' | 'next' | 'merging'>;
  /** Called before the outcome is stored: no note of progress may come after it. */
  settled: () => Promise<void>;
  signal: AbortSignal;
}

/**
 * The order of the stages: read every file into staging, load, decide, store the outcome. All of it is one transaction:
 * a sync is whole or absent, and its report stands or falls with it. A dry run and a held sync go the whole way too,
 * then back to before the load.
 * @throws for anything that is not a file's fault; nothing of this run is stored then, and it may be tried again
 */
export async function applySync(deps: PipelineDeps, input: SyncInput): Promise<Report> {
  const files = planFiles(input.uploads, input.mappings);
  const applied = await appliedSyncs(deps.database.sql, input.tenant.id);
  const same = input.row.force ? new Map<Dataset, Applied>() : sameAsBefore(files, applied);
  await refreshStatistics(deps.database.sql);
  const rejects = openScratchFile(deps.scratch(input.run));
  const rest = openScratchFile(`${deps.scratch(input.run)}.rows`);
  try {
    return await deps.database.sql.begin((tx) =>
      inTransaction({ ...deps, ...input, tx, rejects, rest, files, applied, same }),
    );
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    return await holdOvertaken(deps, input);
  } finally {
    await rejects.remove();
    await rest.remove();
  }
}

/** What approved it did not know of the later export: whoever decides is asked once more. */
async function holdOvertaken({ database, now }: PipelineDeps, { tenant, run, settled }: SyncInput): Promise<Report> {
  const params = { id: String(run.syncId) };
  const { code, message } = new ArrivageError('sync_overtaken', params);
  const error = { code, message, params };
  await settled();
  await holdAgain(database.sql, run, error);
  return {
    tenant: { id: tenant.id, name: tenant.name, language: tenant.language },
    ...{ syncId: run.syncId, state: 'held', finishedAt: now(), error },
    ...{ missing: [], guard: [], durations: {}, files: [], rejections: [] },
  };
}

interface Work extends PipelineDeps, SyncInput {
  tx: TransactionSql;
  rejects: ScratchFile;
  /** Rows for staging that wait while others go straight into their table. */
  rest: ScratchFile;
  files: readonly PlannedFile[];
  /** What was applied before, the latest first. */
  applied: readonly Applied[];
  same: ReadonlyMap<Dataset, Applied>;
}

/** Hands each step what it uses. */
async function inTransaction(work: Work): Promise<Report> {
  const { tx, tenant, run, row, spool, rejects, progress, now, applied } = work;
  const clock = stopwatch();
  if (row.approvedBy !== null && (await isOvertaken(tx, tenant.id, run.syncId))) throw new Overtaken();
  const judged = await forgetOutcome(tx, run);
  const isApproved = row.approvedBy !== null && isReadAs(work.files, judged);

  const staging = stagingOf(work);
  const { fates, stages } = await stageFiles(staging);
  clock.lap('parse');
  progress.merging();
  const loading = { tx, tenant, run, row, now, applied, isApproved };
  const { loaded, late } = await loadStaged(loading, staging.context, fates, stages);
  clock.lap('merge');
  if (rejects.size > 0) await storeRejections(tx, { tenant: tenant.id, sync: run.syncId }, rejects.read());

  const files = syncFiles(fates, loaded, (dataset, fileNo) => late.get(`${dataset}/${fileNo}`) ?? noneLate);
  const outcome = outcomeOf(row, fates, loaded, { ...clock.laps(), ...loaded?.durations });
  await insertSyncFiles(tx, run, files);
  if (outcome.state === 'applied' && loaded) await rememberSnapshot({ tx, run }, fates, stages, loaded);
  const report = await reportOf(work, outcome, files);
  await publish({ tx, spool, run }, report);
  await work.settled();
  const durations = { ...outcome.durations, ...clock.lap('report') };
  await finishRun(tx, run, { ...outcome, durations }, row.approvedBy);
  return report;
}

function stagingOf({ tx, spool, reader, tenant, run, row, files, same, progress, now, ...work }: Work): Staging {
  return {
    context: {
      tx,
      reader,
      rejects: work.rejects,
      rest: work.rest,
      signal: work.signal,
      tenantId: tenant.id,
      options: { tenant, today: now().getTime() },
      pathOf: (uploadId) => spool.committed.path(tenant.id, uploadId),
      wantsClients: !files.some(({ dataset }) => dataset === 'clients'),
      progress: (bytes, rows) => progress.file(bytes, rows),
    },
    facts: { tx, spool, run, files, force: row.force, now },
    same,
    progress,
  };
}

const noneLate: LateFindings = { count: 0, unknownClients: 0 };

function outcomeOf(
  row: SyncRow,
  fates: readonly FileFate[],
  loaded: LoadOutcome | undefined,
  durations: Record<string, number>,
): Outcome {
  const guard = loaded?.guard ?? [];
  const state = stateOf({ fates, dryRun: row.dryRun, guard });
  const lost = lostDatasets(fates);
  const error =
    state === 'failed' ? { code: 'nothing_to_import', message: 'No file of this sync could be read.' } : null;
  return {
    state,
    incomplete: row.incomplete || lost.length > 0,
    missing: [...new Set([...row.missing, ...lost])],
    guard,
    error,
    durations,
    preview: state === 'applied' ? [] : (loaded?.changes ?? []),
  };
}

async function reportOf(
  { tx, tenant, run, row, now }: Pick<Work, 'tx' | 'tenant' | 'run' | 'row' | 'now'>,
  outcome: Outcome,
  files: SyncFile[],
): Promise<Report> {
  return {
    tenant: { id: tenant.id, name: tenant.name, language: tenant.language },
    syncId: run.syncId,
    state: outcome.state,
    finishedAt: now(),
    missing: outcome.missing,
    ...(row.leftAtSource && { leftAtSource: row.leftAtSource }),
    guard: outcome.guard,
    error: outcome.error,
    durations: outcome.durations,
    files,
    rejections: await firstRejections(tx, run),
  };
}

async function publish({ tx, spool, run }: Pick<Work, 'tx' | 'spool' | 'run'>, report: Report): Promise<void> {
  const taken = await reportNames(tx, run.tenantId, stamp(report.finishedAt));
  const rows = await writeReports(spool.reports, {
    report,
    taken,
    rejectionsOf: (fileNos) => rejectionsOf(tx, run, fileNos),
  });
  await insertReportFiles(tx, run, rows);
}

/** Laps in whole milliseconds. */
function stopwatch() {
  const laps: Record<string, number> = {};
  let since = performance.now();
  return {
    lap: (name: string) => {
      const now = performance.now();
      laps[name] = Math.round(now - since);
      since = now;
      return laps;
    },
    laps: () => ({ ...laps }),
  };
}
