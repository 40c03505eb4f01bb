import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeNew } from './atomic.ts';
import { ifPresent } from './failures.ts';

/** No tenant's id begins so. */
const PREFIX = '.probe-';

/** A name in a folder for a file that is there for a moment only. */
export const probeName = (): string => `${PREFIX}${randomUUID()}`;

const CONTENT = 'arrivage can commit here\n';
/** What a crash left is older. */
const STALE_MS = 3_600_000;

/** What a commit asks of the disk, with a file that nobody misses; leaves nothing. @throws the file system's error */
export async function proveMoves(from: string, to: string): Promise<void> {
  const name = probeName();
  for (const folder of [from, to]) await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeNew(join(from, name), [CONTENT], true);
    await rename(join(from, name), join(to, name));
    await syncFolder(to);
  } finally {
    for (const folder of [from, to]) await rm(join(folder, name), { force: true });
  }
  for (const folder of [from, to]) await removeStaleProbes(folder);
}

/** Removes what processes that were killed left. */
export async function removeStaleProbes(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const file = await ifPresent(lstat(join(folder, name)));
    if (file?.isFile() && file.mtimeMs < Date.now() - STALE_MS) await rm(join(folder, name), { force: true });
  }
}
