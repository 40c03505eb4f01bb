import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';

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
