import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { type Database, reachable } from '../db/client.ts';
import type { Locks } from '../db/locks.ts';
import { shownUpload } from '../db/queries/uploads/view-files.ts';
import { receiveFile } from '../files/receive.ts';
import { fileChunks } from '../base/file-chunks.ts';
import { copyIn } from '../transfer/copy-in.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Depot } from '../transfer/depot.ts';
import { isNoFolder } from './folder.ts';
import { sameLook } from './stillness.ts';

/** Without O_NONBLOCK a named pipe would hold the open until somebody writes into it. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export type DropDepot = Depot & { database: Database; locks: Pick<Locks, 'take'> };

/** `busy`: another node is taking it. */
export type Taken = 'taken' | 'changed' | 'special' | 'busy';

/**
 * Takes one file in, and away once it is committed. A file that changes meanwhile stays where it is and is no upload.
 * Nodes that watch one folder take turns: each file is taken once.
 * @param file in an open `Folder`
 * @throws whatever the receiving throws; the file then stays where it is
 */
export async function takeFile(depot: DropDepot, tenant: Tenant, file: string, path: VirtualPath): Promise<Taken> {
  const giveBack = await depot.locks.take(`drop ${tenant.id} ${path}`, () => undefined);
  if (!giveBack) return 'busy';
  try {
    return await takeAlone(depot, tenant, file, path);
  } finally {
    giveBack();
  }
}

async function takeAlone(depot: DropDepot, tenant: Tenant, file: string, path: VirtualPath): Promise<Taken> {
  const handle = await openPlain(file);
  if (!handle) return 'special';
  try {
    const before = await handle.stat();
    // Another name of the file lies elsewhere: it may be one that the server may read and the sender may not.
    if (!before.isFile() || before.nlink > 1) return 'special';
    if (await wasTaken(depot, tenant, path, handle, before)) {
      await removeIfSame(file, before);
      return 'taken';
    }
    const inbound = await receiveFile(depot, { tenant, door: 'drop', username: null }, path, { kind: 'replace' });
    await copyIn(inbound, fileChunks(handle), async () => {
      // `mtime` is rounded, and would not be found again.
      inbound.setModified(new Date(before.mtimeMs));
      if (!sameLook(await handle.stat(), before)) throw new ChangedMeanwhile();
    });
    await removeIfSame(file, before);
    return 'taken';
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return 'changed';
    throw error;
  } finally {
    await handle.close();
  }
}

class ChangedMeanwhile extends Error {
  override readonly message = 'the file changed while it was taken';
}

/** @returns undefined for a link */
async function openPlain(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, READ);
  } catch (error) {
    if (isNoFolder(error)) return undefined;
    throw error;
  }
}

/**
 * Whether this very file is committed already, and only its removal is missing because the server was killed between
 * the two: it has lain there since before the upload, with the same time, size and bytes.
 */
async function wasTaken(
  depot: DropDepot,
  tenant: Tenant,
  path: VirtualPath,
  handle: FileHandle,
  { size, mtimeMs, ctimeMs }: Stats,
): Promise<boolean> {
  const last = await reachable(shownUpload(depot.database.sql, tenant.id, path));
  if (last?.door !== 'drop' || last.size !== size) return false;
  if (last.modifiedMs !== Math.trunc(mtimeMs) || ctimeMs > last.receivedMs) return false;
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(handle)) hash.update(chunk);
  return hash.digest('hex') === last.sha256;
}

/** Another file may have taken the name meanwhile; that one is the next to be taken. */
async function removeIfSame(file: string, taken: Stats): Promise<void> {
  const now = await lstat(file).catch(() => undefined);
  if (now && sameLook(now, taken)) await rm(file);
}
