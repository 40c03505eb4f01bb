import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { receiveFile } from '../files/receive.ts';
import type { Inbound } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Depot } from '../transfer/depot.ts';
import { type Look, sameLook } from './stillness.ts';

/** Without O_NONBLOCK a named pipe would hold the open until somebody writes into it. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CHUNK = 1024 * 1024;

export type Taken = 'taken' | 'changed' | 'special';

/**
 * Takes one file in, and away once it is committed. A file that changes meanwhile stays where it is and is no upload.
 * @throws whatever the receiving throws; the file then stays where it is
 */
export async function takeFile(depot: Depot, tenant: Tenant, file: string, path: VirtualPath): Promise<Taken> {
  // A linked folder could lead to files of the system, which the server may read and the sender may not.
  if ((await realpath(dirname(file))) !== dirname(file)) return 'special';
  const handle = await open(file, READ);
  try {
    const before = await handle.stat();
    if (!before.isFile()) return 'special';
    const inbound = await receiveFile(depot, { tenant, door: 'drop', username: null }, path, { kind: 'replace' });
    if (!(await copyInto(inbound, handle, before))) return 'changed';
    await removeIfSame(file, before);
    return 'taken';
  } finally {
    await handle.close();
  }
}

async function copyInto(inbound: Inbound, handle: FileHandle, before: Look): Promise<boolean> {
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      await inbound.write(buffer.subarray(0, bytesRead), at);
      at += bytesRead;
    }
    inbound.setModified(new Date(before.mtimeMs));
    if (!sameLook(await handle.stat(), before)) {
      await inbound.abandon('the file changed while it was taken');
      return false;
    }
    await inbound.commit();
    return true;
  } catch (error) {
    await inbound.abandon(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Another file may have taken the name meanwhile; that one is the next to be taken. */
async function removeIfSame(file: string, taken: Stats): Promise<void> {
  const now = await lstat(file).catch(() => undefined);
  if (now && sameLook(now, taken)) await rm(file);
}
