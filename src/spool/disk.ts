import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locks } from '../db/locks.ts';
import { grammar, type TenantId } from '../model/tenant.ts';
import { type Areas, openAreas } from './areas.ts';
import { UNFINISHED, writeAtomically } from './atomic.ts';
import { inBlocks } from './blocks.ts';
import { lookThrough, openDiskPartials } from './disk-partials.ts';
import { ifPresent, onDisk } from './failures.ts';
import { openKnownPartials } from './known-partials.ts';
import { areas as areaNames, ID_LENGTH, type Layout, layout } from './layout.ts';
import { openNotes } from './notes.ts';
import { proveMoves } from './prove.ts';
import type { Committed, Reports, Spool } from './spool.ts';

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
  const notes = openNotes((tenant, id) => at.sidecar(tenant, id));
  const known = openKnownPartials((tenant) => lookThrough(at, notes, tenant));
  const areas = openAreas(at, now, (tenant) => known.forget(tenant));
  const partials = openDiskPartials({ at, areas, notes, known, locks, now });
  return {
    partials,
    committed: diskCommitted(at, areas),
    reports: diskReports(at, areas),

    prove: () => onDisk(proveMoves(at.area('partial'), at.area('committed'))),
    async tenants() {
      const found = new Set<TenantId>();
      for (const area of areaNames)
        for (const name of (await ifPresent(readdir(at.area(area)))) ?? [])
          if (grammar.tenantId.test(name)) found.add(name);
      return [...found];
    },
    usage: (tenant, quota) => areas.usage(tenant, quota),
    async tidy(tenant, before) {
      for (const area of areaNames) await removeLeftovers(at.folder(area, tenant), before);
      await partials.removeNameless(tenant, before);
    },
    removeTenant: (tenant) => areas.clear(tenant, (folder) => rm(folder, { recursive: true, force: true })),
    async removeRest(tenant, before) {
      let removed = 0;
      await areas.clear(tenant, async (folder) => {
        removed += await removeStill(folder, before, (name) => partials.isHeld(name.slice(0, ID_LENGTH)));
      });
      return removed;
    },
  };
}

const diskCommitted = (at: Layout, areas: Areas): Committed => ({
  open: (tenant, id) => areas.open('committed', tenant, id),
  path: (tenant, id) => at.file('committed', tenant, id),
  list: (tenant) => areas.list('committed', tenant),
  remove: (tenant, id) => areas.remove('committed', tenant, id),
});

const diskReports = (at: Layout, areas: Areas): Reports => ({
  async put(tenant, id, content) {
    const path = at.file('reports', tenant, id);
    const size = await areas.inFolder('reports', tenant, () => onDisk(writeAtomically(path, content, true)));
    areas.grew(tenant, inBlocks(size));
    return { size };
  },
  open: (tenant, id) => areas.open('reports', tenant, id),
  list: (tenant) => areas.list('reports', tenant),
  remove: (tenant, id) => areas.remove('reports', tenant, id),
});

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
