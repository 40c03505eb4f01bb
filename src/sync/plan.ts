import type { Applied, Judged } from '../db/queries/syncs/outcome.ts';
import { matchesName } from '../intake/by-name.ts';
import type { Inherited } from '../model/arrival.ts';
import { defaultMode, datasets, type Dataset, type LoadMode } from '../model/dataset.ts';
import type { Identity } from '../model/identity.ts';
import type { Mapping, VersionedMapping } from '../model/mapping.ts';
import { companiesMeet, companiesOf, type FixedScope } from '../model/scope.ts';

/** An upload of the sync, and what it holds. */
export interface PlannedUpload extends Identity {
  id: string;
  name: string;
  size: number;
  sha256: string;
  inherited: Inherited | null;
  /** What the connector fixes for what it fetched. */
  fixed: FixedScope | null;
}

/** One file to be read, or to be put aside. */
export interface PlannedFile {
  fileNo: number;
  upload: PlannedUpload;
  dataset: Dataset | null;
  mode: LoadMode;
  mapping: VersionedMapping;
  /** The scope of the file, as far as that is fixed; null: the companies that it names. */
  fixed: FixedScope | null;
}

/** Pure: numbers the uploads in the order in which they are read, and gives each its dataset and mapping. */
export function planFiles(uploads: readonly PlannedUpload[], mappings: readonly VersionedMapping[]): PlannedFile[] {
  return uploads.map((upload, i) => {
    const dataset = datasetOf(upload.content);
    const mapping = mappingOf(mappings, dataset ?? 'ecritures');
    const fixed = fixedFor(mapping, upload.name) ?? upload.fixed;
    return { fileNo: i + 1, upload, dataset, mapping, mode: modeOf(mapping), fixed };
  });
}

function fixedFor({ scopes = [] }: Mapping, name: string): FixedScope | undefined {
  const rule = scopes.find(({ files }) => files === undefined || matchesName(files, name));
  if (!rule) return undefined;
  const { files: _, ...fixed } = rule;
  return fixed;
}

/** Names of nightly exports mostly bear a date. */
export const undated = (name: string): string => name.toLowerCase().replace(/\d+/g, '#');

const datasetOf = (content: PlannedUpload['content']): Dataset | null =>
  content === 'unknown' || content === 'ignored' ? null : content === 'fec' ? 'ecritures' : content;

export function mappingOf(mappings: readonly VersionedMapping[], dataset: Dataset): VersionedMapping {
  return mappings.find((mapping) => mapping.dataset === dataset) ?? { dataset, version: 0 };
}

export function modeOf(mapping: VersionedMapping): LoadMode {
  return mapping.mode ?? defaultMode[mapping.dataset];
}

/**
 * Which datasets bring the very bytes that were applied last to their companies, read the same way, and when. Rows that were
 * refused for an unknown client are judged again once the clients have changed; due dates follow the clients' terms by
 * themselves.
 * @param applied the latest first
 */
export function sameAsBefore(
  files: readonly PlannedFile[],
  applied: readonly Applied[],
): ReadonlyMap<Dataset, Applied> {
  const same = new Map<Dataset, Applied>();
  for (const dataset of datasets) {
    const own = files.filter((file) => file.dataset === dataset);
    const last = own.length > 0 && standing(own, applied);
    if (last && !clientsChanged(last, files, same, applied)) same.set(dataset, last);
  }
  return same;
}

/** The sync that has applied these files, if no later one has touched rows of its companies. */
function standing(own: readonly PlannedFile[], applied: readonly Applied[]): Applied | undefined {
  const ofDataset = applied.filter(({ dataset }) => dataset === own[0]?.dataset);
  const at = ofDataset.findIndex((one) => isSame(own, one));
  const found = ofDataset[at];
  return found && !ofDataset.slice(0, at).some((later) => touchesSame(later, found)) ? found : undefined;
}

/** A snapshot's silence touches the rows of its scope, too. */
export function touched({ scope, companies }: Pick<Applied, 'scope' | 'companies'>): readonly string[] | null {
  const silent = scope ? companiesOf(scope) : [];
  return companies && silent && [...new Set([...companies, ...silent])];
}

const touchesSame = (a: Applied, b: Applied): boolean => companiesMeet(touched(a), touched(b));

function isSame(own: readonly PlannedFile[], last: Applied): boolean {
  return (
    own.every(({ mapping }) => mapping.version === last.mappingVersion) &&
    saySame(
      own.map(({ upload, fixed }) => said(upload.sha256, fixed)),
      last.files.map(({ sha256, fixed }) => said(sha256, fixed)),
    )
  );
}

/** The same bytes mean something else under another name, if that fixes another company. */
const said = (which: string, fixed: FixedScope | null): string =>
  JSON.stringify([which, fixed?.company, fixed?.journal, fixed?.from, fixed?.whole]);

/** In whatever order. */
function saySame(now: readonly string[], then: readonly string[]): boolean {
  const before = then.toSorted();
  return now.length === then.length && now.toSorted().every((file, i) => file === before[i]);
}

function clientsChanged(
  last: Applied,
  files: readonly PlannedFile[],
  same: ReadonlyMap<Dataset, Applied>,
  applied: readonly Applied[],
): boolean {
  if (!last.dependsOnClients) return false;
  const nowComing = files.some((file) => file.dataset === 'clients') && !same.has('clients');
  return nowComing || (applied.find(({ dataset }) => dataset === 'clients')?.at ?? 0) > last.at;
}

/** Pure: whether files are read by the mappings, and for the scopes, by which they were read when their sync was held. */
export function isReadAs(files: readonly PlannedFile[], judged: readonly Judged[]): boolean {
  return saySame(
    files.map(({ upload, mapping, fixed }) => said(`${upload.id}/${mapping.version}`, fixed)),
    judged.map(({ uploadId, mappingVersion, fixed }) => said(`${uploadId}/${mappingVersion}`, fixed)),
  );
}
