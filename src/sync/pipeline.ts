import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import { backTo, setSavepoint } from '../db/savepoint.ts';
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
import type { OpeningLines } from '../load/carried.ts';
import { load, type LoadDataset, type LoadOutcome } from '../load/load.ts';
import { storeRejections } from '../load/rejections.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import type { Report } from '../model/report.ts';
import type { SyncFile } from '../model/sync.ts';
import type { Tenant } from '../model/tenant.ts';
import { stamp } from '../report/report-name.ts';
import { writeReports } from '../report/write-reports.ts';
import type { Spool } from '../spool/spool.ts';
import { ofTwoYears } from '../validate/file/openings.ts';
import { absentCompanies } from './absent-companies.ts';
import { planReading, rememberSnapshot, type PlanFacts } from './read-plan.ts';
import { isFilesFault, reasonOf } from './file-fault.ts';
import { addLateRejections, type LateContext, type LateFindings } from './late-rejections.ts';
import { lostDatasets, spokenIn, stateOf, syncFiles, type FileFate } from './outcome.ts';
import { isReadAs, planFiles, sameAsBefore, type PlannedFile, type PlannedUpload } from './plan.ts';
import type { ProgressMeter } from './progress.ts';
import type { Reader } from '../reader/reader.ts';
import { openScratchFile, type ScratchFile } from './scratch-file.ts';
import { firstRejections, rejectionsOf } from '../db/queries/rows/rejections.ts';
import { stageFile, type StageContext, type Stages } from './stage.ts';

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

/** How many examples of changes a dry run or a held sync keeps. */
const EXAMPLES = 200;

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

async function inTransaction(work: Work): Promise<Report> {
  const clock = stopwatch();
  if (work.row.approvedBy !== null && (await isOvertaken(work.tx, work.tenant.id, work.run.syncId)))
    throw new Overtaken();
  const judged = await forgetOutcome(work.tx, work.run);
  const isApproved = work.row.approvedBy !== null && isReadAs(work.files, judged);
  const { fates, stages } = await stageAll(work);
  clock.lap('parse');
  work.progress.merging();
  const { loaded, late } = await loadStaged({ ...work, isApproved }, fates, stages);
  clock.lap('merge');
  if (work.rejects.size > 0)
    await storeRejections(work.tx, { tenant: work.run.tenantId, sync: work.run.syncId }, work.rejects.read());

  const files = syncFiles(fates, loaded, (dataset, fileNo) => late.get(`${dataset}/${fileNo}`) ?? noneLate);
  const outcome = outcomeOf(work, fates, loaded, { ...clock.laps(), ...loaded?.durations });
  await insertSyncFiles(work.tx, work.run, files);
  if (outcome.state === 'applied' && loaded) await rememberSnapshot(work, fates, stages, loaded);
  const report = await reportOf(work, outcome, files);
  await publish(work, report);
  await work.settled();
  const durations = { ...outcome.durations, ...clock.lap('report') };
  await finishRun(work.tx, work.run, { ...outcome, durations }, work.row.approvedBy);
  return report;
}

/** Reads every file that is to be read; one that cannot be is put aside and the others go on. */
async function stageAll(work: Work): Promise<{ fates: FileFate[]; stages: Stages }> {
  const { files, same, tenant, run, row, tx, reader, rejects, rest, signal, spool, progress, now } = work;
  const facts: PlanFacts = { tx, spool, run, files, force: row.force, now };
  const context: StageContext = {
    tx,
    reader,
    rejects,
    signal,
    tenantId: tenant.id,
    options: { tenant, today: now().getTime() },
    pathOf: (uploadId) => spool.committed.path(tenant.id, uploadId),
    rest,
    wantsClients: !files.some(({ dataset }) => dataset === 'clients'),
    progress: (bytes, rows) => progress.file(bytes, rows),
  };
  progress.total(files.reduce((sum, { upload }) => sum + upload.size, 0));
  let stages: Stages = new Map();
  const fates: FileFate[] = [];
  await setSavepoint(tx, 'sync');
  // Clients first: rows that name them may then go straight into their table.
  for (const file of files.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const fate = await stageOne({ context, facts, same }, stages, file);
    if (fate.kind === 'read') ({ stages } = fate);
    fates.push(fate);
    progress.next();
  }
  return { fates: fates.toSorted((a, b) => a.file.fileNo - b.file.fileNo), stages };
}

const placeOf = ({ dataset }: PlannedFile): number => (dataset ? datasets.indexOf(dataset) : datasets.length);

async function stageOne(
  { context, facts, same }: { context: StageContext; facts: PlanFacts; same: ReadonlyMap<Dataset, Applied> },
  stages: Stages,
  file: PlannedFile,
): Promise<FileFate & { stages: Stages }> {
  const { quarantine, content } = file.upload;
  if (quarantine) return { kind: content === 'ignored' ? 'ignored' : 'aside', file, reason: quarantine, stages };
  const last = file.dataset && same.get(file.dataset);
  if (last) return { kind: 'same', file, last, stages };
  try {
    const plan = await planReading(facts, file, stages);
    return { kind: 'read', file, ...(await stageFile(context, stages, file, plan)) };
  } catch (error) {
    if (!isFilesFault(error)) throw error;
    return { kind: 'aside', file, reason: reasonOf(error), stages };
  }
}

const noneLate: LateFindings = { count: 0, unknownClients: 0 };

interface Loaded {
  loaded: LoadOutcome | undefined;
  /** By `dataset/fileNo`. */
  late: Map<string, LateFindings>;
}

/** An approval speaks for what was shown: files that are read otherwise since pass the guard by themselves or are held. */
type Judging = Loading & LateContext & Pick<Work, 'spool' | 'applied'> & { isApproved: boolean };

async function loadStaged(work: Judging, fates: readonly FileFate[], stages: Stages): Promise<Loaded> {
  if (stages.size === 0) return { loaded: undefined, late: new Map() };
  const { tx, row } = work;
  await setSavepoint(tx, 'load');
  const sound = withScopes(stages, fates);
  const absent = await absentCompanies(tx, work.tenant.id, fates, work.applied);
  let loaded = await runLoad(work, sound, work.isApproved);
  const { guard } = loaded;
  if (guard.length > 0) {
    // Whoever decides about a held sync wants to see what it would do: load as if it were approved, then take it back.
    await backTo(tx, 'load');
    loaded = { ...(await runLoad(work, sound, true)), guard };
  }
  if (absent) loaded.warnings.push({ dataset: 'ecritures', ...absent });
  const late = await lateOf(work, fates, loaded);
  if (row.dryRun || guard.length > 0) await backTo(tx, 'sync');
  return { loaded, late };
}

/** What a file that was put aside would have named has not vanished; one that could not be opened may be of any dataset. */
function withScopes(stages: Stages, fates: readonly FileFate[]): LoadDataset[] {
  const lost = new Set<Dataset>(lostDatasets(fates));
  const anything = fates.some(
    (fate) => fate.kind === 'aside' && fate.file.dataset === null && fate.reason.code !== 'unrecognised',
  );
  return [...stages].map(([dataset, stage]) => {
    const { scope, companies } = spokenIn(fates, dataset);
    const allowSettle = stage.allowSettle && !anything && !lost.has(dataset) && companies !== null;
    const openings = dataset === 'ecritures' ? openingsOf(fates) : undefined;
    return { ...stage, allowSettle, scope: scope ?? [], ...(openings && { openings }) };
  });
}

/** The opening lines of FECs of two exercises, where one carries forward what the other holds; else undefined. */
function openingsOf(fates: readonly FileFate[]): OpeningLines | undefined {
  const ledgers = fates.flatMap((fate) =>
    fate.kind === 'read' && fate.result.openings ? [[fate.file.fileNo, fate.result.openings] as const] : [],
  );
  if (!ofTwoYears(...ledgers.map(([, openings]) => openings))) return undefined;
  return new Map(ledgers.map(([fileNo, { lines }]) => [fileNo, lines]));
}

type Loading = Pick<Work, 'tx' | 'tenant' | 'run' | 'row' | 'now'>;

function runLoad(
  { tx, tenant, run, row, now }: Loading,
  datasets: LoadDataset[],
  approved: boolean,
): Promise<LoadOutcome> {
  return load(tx, {
    tenant: tenant.id,
    syncId: run.syncId,
    defaultCompany: tenant.defaultCompany,
    limits: tenant,
    approved,
    now: now(),
    datasets,
    examples: row.dryRun || approved ? EXAMPLES : 0,
  });
}

async function lateOf(
  work: LateContext & Pick<Work, 'spool' | 'tenant'>,
  fates: readonly FileFate[],
  loaded: LoadOutcome,
): Promise<Loaded['late']> {
  const late: Loaded['late'] = new Map();
  for (const fate of fates) {
    if (fate.kind !== 'read') continue;
    const { id, name, size } = fate.file.upload;
    for (const [dataset, tallies] of loaded.tallies) {
      const { fileNo } = fate.file;
      if ((tallies.get(fileNo)?.rejected ?? 0) === 0) continue;
      const path = work.spool.committed.path(work.tenant.id, id);
      late.set(
        `${dataset}/${fileNo}`,
        await addLateRejections(work, { dataset, fileNo, path, name, size, format: fate.format }),
      );
    }
  }
  return late;
}

function outcomeOf(
  { row }: Pick<Work, 'row'>,
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

async function reportOf({ tx, tenant, run, row, now }: Loading, outcome: Outcome, files: SyncFile[]): Promise<Report> {
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
