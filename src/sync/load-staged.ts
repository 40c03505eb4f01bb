import type { TransactionSql } from 'postgres';
import { backTo, setSavepoint } from '../db/savepoint.ts';
import type { Applied } from '../db/queries/syncs/outcome.ts';
import type { Run, SyncRow } from '../db/queries/syncs/states.ts';
import type { OpeningLines } from '../load/carried.ts';
import { load, type LoadDataset, type LoadOutcome } from '../load/load.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Tenant } from '../model/tenant.ts';
import { ofTwoYears } from '../validate/file/openings.ts';
import { absentCompanies } from './absent-companies.ts';
import { addLateRejections, type LateContext, type LateFindings } from './late-rejections.ts';
import { lostDatasets, spokenIn, type FileFate } from './outcome.ts';
import type { Stages } from './stage.ts';

/** How many examples of changes a dry run or a held sync keeps. */
const EXAMPLES = 200;

/** What the load of a sync takes. */
export interface Loading {
  tx: TransactionSql;
  tenant: Tenant;
  run: Run;
  row: Pick<SyncRow, 'dryRun'>;
  now: () => Date;
  /** What was applied before, the latest first. */
  applied: readonly Applied[];
  /** An approval speaks for what was shown: files that are read otherwise since pass the guard by themselves or are held. */
  isApproved: boolean;
}

/** What reading lines of a file again takes. */
interface Rereading extends LateContext {
  pathOf: (uploadId: string) => string;
}

export interface Loaded {
  loaded: LoadOutcome | undefined;
  /** By `dataset/fileNo`. */
  late: Map<string, LateFindings>;
}

/** Loads what was staged, and takes it back where the sync is a dry run or has to be held. */
export async function loadStaged(
  loading: Loading,
  rereading: Rereading,
  fates: readonly FileFate[],
  stages: Stages,
): Promise<Loaded> {
  if (stages.size === 0) return { loaded: undefined, late: new Map() };
  const { tx, tenant, row, applied, isApproved } = loading;
  await setSavepoint(tx, 'load');
  const sound = withScopes(stages, fates);
  const absent = await absentCompanies(tx, tenant.id, fates, applied);
  let loaded = await runLoad(loading, sound, isApproved);
  const { guard } = loaded;
  if (guard.length > 0) {
    // Whoever decides about a held sync wants to see what it would do: load as if it were approved, then take it back.
    await backTo(tx, 'load');
    loaded = { ...(await runLoad(loading, sound, true)), guard };
  }
  if (absent) loaded.warnings.push({ dataset: 'ecritures', ...absent });
  const late = await lateOf(rereading, fates, loaded);
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

async function lateOf(rereading: Rereading, fates: readonly FileFate[], loaded: LoadOutcome): Promise<Loaded['late']> {
  const late: Loaded['late'] = new Map();
  for (const fate of fates) {
    if (fate.kind !== 'read') continue;
    const { id, name, size } = fate.file.upload;
    for (const [dataset, tallies] of loaded.tallies) {
      const { fileNo } = fate.file;
      if ((tallies.get(fileNo)?.rejected ?? 0) === 0) continue;
      const path = rereading.pathOf(id);
      late.set(
        `${dataset}/${fileNo}`,
        await addLateRejections(rereading, { dataset, fileNo, path, name, size, format: fate.format }),
      );
    }
  }
  return late;
}
