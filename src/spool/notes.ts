import { constants } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Awaiting } from '../model/arrival.ts';
import type { VirtualPath } from '../model/path.ts';
import type { TenantId } from '../model/tenant.ts';
import { writeAtomically } from './atomic.ts';
import { ifPresent, onDisk } from './failures.ts';
import { recoveredPath } from './spool.ts';

/** What is known of a partial besides its bytes. */
export interface Note {
  path: VirtualPath;
  complete: boolean;
  /** Milliseconds since 1970, as the client set it. */
  modified?: number;
  /** As in `PartialInfo`. */
  copied?: number;
  /** As in `PartialInfo`. */
  awaits?: Awaiting | undefined;
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
const DEFER_MS = 1000;

/**
 * The notes beside partials. Most files are committed within a second and never need one (writing it takes a seventh of
 * the time of a small file), so the first note of a partial stays in memory for that long: a process that is killed
 * meanwhile leaves bytes without a name, of a transfer that nobody was told is safe, which `tidy` removes.
 */
export function openNotes(pathOf: (tenant: TenantId, id: string) => string) {
  const deferred = new Map<string, { note: Note; timer: NodeJS.Timeout; writing?: Promise<boolean> }>();

  async function write(tenant: TenantId, id: string, note: Note): Promise<void> {
    const path = pathOf(tenant, id);
    await undefer(path);
    await put(path, note);
  }

  const put = (path: string, note: Note): Promise<number> =>
    onDisk(writeAtomically(path, [JSON.stringify(note)], note.complete));

  /** Whether the note was in memory only. */
  async function undefer(path: string): Promise<boolean> {
    const waiting = deferred.get(path);
    if (!waiting) return false;
    clearTimeout(waiting.timer);
    const written = (await waiting.writing) ?? false;
    deferred.delete(path);
    return !written;
  }

  /** Where it fails the note stays in memory: a disk that takes no note takes no bytes either, and the transfer says so. */
  async function writeDeferred(path: string, note: Note, before: () => Promise<void>): Promise<boolean> {
    await before().catch(() => undefined);
    try {
      await put(path, note);
      deferred.delete(path);
      return true;
    } catch {
      return false;
    }
  }

  return {
    /** The note of a new partial. `before` is awaited before it comes to the disk, whether that fails or not. */
    defer(tenant: TenantId, id: string, note: Note, before: () => Promise<void>): void {
      const path = pathOf(tenant, id);
      const timer = setTimeout(() => {
        const waiting = deferred.get(path);
        if (waiting) waiting.writing = writeDeferred(path, note, before);
      }, DEFER_MS).unref();
      deferred.set(path, { note, timer });
    },
    async read(tenant: TenantId, id: string): Promise<Note | undefined> {
      const path = pathOf(tenant, id);
      const waiting = deferred.get(path);
      if (waiting) return waiting.note;
      const text = await ifPresent(readFile(path, { encoding: 'utf8', flag: READ }));
      return text === undefined ? undefined : (parse(text) ?? { path: recoveredPath(id), complete: false });
    },
    write,
    async remove(tenant: TenantId, id: string): Promise<void> {
      const path = pathOf(tenant, id);
      if (!(await undefer(path))) await rm(path, { force: true });
    },
  };
}

export type Notes = ReturnType<typeof openNotes>;

/** `undefined` for one that a power cut left empty: most are not fsynced. */
function parse(text: string): Note | undefined {
  try {
    return JSON.parse(text) as Note;
  } catch {
    return undefined;
  }
}
