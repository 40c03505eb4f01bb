import type { ReportRow, ViewRow } from '../db/view-files.ts';
import type { VirtualPath } from '../model/path.ts';
import { baseName, isWithin, parentOf, root, segments } from '../session/virtual-path.ts';
import type { PartialInfo } from '../spool/spool.ts';
import { isShown, partialAt, reportsFolder } from './look-up.ts';
import type { Entry } from './view.ts';

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

/**
 * The names directly in a folder, of all that lies below it. A folder exists because someone made it or because
 * something lies in it.
 */
export function entriesOf(
  folder: VirtualPath,
  rows: readonly ViewRow[],
  partials: readonly PartialInfo[],
  now: Date,
): Entry[] {
  const entries = new Map<string, Entry>();
  const depth = segments(folder).length;
  if (folder === root) entries.set(baseName(reportsFolder), folderEntry(reportsFolder, now));

  const uploads = new Map<string, ViewRow>();
  for (const row of rows) {
    const path = row.path as VirtualPath;
    if (row.uploadId === null) addFolders(path, true, row.modified);
    else {
      uploads.set(row.path, row);
      addFolders(path, false, row.modified);
      if (parentOf(path) === folder) entries.set(baseName(path), uploadEntry(row));
    }
  }
  for (const { path, modified } of partials.filter((one) => isShown(one) && one.path !== folder)) {
    if (!isWithin(folder, path)) continue;
    addFolders(path, false, modified);
    const seen = parentOf(path) === folder ? partialAt(path, partials, uploads.get(path)) : undefined;
    if (seen) entries.set(baseName(path), partialEntry(seen));
  }
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

  /** The folder in `folder` on the way to `path`; `path` itself where it is one. */
  function addFolders(path: VirtualPath, itself: boolean, modified: Date): void {
    const names = segments(path);
    const name = names[depth];
    if (name === undefined || (names.length === depth + 1 && !itself)) return;
    const known = entries.get(name);
    if (known && known.modified >= modified) return;
    entries.set(name, folderEntry(`/${names.slice(0, depth + 1).join('/')}` as VirtualPath, modified));
  }
}
