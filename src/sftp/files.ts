import { ArrivageError } from '../errors.ts';
import type { Entry, FileView } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import { baseName } from '../model/virtual-path.ts';
import type { Attributes } from './attributes.ts';
import { type HandleTable, type OpenHandle, type OpenInbound, during, settled } from './handles.ts';
import { type OpenIntent, intentOf } from './open-flags.ts';
import { MAX_DATA } from './protocol.ts';
import * as reply from './reply.ts';
import type { Broken } from './request.ts';

/** Requests on open files: OPEN, READ, WRITE, CLOSE, FSTAT, FSETSTAT, fsync. */

/** @throws not_found, and what `FileView.open` and `FileView.receive` throw */
export async function openFile(
  view: FileView,
  handles: HandleTable,
  path: VirtualPath,
  flags: number,
): Promise<number> {
  const intent = intentOf(flags);
  handles.checkRoom();
  return handles.add(intent.kind === 'read' ? await openDownload(view, path) : await openInbound(view, path, intent));
}

async function openDownload(view: FileView, path: VirtualPath): Promise<OpenHandle> {
  const file = await view.open(path);
  const entry = (await view.stat(path)) ?? entryOf(path, file.size, new Date());
  return { kind: 'download', path, file, entry, pending: new Set() };
}

async function openInbound(
  view: FileView,
  path: VirtualPath,
  { mode, mustExist }: OpenIntent & { kind: 'write' },
): Promise<OpenHandle> {
  const begins = mode.kind === 'replace' || mode.kind === 'create';
  const before = begins && !mustExist ? undefined : await view.stat(path);
  if (!before && mustExist) throw new ArrivageError('not_found', { path });
  const inbound = await view.receive(path, mode);
  const changed = begins || !before;
  const appends = mode.kind === 'append';
  const modified = new Date();
  return { kind: 'inbound', path, inbound, appends, changed, failure: undefined, modified, pending: new Set() };
}

/** Undefined at the end of the file. Reads run beside one another: clients ask ahead. */
export async function readFile(
  handles: HandleTable,
  { id, handle, offset, length }: { id: number; handle: number; offset: number; length: number },
): Promise<Buffer | undefined> {
  const open = handles.download(handle);
  const { room, seal } = reply.data(id, Math.min(length, MAX_DATA, Math.max(open.file.size - offset, 0)));
  if (room.length === 0) return undefined;
  const count = await during(open, open.file.read(room, offset));
  return count === 0 ? undefined : seal(count);
}

export async function writeFile(
  handles: HandleTable,
  { handle, offset, data }: { handle: number; offset: number; data: Buffer },
): Promise<void> {
  const open = handles.inbound(handle);
  if (open.failure !== undefined) throw open.failure;
  open.changed = true;
  await orFail(open, open.inbound.write(data, open.appends ? undefined : offset));
}

async function orFail(open: OpenInbound, work: Promise<void>): Promise<void> {
  try {
    await during(open, work);
  } catch (error) {
    open.failure ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  }
}

/**
 * A change that could not be understood was not made: the file that it was about must not be committed without it.
 * Where even that can't be told, it may have been any that is open for writing.
 */
export function spoil(handles: HandleTable, { changes, handle, error }: Broken): void {
  if (!changes) return;
  for (const [number, open] of handles.allInbound())
    if (handle === undefined || number === handle) open.failure ??= error;
}

/** For a written file, resolve means durable: this is the only place of the door that commits. */
export async function closeFile(handles: HandleTable, number: number): Promise<void> {
  const open = handles.get(number);
  handles.remove(number);
  if (open.kind === 'folder') return;
  await settled(open);
  if (open.kind === 'download') await open.file.close();
  else await closeInbound(open);
}

async function closeInbound(open: OpenInbound): Promise<void> {
  if (open.failure !== undefined) return failClose(open, open.failure);
  if (!open.changed) return open.inbound.abandon('closed without a write');
  try {
    await open.inbound.commit();
  } catch (error) {
    await failClose(open, error);
  }
}

async function failClose(open: OpenInbound, error: unknown): Promise<never> {
  await open.inbound.abandon('a write failed');
  throw error;
}

/** What a connection leaves open when it ends: nothing of it is committed. Never throws. */
export async function abandonAll(handles: HandleTable, reason: string): Promise<void> {
  await Promise.allSettled(handles.removeAll().map((handle) => abandon(handle, reason)));
}

async function abandon(open: OpenHandle, reason: string): Promise<void> {
  if (open.kind === 'folder') return;
  await settled(open);
  if (open.kind === 'download') await open.file.close();
  else await open.inbound.abandon(reason);
}

export async function statHandle(handles: HandleTable, number: number): Promise<Entry> {
  const open = handles.get(number);
  if (open.kind === 'folder') return { ...entryOf('/' as VirtualPath, 0, new Date()), kind: 'folder', state: 'folder' };
  await settled(open);
  return open.kind === 'download' ? open.entry : entryOf(open.path, open.inbound.size, open.modified);
}

export async function setHandle(handles: HandleTable, number: number, attributes: Attributes): Promise<void> {
  const open = handles.get(number);
  if (open.kind === 'inbound') await setInbound(open, attributes);
}

/** Size and time of a file that is being written. */
export async function setInbound(open: OpenInbound, { size, modified }: Attributes): Promise<void> {
  await settled(open);
  if (size !== undefined && size !== open.inbound.size) {
    open.changed = true;
    await orFail(open, open.inbound.truncate(size));
  }
  if (modified) {
    open.inbound.setModified(modified);
    open.modified = modified;
  }
}

export async function syncFile(handles: HandleTable, number: number): Promise<void> {
  const open = handles.inbound(number);
  await settled(open);
  await orFail(open, open.inbound.sync());
}

function entryOf(path: VirtualPath, size: number, modified: Date): Entry {
  return { name: baseName(path), kind: 'file', state: 'partial', size, modified, writable: true };
}
