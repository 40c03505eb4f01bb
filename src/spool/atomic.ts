import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Suffix of what is being written; the sweep removes what a crash left. */
export const UNFINISHED = '.unfinished';

/** Writes beside `path` and renames over it; with `durable` it survives a power cut once resolved. Resolves with the size. */
export async function writeAtomically(
  path: string,
  content: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  durable: boolean,
): Promise<number> {
  const draft = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    const size = await writeNew(draft, content, durable);
    await rename(draft, path);
    if (durable) await syncFolder(dirname(path));
    return size;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Writes a file that was not there. Resolves with the size. */
export async function writeNew(
  path: string,
  content: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  durable: boolean,
): Promise<number> {
  const handle = await open(path, NEW_FILE, 0o600);
  try {
    await writeFile(handle, content);
    if (durable) await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** fsync of a folder: its names survive a power cut once resolved. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
