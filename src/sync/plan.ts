import type { LastApplied } from '../db/sync-outcome.ts';
import type { Content } from '../intake/due.ts';
import { defaultMode, datasets, type Dataset, type LoadMode } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';

/** An upload of the sync, and what it holds. */
export interface PlannedUpload {
  id: string;
  name: string;
  size: number;
  sha256: string;
  content: Exclude<Content, 'done'>;
  /** Why it cannot be read at all, as far as is known before reading it. */
  quarantine: { code: string; params: Record<string, string> } | null;
}

/** One file to be read, or to be put aside. */
export interface PlannedFile {
  fileNo: number;
  upload: PlannedUpload;
  dataset: Dataset | null;
  mode: LoadMode;
  mapping: VersionedMapping;
}

/** Pure: numbers the uploads in the order in which they are read, and gives each its dataset and mapping. */
export function planFiles(uploads: readonly PlannedUpload[], mappings: readonly VersionedMapping[]): PlannedFile[] {
  return uploads.map((upload, i) => {
    const dataset = datasetOf(upload.content);
    const mapping = mappingOf(mappings, dataset ?? 'ecritures');
    return { fileNo: i + 1, upload, dataset, mapping, mode: modeOf(mapping) };
  });
}

const datasetOf = (content: PlannedUpload['content']): Dataset | null =>
  content === 'unknown' ? null : content === 'fec' ? 'ecritures' : content;

export function mappingOf(mappings: readonly VersionedMapping[], dataset: Dataset): VersionedMapping {
  return mappings.find((mapping) => mapping.dataset === dataset) ?? { dataset, version: 0 };
}

export function modeOf(mapping: VersionedMapping): LoadMode {
  return mapping.mode ?? defaultMode[mapping.dataset];
}

/**
 * Which datasets bring the very bytes that were applied last, read the same way. Rows that were refused for an
 * unknown client are judged again once the clients have changed; due dates follow the clients' terms by themselves.
 */
export function sameAsBefore(
  files: readonly PlannedFile[],
  applied: ReadonlyMap<Dataset, LastApplied>,
): ReadonlySet<Dataset> {
  const same = new Set<Dataset>();
  for (const dataset of datasets) {
    const own = files.filter((file) => file.dataset === dataset);
    const last = applied.get(dataset);
    if (own.length > 0 && last && isSame(own, last) && !clientsChanged(last, files, same, applied)) same.add(dataset);
  }
  return same;
}

function isSame(own: readonly PlannedFile[], last: LastApplied): boolean {
  const hashes = own.map(({ upload }) => upload.sha256).toSorted();
  return (
    own.every(({ mapping }) => mapping.version === last.mappingVersion) &&
    hashes.length === last.sha256.length &&
    hashes.every((hash, i) => hash === last.sha256[i])
  );
}

function clientsChanged(
  last: LastApplied,
  files: readonly PlannedFile[],
  same: ReadonlySet<Dataset>,
  applied: ReadonlyMap<Dataset, LastApplied>,
): boolean {
  if (!last.dependsOnClients) return false;
  const nowComing = files.some((file) => file.dataset === 'clients') && !same.has('clients');
  return nowComing || (applied.get('clients')?.at ?? 0) > last.at;
}
