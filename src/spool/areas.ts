import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '../model/tenant.ts';
import { syncFolder } from './atomic.ts';
import { inBlocks } from './blocks.ts';
import { ifPresent, isMissing, onDisk } from './failures.ts';
import { type Area, areas, isId, type Layout } from './layout.ts';
import { openLedger } from './ledger.ts';
import type { StoredFile } from './spool.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW;

/** The files of a spool's areas on a disk, as every area has them, with what they come to. Folders are 0700. */
export type Areas = ReturnType<typeof openAreas>;

/** @param forgotten is told of a tenant whose folders are gone or new */
export function openAreas(at: Layout, now: () => number, forgotten: (tenant: TenantId) => void) {
  const made = new Set<string>();
  const ledger = openLedger((tenant) => countBytes(areas.map((area) => at.folder(area, tenant))), now);

  async function ready(area: Area, tenant: TenantId): Promise<void> {
    const folder = at.folder(area, tenant);
    if (made.has(folder)) return;
    await onDisk(mkdir(folder, { recursive: true, mode: 0o700 }));
    made.add(folder);
  }

  /** Nothing that was known of the tenant's files is known any more. */
  function forget(tenant: TenantId): void {
    ledger.forget(tenant);
    forgotten(tenant);
  }

  /** A folder that was there may be gone: another process deleted the tenant, and its id was given again. */
  async function inFolder<T>(area: Area, tenant: TenantId, work: () => Promise<T>): Promise<T> {
    await ready(area, tenant);
    try {
      return await work();
    } catch (error) {
      const folder = at.folder(area, tenant);
      if (!isMissing(error) || (await ifPresent(lstat(folder)))) throw error;
      made.delete(folder);
      forget(tenant);
      await ready(area, tenant);
      return work();
    }
  }

  return {
    ready,
    inFolder,
    forget,

    /** What the tenant has in all areas: see `openLedger`. */
    usage: (tenant: TenantId, quota?: number): Promise<number> => ledger.usage(tenant, quota),
    /** @param bytes in whole blocks, by which a file grew or shrank */
    grew: (tenant: TenantId, bytes: number): void => ledger.add(tenant, bytes),

    /**
     * Renames, then fsyncs the folder that it comes to. The name that is left behind needs no fsync: should it come back,
     * the sweep finds the same file twice. Idempotent.
     * @param renamed is called between the two
     */
    async move(tenant: TenantId, id: string, from: Area, to: Area, renamed: () => void): Promise<void> {
      const [source, target] = [at.file(from, tenant, id), at.file(to, tenant, id)];
      // A deleted tenant gets no folder for bytes that went with it.
      if (!made.has(at.folder(to, tenant)) && (await ifPresent(lstat(source)))) await ready(to, tenant);
      let moved = await ifPresent(onDisk(rename(source, target)).then(() => true));
      if (!moved && (await ifPresent(lstat(source))))
        moved = await inFolder(to, tenant, () => onDisk(rename(source, target)).then(() => true));
      renamed();
      // Moved before: the earlier call may have died before its fsync, so that is done again.
      if (!moved) await lstat(target);
      await onDisk(syncFolder(at.folder(to, tenant)));
    },

    async open(area: Area, tenant: TenantId, id: string): Promise<StoredFile> {
      const handle = await open(at.file(area, tenant, id), READ);
      const { size } = await handle.stat();
      return {
        size,
        read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
        close: () => handle.close(),
      };
    },

    async *list(area: Area, tenant: TenantId) {
      for (const id of (await ifPresent(readdir(at.folder(area, tenant)))) ?? []) {
        const file = isId(id) ? await ifPresent(lstat(at.file(area, tenant, id))) : undefined;
        // A rename sets ctime and leaves mtime: ctime is when it came there.
        if (file?.isFile()) yield { id, size: file.size, modified: file.ctime };
      }
    },

    async remove(area: Area, tenant: TenantId, id: string): Promise<void> {
      const path = at.file(area, tenant, id);
      const file = await ifPresent(lstat(path));
      if (!file) return;
      await rm(path, { force: true });
      ledger.add(tenant, -inBlocks(file.size));
    },

    /** Clears each folder of the tenant, one after the other, and forgets what was known of it. */
    async clear(tenant: TenantId, clearFolder: (folder: string) => Promise<void>): Promise<void> {
      for (const area of areas) {
        const folder = at.folder(area, tenant);
        await clearFolder(folder);
        made.delete(folder);
      }
      forget(tenant);
    },
  };
}

async function countBytes(folders: readonly string[]): Promise<number> {
  let total = 0;
  for (const folder of folders) {
    for (const name of (await ifPresent(readdir(folder))) ?? []) {
      const file = isId(name) ? await ifPresent(stat(join(folder, name))) : undefined;
      if (file) total += inBlocks(file.size);
    }
  }
  return total;
}
