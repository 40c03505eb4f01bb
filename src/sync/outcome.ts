import type { LoadOutcome } from '../load/load.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Format } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { noCounts, type Counts, type GuardTrip, type SyncFile, type SyncState } from '../model/sync.ts';
import { doubtsAmong, doubtsFirst } from '../validate/messages.ts';
import type { LateFindings } from './late-rejections.ts';
import type { PlannedFile } from './plan.ts';
import type { ReadResult } from './thread-protocol.ts';
import { totalsOf } from './totals.ts';

/** What became of one planned file before the load. */
export type FileFate =
  | { kind: 'read'; file: PlannedFile; format: Format; result: ReadResult; clients: number | null }
  | { kind: 'same'; file: PlannedFile }
  | { kind: 'aside'; file: PlannedFile; reason: { code: string; params: Record<string, string> } };

export interface Facts {
  fates: readonly FileFate[];
  dryRun: boolean;
  guard: readonly GuardTrip[];
}

/** Pure: the state in which a sync ends. */
export function stateOf({ fates, dryRun, guard }: Facts): Exclude<SyncState, 'queued' | 'running' | 'discarded'> {
  if (!fates.some(({ kind }) => kind === 'read'))
    return fates.length === 0 || fates.some(({ kind }) => kind === 'same') ? 'unchanged' : 'failed';
  if (dryRun) return 'dry_run';
  return guard.length > 0 ? 'held' : 'applied';
}

/** Datasets that came, but whose files were put aside. */
export function lostDatasets(fates: readonly FileFate[]): Dataset[] {
  const lost = fates.flatMap((fate) => (fate.kind === 'aside' && fate.file.dataset ? [fate.file.dataset] : []));
  return [...new Set(lost)];
}

/** What the load said of one file of one dataset. */
export type LateOf = (dataset: Dataset, fileNo: number) => LateFindings;

/** Pure: the files of the report. @throws Error where the counts of a file do not add up */
export function syncFiles(fates: readonly FileFate[], loaded: LoadOutcome | undefined, lateOf: LateOf): SyncFile[] {
  return fates.flatMap((fate) => {
    if (fate.kind !== 'read') return [unread(fate)];
    const { result, clients } = fate;
    const entries = fileOf(fate, loaded, lateOf, fate.file.dataset ?? 'ecritures', result, result.warnings);
    if (clients === null) return [entries];
    const named = { ...noCounts, read: clients };
    return [entries, fileOf(fate, loaded, lateOf, 'clients', named, [])];
  });
}

function unread(fate: Exclude<FileFate, { kind: 'read' }>): SyncFile {
  return {
    ...headOf(fate.file),
    ...noCounts,
    format: null,
    columns: {},
    warnings: [],
    dependsOnClients: false,
    sameAsBefore: fate.kind === 'same',
    quarantine: fate.kind === 'aside' ? fate.reason : null,
  };
}

function headOf({ fileNo, upload, dataset, mode, mapping }: PlannedFile) {
  const { id: uploadId, name, size, sha256 } = upload;
  return { fileNo, uploadId, dataset, name, size, sha256, mode, mappingVersion: mapping.version };
}

function fileOf(
  { file, format, result }: Extract<FileFate, { kind: 'read' }>,
  loaded: LoadOutcome | undefined,
  lateOf: LateOf,
  dataset: Dataset,
  read: Pick<Counts, 'read' | 'rejected' | 'skipped'>,
  warnings: readonly Warning[],
): SyncFile {
  const tally = loaded?.tallies.get(dataset)?.get(file.fileNo);
  const counts: Counts = {
    ...noCounts,
    ...tally,
    read: read.read,
    skipped: read.skipped,
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
    quarantine: null,
  };
}

function checkSum(name: string, counts: Counts): void {
  const { read, inserted, updated, unchanged, rejected, skipped, duplicate } = counts;
  const sum = inserted + updated + unchanged + rejected + skipped + duplicate;
  if (sum !== read) throw new Error(`the counts of ${name} do not add up: ${sum} of ${read}`);
}
