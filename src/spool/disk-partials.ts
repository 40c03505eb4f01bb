import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { Locks } from '../db/locks.ts';
import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Areas } from './areas.ts';
import { inBlocks } from './blocks.ts';
import { ifPresent, onDisk } from './failures.ts';
import { openHasher } from './hasher.ts';
import type { Known, KnownPartials } from './known-partials.ts';
import { isId, type Layout } from './layout.ts';
import type { Notes } from './notes.ts';
import { openPartialFile } from './partial-file.ts';
import { type PartialLock, partialLock } from './partial-lock.ts';
import { type PartialFile, type Partials, recoveredPath } from './spool.ts';

const NEW_PARTIAL = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const OLD_PARTIAL = constants.O_RDWR | constants.O_NOFOLLOW;

export interface DiskPartials extends Partials {
  /** A transfer of this process is writing it. */
  isHeld(id: string): boolean;
  /** Removes what a kill left of partials in their first second, if it is older than that. */
  removeNameless(tenant: TenantId, before: Date): Promise<void>;
}

interface Parts {
  at: Layout;
  areas: Areas;
  notes: Notes;
  known: KnownPartials;
  /** Keeps other nodes from a partial. */
  locks: Pick<Locks, 'take'>;
  now: () => number;
}

/** Partials on a disk: bytes under `<id>`, their note beside them under `<id>.json`. */
export function openDiskPartials({ at, areas, notes, known, locks, now }: Parts): DiskPartials {
  /** What this process is writing; without a file for as long as it is being opened. */
  const held = new Map<string, PartialFile | undefined>();
  const hasher = openHasher();

  /** Its bytes changed now. */
  function touch(tenant: TenantId, id: string, size: number): void {
    const touched = new Date(now());
    known.change(tenant, id, (info) => {
      if (!info) return undefined;
      const modified = info.modified.getTime() === info.touched.getTime() ? touched : info.modified;
      return { ...info, size, touched, modified };
    });
  }

  async function hold(tenant: TenantId, id: string, flags: number, lock: PartialLock): Promise<PartialFile> {
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
      const grew = (bytes: number): void => areas.grew(tenant, bytes);
      const file = openPartialFile({ id, path, handle, present, hasher, lock, closed, grew });
      held.set(id, file);
      if (flags === NEW_PARTIAL) grew(inBlocks(0));
      return file;
    } catch (error) {
      closed();
      throw error;
    }
  }

  const goneFromHere = (tenant: TenantId, id: string) => (): void => known.change(tenant, id, () => undefined);

  return {
    async create(tenant, { id, ...note }) {
      let lock = partialLock(locks, id);
      const file = await areas.inFolder('partial', tenant, () => {
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
    open: (tenant, id) => hold(tenant, id, OLD_PARTIAL, partialLock(locks, id)),
    read: (tenant, id) => areas.open('partial', tenant, id),
    async list(tenant) {
      const found = await known.of(tenant);
      return found.map((info) =>
        held.has(info.id) ? { ...info, size: held.get(info.id)?.size ?? info.size, open: true } : info,
      );
    },
    async note(tenant, id, { modified, ...change }) {
      const note = await notes.read(tenant, id);
      if (!note) throw new ArrivageError('not_found', { path: id });
      const time = modified === undefined ? {} : { modified: modified.getTime() };
      await notes.write(tenant, id, { ...note, ...change, ...time });
      known.change(tenant, id, (info) => info && { ...info, ...change, ...(modified && { modified }) });
    },
    async remove(tenant, id) {
      await areas.remove('partial', tenant, id);
      known.change(tenant, id, () => undefined);
      await notes.remove(tenant, id);
    },
    promote: (tenant, id) => areas.move(tenant, id, 'partial', 'committed', goneFromHere(tenant, id)),
    async demote(tenant, id) {
      await areas.ready('partial', tenant);
      const note = (await notes.read(tenant, id)) ?? { path: recoveredPath(id) };
      await notes.write(tenant, id, { ...note, complete: true });
      await areas.move(tenant, id, 'committed', 'partial', () => undefined);
      const back = await partialInfo(at, notes, tenant, id);
      known.change(tenant, id, () => back);
    },
    isHeld: (id) => held.has(id),
    async removeNameless(tenant, before) {
      for (const id of ((await ifPresent(readdir(at.folder('partial', tenant)))) ?? []).filter(isId)) {
        const file = await ifPresent(lstat(at.file('partial', tenant, id)));
        if (file && file.mtime < before && !(await notes.read(tenant, id))) await areas.remove('partial', tenant, id);
      }
    },
  };
}

/** What lies in a tenant's folder, one after the other: the threads that read the disk are everybody's. */
export async function lookThrough(at: Layout, notes: Notes, tenant: TenantId): Promise<Known[]> {
  const names = (await ifPresent(readdir(at.folder('partial', tenant)))) ?? [];
  const found: Known[] = [];
  for (const id of names.filter(isId)) {
    const info = await partialInfo(at, notes, tenant, id);
    if (info) found.push(info);
  }
  return found;
}

async function partialInfo(at: Layout, notes: Notes, tenant: TenantId, id: string): Promise<Known | undefined> {
  const [file, noted] = await Promise.all([ifPresent(lstat(at.file('partial', tenant, id))), notes.read(tenant, id)]);
  // Bytes without a name nobody can continue: another node's in their first second, or what a kill left of such.
  if (!noted || !file?.isFile()) return undefined;
  const { mtime: touched, size } = file;
  const { modified, ...note } = noted;
  return { id, ...note, size, touched, modified: new Date(modified ?? touched), open: false };
}
