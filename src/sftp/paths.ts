import { ArrivageError, because, verbatim } from '../errors.ts';
import type { Entry, FileView } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import { baseName } from '../model/virtual-path.ts';
import { type Attributes, attributesOf, longName } from './attributes.ts';
import { setInbound } from './files.ts';
import type { HandleTable, OpenFolder } from './handles.ts';
import type { Name } from './reply.ts';
import type { Checked } from './request.ts';

/** Requests on names: STAT, SETSTAT, OPENDIR, READDIR, RENAME. What is one call of the view needs no function here. */

/** @throws not_found */
export async function statPath(view: FileView, path: VirtualPath): Promise<Entry> {
  const entry = await view.stat(path);
  if (!entry) throw new ArrivageError('not_found', { path });
  return entry;
}

/**
 * Clients set permissions and times after an upload; permissions are accepted and have no effect.
 * @throws unsupported for a size that differs from the file's: a committed upload is immutable
 */
export async function setPath(
  view: FileView,
  handles: HandleTable,
  path: VirtualPath,
  attributes: Attributes,
): Promise<void> {
  const writing = handles.writing(path);
  if (writing) return setInbound(writing, attributes);
  const entry = await statPath(view, path);
  if (attributes.size !== undefined && attributes.size !== entry.size)
    throw new ArrivageError('unsupported', { what: verbatim('SETSTAT size') });
  if (attributes.modified && entry.kind === 'file') await view.setModified(path, attributes.modified);
}

/** Reads the first page at once, so that a folder that is none is refused here. */
export async function openFolder(view: FileView, handles: HandleTable, path: VirtualPath): Promise<number> {
  handles.checkRoom();
  const { entries, more } = await view.list(path);
  const folder: OpenFolder = { kind: 'folder', path, page: entries, after: '', more };
  handles.keepPage(folder);
  return handles.add(folder);
}

/** Names of one READDIR reply: at most about 64 KiB, which every client takes. */
const CHUNK = 100;

/** Undefined after the last entry. */
export async function readFolder(
  view: FileView,
  handles: HandleTable,
  number: number,
  owner: string,
): Promise<Name[] | undefined> {
  const folder = handles.folder(number);
  if (folder.page.length === 0 && folder.more) await turnPage(view, handles, folder);
  const entries = folder.page.splice(0, CHUNK);
  if (entries.length === 0) return undefined;
  folder.after = entries.at(-1)?.name ?? '';
  const now = new Date();
  return entries.map((entry) => ({
    name: entry.name,
    long: longName(entry, owner, now),
    attributes: attributesOf(entry),
  }));
}

async function turnPage(view: FileView, handles: HandleTable, folder: OpenFolder): Promise<void> {
  const { entries, more } = await view.list(folder.path, folder.after);
  folder.page = entries;
  folder.more = more && entries.length > 0;
  handles.keepPage(folder);
}

/**
 * The SHA-256 that was made when the file came: of the whole file, and no other hash.
 * @throws unsupported for a part of it, or where the client takes no SHA-256; what `FileView.digest` throws
 */
export async function checkFile(view: FileView, path: VirtualPath, asked: Checked): Promise<string> {
  if (!asked.algorithms.includes('sha256'))
    throw new ArrivageError('unsupported', { what: verbatim(`check-file ${asked.algorithms.join(',').slice(0, 64)}`) });
  const { size } = await statPath(view, path);
  const isWhole = asked.offset === 0 && [asked.length, asked.block].every((bytes) => bytes === 0 || bytes >= size);
  if (!isWhole) throw new ArrivageError('unsupported', { what: because('check_file_of_part') });
  return view.digest(path);
}

/** REALPATH asks for nothing but the resolved name; it need not exist. */
export function realPath(path: VirtualPath): Name {
  return { name: path, long: baseName(path) || path };
}
