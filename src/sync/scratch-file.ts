import { createReadStream } from 'node:fs';
import { lstat, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * COPY text on its way to the database. One connection runs one COPY at a time, so while rows stream into one table,
 * rejections and rows for another wait here: on disk, since there may be a million.
 */
export interface ScratchFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Drops what was appended since the mark: a file that is read again brings it again. */
  mark(): number;
  cutTo(mark: number): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
  readonly size: number;
  remove(): Promise<void>;
}

const PREFIX = 'arrivage-';
const NAME = /^arrivage-(\d+|body)-[0-9a-f]{8}-[0-9a-f-]{27}(\.rows)?$/;
/** No sync and no request is under way for so long. */
const STALE_MS = 86_400_000;

/** A name that no other has. @param of a sync's id, or a request's body */
export function scratchPath(of: number | 'body'): string {
  return join(tmpdir(), `${PREFIX}${of}-${randomUUID()}`);
}

/** Removes what processes that were killed left. What is another account's stays: its own sweep sees to it. */
export async function sweepScratch(now: number): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((each) => NAME.test(each))) {
    const path = join(tmpdir(), name);
    const file = await lstat(path).catch(() => undefined);
    if (file?.isFile() && file.uid === process.getuid?.() && file.mtimeMs < now - STALE_MS)
      await rm(path, { force: true });
  }
}

/** The file appears with the first bytes; most syncs have none. */
export function openScratchFile(path: string): ScratchFile {
  let handle: FileHandle | undefined;
  let size = 0;
  return {
    append: async (bytes) => {
      if (!handle) {
        await rm(path, { force: true });
        handle = await open(path, 'a', 0o600);
      }
      await handle.writeFile(bytes);
      size += bytes.length;
    },
    mark: () => size,
    cutTo: async (mark) => {
      await handle?.truncate(mark);
      size = mark;
    },
    read: () => (size === 0 ? nothing() : createReadStream(path, { highWaterMark: 262_144 })),
    get size() {
      return size;
    },
    remove: async () => {
      await handle?.close();
      await rm(path, { force: true });
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // Nothing had to wait.
}
