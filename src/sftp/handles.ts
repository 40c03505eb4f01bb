import { ArrivageError, because } from '../errors.ts';
import type { Download, Entry, Inbound } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';

/** A file open for reading. */
interface OpenDownload {
  kind: 'download';
  path: VirtualPath;
  file: Download;
  entry: Entry;
  pending: Set<Promise<unknown>>;
}

/** A file open for writing. */
export interface OpenInbound {
  kind: 'inbound';
  path: VirtualPath;
  inbound: Inbound;
  /** Offsets are ignored: every write goes to the end. */
  appends: boolean;
  /** Closing it means "this is the file": it was written, cut, or made by this OPEN. */
  changed: boolean;
  /** The first write that failed: whatever follows, CLOSE must not commit. */
  failure: Error | undefined;
  modified: Date;
  pending: Set<Promise<unknown>>;
}

/** A listing being read: what the client has not yet had of one page. */
export interface OpenFolder {
  kind: 'folder';
  path: VirtualPath;
  page: Entry[];
  /** The last name that the client was given; empty before the first. */
  after: string;
  /** There is more behind the page. */
  more: boolean;
}

export type OpenHandle = OpenDownload | OpenInbound | OpenFolder;

/** Open handles of one SFTP channel. Numbers are never used twice, so a late request can't hit another file. */
export interface HandleTable {
  /** @throws too_many_files; call it before opening */
  checkRoom(): void;
  add(handle: OpenHandle): number;
  /** @throws bad_request */
  get(number: number): OpenHandle;
  /** @throws bad_request */
  inbound(number: number): OpenInbound;
  /** @throws bad_request */
  download(number: number): OpenDownload;
  /** @throws bad_request */
  folder(number: number): OpenFolder;
  /** Every file that is being written, with its number. */
  allInbound(): [number, OpenInbound][];
  /** Lets a folder keep its page, and takes away that of the one that was read longest ago: it can be read again. */
  keepPage(folder: OpenFolder): void;
  /** The file that is being written under a path, if any. */
  writing(path: VirtualPath): OpenInbound | undefined;
  remove(number: number): void;
  /** Empties the table. */
  removeAll(): OpenHandle[];
}

export const MAX_HANDLES = 64;
/** Folders of a channel whose pages are kept: who goes down a tree reads one while another waits. */
const MAX_PAGES = 4;

/** `onFiles` learns of each file opened (+1) and closed (-1); folders don't count. */
export function handleTable(onFiles: (change: 1 | -1) => void): HandleTable {
  const open = new Map<number, OpenHandle>();
  let last = 0;
  let paged: OpenFolder[] = [];

  const get = (number: number): OpenHandle => {
    const handle = open.get(number);
    if (!handle) throw new ArrivageError('bad_request', { why: because('handle_unknown') });
    return handle;
  };
  const remove = (number: number): void => {
    const handle = open.get(number);
    if (open.delete(number) && handle?.kind !== 'folder') onFiles(-1);
    paged = paged.filter((one) => one !== handle);
  };

  const allInbound = (): [number, OpenInbound][] =>
    [...open].filter((one): one is [number, OpenInbound] => one[1].kind === 'inbound');

  return {
    checkRoom() {
      if (open.size >= MAX_HANDLES) throw new ArrivageError('too_many_files', { limit: MAX_HANDLES });
    },
    add(handle) {
      last += 1;
      open.set(last, handle);
      if (handle.kind !== 'folder') onFiles(1);
      return last;
    },
    get,
    inbound: (number) => ofKind(get(number), 'inbound', 'handle_not_for_writing'),
    download: (number) => ofKind(get(number), 'download', 'handle_not_for_reading'),
    folder: (number) => ofKind(get(number), 'folder', 'handle_of_no_folder'),
    allInbound,
    keepPage(folder) {
      paged = [...paged.filter((one) => one !== folder && one.page.length > 0), folder];
      while (paged.length > MAX_PAGES) forgetPage(paged.shift());
    },
    writing: (path) => allInbound().find(([, { path: other }]) => other === path)?.[1],
    remove,
    removeAll() {
      const all = [...open.entries()];
      for (const [number] of all) remove(number);
      return all.map(([, handle]) => handle);
    },
  };
}

function forgetPage(folder: OpenFolder | undefined): void {
  if (!folder) return;
  folder.page = [];
  folder.more = true;
}

function ofKind<K extends OpenHandle['kind']>(
  handle: OpenHandle,
  kind: K,
  otherwise: 'handle_not_for_writing' | 'handle_not_for_reading' | 'handle_of_no_folder',
): OpenHandle & { kind: K } {
  if (handle.kind !== kind) throw new ArrivageError('bad_request', { why: because(otherwise) });
  return handle as OpenHandle & { kind: K };
}

/** Runs one read or write of a handle, so that its CLOSE can wait for it. */
export async function during<T>({ pending }: { pending: Set<Promise<unknown>> }, work: Promise<T>): Promise<T> {
  pending.add(work);
  try {
    return await work;
  } finally {
    pending.delete(work);
  }
}

/** Resolves once the reads or writes that were under way have ended, well or not. */
export async function settled({ pending }: { pending: Set<Promise<unknown>> }): Promise<void> {
  await Promise.allSettled(pending);
}
