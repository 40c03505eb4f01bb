import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locks } from '../db/locks.ts';
import { ArrivageError } from '../errors.ts';
import { grammar, type TenantId } from '../model/tenant.ts';
import { UNFINISHED, syncFolder, writeAtomically } from './atomic.ts';
import { ifPresent, isMissing, onDisk } from './failures.ts';
import { type Area, areas, ID_LENGTH, isId, layout } from './layout.ts';
import { inBlocks } from './blocks.ts';
import { openHasher } from './hasher.ts';
import { type Known, openKnownPartials } from './known-partials.ts';
import { openLedger } from './ledger.ts';
import { openNotes } from './notes.ts';
import { openPartialFile } from './partial-file.ts';
import { type PartialLock, partialLock } from './partial-lock.ts';
import { proveMoves } from './prove.ts';
import { recoveredPath } from './spool.ts';
import type { PartialFile, Spool, StoredFile } from './spool.ts';

const NEW_PARTIAL = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const OLD_PARTIAL = constants.O_RDWR | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW;

/** Where one process has the spool to itself. */
const ownLocks: Pick<Locks, 'take'> = { take: () => Promise.resolve(() => undefined) };

/**
 * The spool on a disk: `<root>/{partial,committed,reports}/<tenant>/<id>`, folders 0700 and files 0600. Beside a
 * partial lies its note `<id>.json`; it stays until the upload is on record, so that an orphan finds its name again.
 */
export function openDiskSpool(
  root: string,
  now: () => number = Date.now,
  locks: Pick<Locks, 'take'> = ownLocks,
): Spool {
  const at = layout(root);
  const made = new Set<string>();
  /** What this process is writing; without a file for as long as it is being opened. */
  const held = new Map<string, PartialFile | undefined>();
  const known = openKnownPartials(lookThrough);
  const notes = openNotes((tenant, id) => at.sidecar(tenant, id));
  const hasher = openHasher();
  const ledger = openLedger((tenant) => countBytes(areas.map((area) => at.folder(area, tenant))), now);

  async function ready(area: Area, tenant: TenantId): Promise<void> {
    const folder = at.folder(area, tenant);
    if (made.has(folder)) return;
    await onDisk(mkdir(folder, { recursive: true, mode: 0o700 }));
    made.add(folder);
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
      ledger.forget(tenant);
      known.forget(tenant);
      await ready(area, tenant);
      return work();
    }
  }

  async function partialInfo(tenant: TenantId, id: string): Promise<Known | undefined> {
    const [file, noted] = await Promise.all([ifPresent(lstat(at.file('partial', tenant, id))), notes.read(tenant, id)]);
    // Bytes without a name nobody can continue: another node's in their first second, or what a kill left of such.
    if (!noted || !file?.isFile()) return undefined;
    const { mtime: touched, size } = file;
    const { modified, ...note } = noted;
    return { id, ...note, size, touched, modified: new Date(modified ?? touched), open: false };
  }

  /** One after the other: the threads that read the disk are everybody's. */
  async function lookThrough(tenant: TenantId): Promise<Known[]> {
    const names = (await ifPresent(readdir(at.folder('partial', tenant)))) ?? [];
    const found: Known[] = [];
    for (const id of names.filter(isId)) {
      const info = await partialInfo(tenant, id);
      if (info) found.push(info);
    }
    return found;
  }

  /** Its bytes changed now. */
  function touch(tenant: TenantId, id: string, size: number): void {
    const touched = new Date(now());
    known.change(tenant, id, (info) => {
      if (!info) return undefined;
      const modified = info.modified.getTime() === info.touched.getTime() ? touched : info.modified;
      return { ...info, size, touched, modified };
    });
  }

  async function hold(tenant: TenantId, id: string, flags: number, lock: PartialLock) {
    if (held.has(id)) throw new ArrivageError('transfer_under_way');
    held.set(id, undefined);
    const closed = (): void => {
      const size = held.get(id)?.size;
      if (size !== undefined) touch(tenant, id, size);
      held.delete(id);
      lock.release();
    };
    try {
      if (flags === OLD_PARTIAL) await lock.take();
      const path = at.file('partial', tenant, id);
      const handle = await onDisk(open(path, flags, 0o600));
      const present = flags === NEW_PARTIAL ? 0 : (await handle.stat()).size;
      const grew = (bytes: number): void => ledger.add(tenant, bytes);
      const file = openPartialFile({ id, path, handle, present, hasher, lock, closed, grew });
      held.set(id, file);
      if (flags === NEW_PARTIAL) grew(inBlocks(0));
      return file;
    } catch (error) {
      closed();
      throw error;
    }
  }

  /** The name that is left behind needs no fsync: should it come back, the sweep finds the same file twice. */
  async function move(tenant: TenantId, id: string, from: Area, to: Area): Promise<void> {
    const [source, target] = [at.file(from, tenant, id), at.file(to, tenant, id)];
    // A deleted tenant gets no folder for bytes that went with it.
    if (!made.has(at.folder(to, tenant)) && (await ifPresent(lstat(source)))) await ready(to, tenant);
    let moved = await ifPresent(onDisk(rename(source, target)).then(() => true));
    if (!moved && (await ifPresent(lstat(source))))
      moved = await inFolder(to, tenant, () => onDisk(rename(source, target)).then(() => true));
    if (from === 'partial') known.change(tenant, id, () => undefined);
    // Moved before: the earlier call may have died before its fsync, so that is done again.
    if (!moved) await lstat(target);
    await onDisk(syncFolder(at.folder(to, tenant)));
  }

  async function openStored(area: Area, tenant: TenantId, id: string): Promise<StoredFile> {
    const handle = await open(at.file(area, tenant, id), READ);
    const { size } = await handle.stat();
    return {
      size,
      read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
      close: () => handle.close(),
    };
  }

  async function* list(area: Area, tenant: TenantId) {
    for (const id of (await ifPresent(readdir(at.folder(area, tenant)))) ?? []) {
      const file = isId(id) ? await ifPresent(lstat(at.file(area, tenant, id))) : undefined;
      // A rename sets ctime and leaves mtime: ctime is when it came there.
      if (file?.isFile()) yield { id, size: file.size, modified: file.ctime };
    }
  }

  async function remove(area: Area, tenant: TenantId, id: string): Promise<void> {
    const path = at.file(area, tenant, id);
    const file = await ifPresent(lstat(path));
    if (!file) return;
    await rm(path, { force: true });
    ledger.add(tenant, -inBlocks(file.size));
  }

  /** What a kill left of partials in their first second. */
  async function removeNameless(tenant: TenantId, before: Date): Promise<void> {
    for (const id of ((await ifPresent(readdir(at.folder('partial', tenant)))) ?? []).filter(isId)) {
      const file = await ifPresent(lstat(at.file('partial', tenant, id)));
      if (file && file.mtime < before && !(await notes.read(tenant, id))) await remove('partial', tenant, id);
    }
  }

  return {
    async createPartial(tenant, { id, ...note }) {
      let lock = partialLock(locks, id);
      const file = await inFolder('partial', tenant, () => {
        lock = partialLock(locks, id);
        return hold(tenant, id, NEW_PARTIAL, lock);
      });
      // Other nodes find a partial by its note: only then can one of them want to continue it.
      notes.defer(tenant, id, { ...note, complete: false }, () => lock.take());
      const made = new Date(now());
      known.change(tenant, id, () => ({
        ...{ id, ...note, complete: false, size: 0 },
        ...{ touched: made, modified: made, open: false },
      }));
      return file;
    },
    openPartial: (tenant, id) => hold(tenant, id, OLD_PARTIAL, partialLock(locks, id)),
    readPartial: (tenant, id) => openStored('partial', tenant, id),
    async partials(tenant) {
      const found = await known.of(tenant);
      return found.map((info) =>
        held.has(info.id) ? { ...info, size: held.get(info.id)?.size ?? info.size, open: true } : info,
      );
    },
    async tenants() {
      const found = new Set<TenantId>();
      for (const area of areas)
        for (const name of (await ifPresent(readdir(at.area(area)))) ?? [])
          if (grammar.tenantId.test(name)) found.add(name);
      return [...found];
    },
    async notePartial(tenant, id, { modified, ...change }) {
      const note = await notes.read(tenant, id);
      if (!note) throw new ArrivageError('not_found', { path: id });
      const time = modified === undefined ? {} : { modified: modified.getTime() };
      await notes.write(tenant, id, { ...note, ...change, ...time });
      known.change(tenant, id, (info) => info && { ...info, ...change, ...(modified && { modified }) });
    },
    async removePartial(tenant, id) {
      await remove('partial', tenant, id);
      known.change(tenant, id, () => undefined);
      await notes.remove(tenant, id);
    },

    promote: (tenant, id) => move(tenant, id, 'partial', 'committed'),
    async demote(tenant, id) {
      await ready('partial', tenant);
      const note = (await notes.read(tenant, id)) ?? { path: recoveredPath(id) };
      await notes.write(tenant, id, { ...note, complete: true });
      await move(tenant, id, 'committed', 'partial');
      const back = await partialInfo(tenant, id);
      known.change(tenant, id, () => back);
    },
    committed: (tenant) => list('committed', tenant),
    openCommitted: (tenant, id) => openStored('committed', tenant, id),
    committedPath: (tenant, id) => at.file('committed', tenant, id),
    removeCommitted: (tenant, id) => remove('committed', tenant, id),
    prove: () => onDisk(proveMoves(at.area('partial'), at.area('committed'))),

    async putReport(tenant, id, content) {
      const path = at.file('reports', tenant, id);
      const size = await inFolder('reports', tenant, () => onDisk(writeAtomically(path, content, true)));
      ledger.add(tenant, inBlocks(size));
      return { size };
    },
    openReport: (tenant, id) => openStored('reports', tenant, id),
    removeReport: (tenant, id) => remove('reports', tenant, id),
    reports: (tenant) => list('reports', tenant),

    usage: (tenant, quota) => ledger.usage(tenant, quota),
    async tidy(tenant, before) {
      for (const area of areas) await removeLeftovers(at.folder(area, tenant), before);
      await removeNameless(tenant, before);
    },
    async removeTenant(tenant) {
      for (const area of areas) {
        await rm(at.folder(area, tenant), { recursive: true, force: true });
        made.delete(at.folder(area, tenant));
      }
      ledger.forget(tenant);
      known.forget(tenant);
    },
    async removeRest(tenant, before) {
      let removed = 0;
      for (const area of areas) {
        const folder = at.folder(area, tenant);
        removed += await removeStill(folder, before, (name) => held.has(name.slice(0, ID_LENGTH)));
        made.delete(folder);
      }
      ledger.forget(tenant);
      known.forget(tenant);
      return removed;
    },
  };
}

/** Files that nobody keeps and that have not changed since, by name; then the folder, once it is empty. */
async function removeStill(folder: string, before: Date, isKept: (name: string) => boolean): Promise<number> {
  let removed = 0;
  for (const name of (await ifPresent(readdir(folder))) ?? []) {
    const file = await ifPresent(lstat(join(folder, name)));
    if (!file || file.mtime >= before || file.ctime >= before || isKept(name)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    removed++;
  }
  await rmdir(folder).catch(() => undefined);
  return removed;
}

/** Drafts of a crash, and notes whose bytes are gone (committed and on record, or never written). */
async function removeLeftovers(folder: string, before: Date): Promise<void> {
  const names = new Set((await ifPresent(readdir(folder))) ?? []);
  for (const name of names) {
    const lonely = name.endsWith('.json') && !names.has(name.slice(0, -'.json'.length));
    if (!lonely && !name.endsWith(UNFINISHED)) continue;
    const file = await ifPresent(lstat(join(folder, name)));
    if (file && file.mtime < before) await rm(join(folder, name), { force: true });
  }
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
