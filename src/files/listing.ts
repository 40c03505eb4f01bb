import type { ChildRow, ReportRow, ViewRow } from '../db/queries/uploads/view-files.ts';
import type { VirtualPath } from '../model/path.ts';
import { baseName, isWithin, root, segments } from '../model/virtual-path.ts';
import type { PartialInfo } from '../spool/spool.ts';
import { isShown, partialAt, reportsFolder } from './look-up.ts';
import type { Entry, Page } from './view.ts';

export const uploadEntry = (row: ViewRow): Entry => ({
  name: baseName(row.path as VirtualPath),
  kind: 'file',
  state: 'upload',
  size: row.size,
  modified: row.modified,
  writable: true,
});

export const partialEntry = ({ path, size, modified }: PartialInfo): Entry => ({
  name: baseName(path),
  kind: 'file',
  state: 'partial',
  size,
  modified,
  writable: true,
});

export const reportEntry = ({ name, size, modified }: ReportRow): Entry => ({
  name,
  kind: 'file',
  state: 'report',
  size,
  modified,
  writable: false,
});

export const folderEntry = (path: VirtualPath, modified: Date): Entry => ({
  name: baseName(path),
  kind: 'folder',
  state: 'folder',
  size: 0,
  modified,
  writable: !isWithin(reportsFolder, path),
});

/** Above and beside the surrogates, where UTF-16 and UTF-8 have another order. */
const HIGH = /[\ud800-\uffff]/;

/** Names in the order in which the database has them: by their UTF-8 bytes. */
export function byName(a: string, b: string): number {
  if (HIGH.test(a) || HIGH.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export interface Listing {
  folder: VirtualPath;
  /** The names that the database has after `after`, in their order. */
  rows: readonly ChildRow[];
  /** There are none beyond them. */
  isLast: boolean;
  /** All of the tenant. */
  partials: readonly PartialInfo[];
  after: string;
  now: Date;
}

/**
 * A page of a folder: the names in it of all that lies below it. A folder exists because someone made it or because
 * something lies in it.
 */
export function pageOf({ folder, rows, isLast, partials, after, now }: Listing, limit: number): Page {
  const known = new Map(rows.map((row) => [row.name, row]));
  const arriving = byChild(folder, partials);
  const own = folder === root ? [baseName(reportsFolder)] : [];
  const end = isLast ? undefined : rows.at(-1)?.name;
  const beside = [...arriving.keys(), ...own]
    .filter((name) => !known.has(name) && byName(name, after) > 0)
    .filter((name) => end === undefined || byName(name, end) < 0);
  const names = [...known.keys(), ...new Set(beside)];
  if (beside.length > 0) names.sort(byName);
  const shown = names.slice(0, limit);
  const entries = shown.map((name) => childOf(folder, name, known.get(name), arriving.get(name) ?? [], now));
  return { entries, more: !isLast || shown.length < names.length };
}

function byChild(folder: VirtualPath, partials: readonly PartialInfo[]): Map<string, PartialInfo[]> {
  const depth = segments(folder).length;
  const children = new Map<string, PartialInfo[]>();
  for (const one of partials) {
    if (!isWithin(folder, one.path) || !isShown(one)) continue;
    const name = segments(one.path)[depth];
    if (name === undefined) continue;
    const held = children.get(name);
    if (held) held.push(one);
    else children.set(name, [one]);
  }
  return children;
}

function childOf(
  folder: VirtualPath,
  name: string,
  row: ChildRow | undefined,
  arriving: readonly PartialInfo[],
  now: Date,
): Entry {
  const path = (folder === root ? `/${name}` : `${folder}/${name}`) as VirtualPath;
  const partial = partialAt(path, arriving, row?.isFile === true ? row : undefined);
  if (partial) return partialEntry(partial);
  if (row?.isFile) {
    const { size, modified } = row;
    return { name, kind: 'file', state: 'upload', size, modified, writable: true };
  }
  if (path === reportsFolder) return folderEntry(path, now);
  const times = [row?.modified, ...arriving.map(({ modified }) => modified)];
  return folderEntry(path, times.reduce((newest, time) => (time && (!newest || time > newest) ? time : newest)) ?? now);
}
