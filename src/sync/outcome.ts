import type { Applied } from '../db/queries/syncs/outcome.ts';
import type { LoadOutcome } from '../load/load.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Format } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import type { SyncState } from '../model/states.ts';
import { noCounts, type Counts, type GuardTrip, type SyncFile } from '../model/sync.ts';
import { scopeOf, unionOf, type Scope } from '../model/scope.ts';
import { doubtsAmong, doubtsFirst } from '../validate/messages.ts';
import type { LateFindings } from './late-rejections.ts';
import type { PlannedFile } from './plan.ts';
import type { ReadResult } from '../reader/thread-protocol.ts';
import { totalsOf } from './totals.ts';

type ReadFate = Extract<FileFate, { kind: 'read' }>;

/** What became of one planned file before the load. */
export type FileFate =
  | { kind: 'read'; file: PlannedFile; format: Format; result: ReadResult; clients: number | null }
  | { kind: 'same'; file: PlannedFile; last: Pick<Applied, 'scope' | 'companies'> }
  | { kind: 'ignored'; file: PlannedFile; reason: { code: string; params: Record<string, string> } }
  | { kind: 'aside'; file: PlannedFile; reason: { code: string; params: Record<string, string> } };

export interface Facts {
  fates: readonly FileFate[];
  dryRun: boolean;
  guard: readonly GuardTrip[];
}

/** Pure: the state in which a sync ends. */
export function stateOf({ fates, dryRun, guard }: Facts): Exclude<SyncState, 'queued' | 'running' | 'discarded'> {
  if (!fates.some(({ kind }) => kind === 'read'))
    return fates.every(({ kind }) => kind === 'ignored') || fates.some(({ kind }) => kind === 'same')
      ? 'unchanged'
      : 'failed';
  if (dryRun) return 'dry_run';
  return guard.length > 0 ? 'held' : 'applied';
}

/** Datasets that came, but whose files were put aside. */
export function lostDatasets(fates: readonly FileFate[]): Dataset[] {
  const lost = fates.flatMap((fate) => (fate.kind === 'aside' && fate.file.dataset ? [fate.file.dataset] : []));
  return [...new Set(lost)];
}

/** What the files of one dataset speak of together, and which companies their rows name. */
export interface Spoken {
  /** Null: they are no snapshot. */
  scope: readonly Scope[] | null;
  /** Null: too many. */
  companies: readonly string[] | null;
}

export function spokenIn(fates: readonly FileFate[], dataset: Dataset): Spoken {
  const read = fates.filter((fate) => fate.kind === 'read' && fate.file.dataset === dataset) as ReadFate[];
  const isSnapshot = read.some(({ file }) => file.mode === 'snapshot');
  const named = read.map(({ result }) => result.companies);
  return {
    scope: isSnapshot
      ? unionOf(read.map(({ file, result }) => scopeOf(file.fixed ?? {}, result.companies ?? [])))
      : null,
    companies: named.includes(null) ? null : [...new Set(named.flatMap((names) => names ?? []))],
  };
}

/** What the load said of one file of one dataset. */
export type LateOf = (dataset: Dataset, fileNo: number) => LateFindings;

/** Pure: the files of the report. @throws Error where the counts of a file do not add up */
export function syncFiles(fates: readonly FileFate[], loaded: LoadOutcome | undefined, lateOf: LateOf): SyncFile[] {
  return fates.flatMap((fate) => {
    if (fate.kind !== 'read') return [unread(fate)];
    const { result, clients } = fate;
    const dataset = fate.file.dataset ?? 'ecritures';
    const { scope } = spokenIn(fates, dataset);
    const warnings = [...remarksOn(fate.file), ...result.warnings];
    const entries = { ...fileOf(fate, loaded, lateOf, dataset, result, warnings), scope };
    if (clients === null) return [entries];
    const named = { ...noCounts, read: clients };
    return [entries, { ...fileOf(fate, loaded, lateOf, 'clients', named, []), scope: null }];
  });
}

function unread(fate: Exclude<FileFate, { kind: 'read' }>): SyncFile {
  const warnings = remarksOn(fate.file);
  return {
    ...headOf(fate.file),
    ...noCounts,
    format: null,
    columns: {},
    warnings,
    doubts: doubtsAmong(warnings),
    dependsOnClients: false,
    sameAsBefore: fate.kind === 'same',
    scope: fate.kind === 'same' ? fate.last.scope : null,
    companies: fate.kind === 'same' ? fate.last.companies : [],
    quarantine: fate.kind === 'aside' ? fate.reason : null,
    ignored: fate.kind === 'ignored' ? fate.reason : null,
  };
}

const inheritedAs = { continued: 'continued_upload', overwritten: 'overwritten_upload', cut: 'cut_upload' } as const;

/** What is to be said of how a file came, whatever it holds. */
function remarksOn({ upload: { inherited } }: PlannedFile): Warning[] {
  if (!inherited) return [];
  const examples = [{ line: 0, value: String(inherited.bytes) }];
  return [{ code: inheritedAs[inherited.how], column: null, count: 1, examples }];
}

function headOf({ fileNo, upload, dataset, mode, mapping, fixed }: PlannedFile) {
  const { id: uploadId, name, size, sha256 } = upload;
  return { fileNo, uploadId, dataset, name, size, sha256, mode, mappingVersion: mapping.version, fixed };
}

function fileOf(
  { file, format, result }: ReadFate,
  loaded: LoadOutcome | undefined,
  lateOf: LateOf,
  dataset: Dataset,
  read: Pick<Counts, 'read' | 'rejected' | 'skipped'>,
  warnings: readonly Warning[],
): Omit<SyncFile, 'scope'> {
  const tally = loaded?.tallies.get(dataset)?.get(file.fileNo);
  const counts: Counts = {
    ...noCounts,
    ...tally,
    read: read.read,
    skipped: read.skipped + (tally?.skipped ?? 0),
    rejected: read.rejected + (tally?.rejected ?? 0),
  };
  const late = loaded?.warnings.filter((w) => w.dataset === dataset && w.fileNo === file.fileNo) ?? [];
  const remarks = doubtsFirst([...warnings, ...late.map(({ warning }) => warning)]);
  if (tally) checkSum(file.upload.name, counts);
  const totals =
    loaded && dataset === 'ecritures' && result.totals
      ? totalsOf(file.upload.name, result.totals, loaded.leftOut.get(file.fileNo), counts)
      : null;
  return {
    ...headOf(file),
    ...counts,
    dataset,
    mode: dataset === file.dataset ? file.mode : 'delta',
    format,
    columns: dataset === file.dataset ? result.columns : {},
    totals,
    warnings: remarks,
    doubts: doubtsAmong(remarks),
    dependsOnClients: lateOf(dataset, file.fileNo).unknownClients > 0,
    sameAsBefore: false,
    companies: result.companies,
    quarantine: null,
    ignored: null,
  };
}

function checkSum(name: string, counts: Counts): void {
  const { read, inserted, updated, unchanged, rejected, skipped, duplicate } = counts;
  const sum = inserted + updated + unchanged + rejected + skipped + duplicate;
  if (sum !== read) throw new Error(`the counts of ${name} do not add up: ${sum} of ${read}`);
}
