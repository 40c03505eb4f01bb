import { createHash } from 'node:crypto';
import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import { inBlocks } from './blocks.ts';
import { recoveredPath } from './spool.ts';
import type { PartialFile, PartialInfo, Spool, StoredFile } from './spool.ts';

interface Bytes {
  data: Buffer;
  modified: Date;
}
type Note = Pick<PartialInfo, 'path' | 'complete'> & { modified?: Date };

interface Shelf {
  notes: Map<string, Note>;
  partial: Map<string, Bytes>;
  committed: Map<string, Bytes>;
  reports: Map<string, Bytes>;
}

/** The spool's twin for tests: same contract, no disk. `capacity` in bytes, over which everything is `disk_full`. */
export function openMemorySpool(capacity = Number.POSITIVE_INFINITY): Spool {
  const shelves = new Map<TenantId, Shelf>();
  const held = new Set<string>();

  const shelf = (tenant: TenantId): Shelf => {
    const found = shelves.get(tenant);
    if (found) return found;
    const made: Shelf = { notes: new Map(), partial: new Map(), committed: new Map(), reports: new Map() };
    shelves.set(tenant, made);
    return made;
  };
  const sizesOf = ({ partial, committed, reports }: Shelf): number[] =>
    [partial, committed, reports].flatMap((map) => [...map.values()]).map(({ data }) => data.length);
  const makeRoom = (bytes: number): void => {
    const used = [...shelves.values()].flatMap(sizesOf).reduce((sum, size) => sum + size, 0);
    if (used + bytes > capacity) throw new ArrivageError('disk_full');
  };

  function hold(tenant: TenantId, id: string): PartialFile {
    if (held.has(id)) throw new ArrivageError('transfer_under_way');
    const file = present(shelf(tenant).partial, id);
    held.add(id);
    return memoryPartial(id, file, makeRoom, () => void held.delete(id));
  }

  function move(from: Map<string, Bytes>, to: Map<string, Bytes>, id: string): void {
    const file = from.get(id) ?? present(to, id);
    from.delete(id);
    to.set(id, { data: file.data, modified: new Date() });
  }

  /* eslint-disable @typescript-eslint/require-await -- the contract is asynchronous, memory is not */
  return {
    partials: {
      async create(tenant, { id, ...note }) {
        const { notes, partial } = shelf(tenant);
        if (partial.has(id)) throw new Error(`partial ${id} exists already`);
        notes.set(id, { ...note, complete: false });
        partial.set(id, { data: Buffer.alloc(0), modified: new Date() });
        return hold(tenant, id);
      },
      async open(tenant, id) {
        return hold(tenant, id);
      },
      async read(tenant, id) {
        return stored(present(shelf(tenant).partial, id));
      },
      async list(tenant) {
        const { notes, partial } = shelf(tenant);
        return [...partial].flatMap(([id, { data, modified }]) => {
          const note = notes.get(id);
          return note ? [{ id, size: data.length, modified, touched: modified, ...note, open: held.has(id) }] : [];
        });
      },
      async note(tenant, id, change) {
        const { notes } = shelf(tenant);
        const note = notes.get(id);
        if (!note) throw new ArrivageError('not_found', { path: id });
        notes.set(id, { ...note, ...change });
      },
      async remove(tenant, id) {
        shelf(tenant).partial.delete(id);
        shelf(tenant).notes.delete(id);
      },
      async promote(tenant, id) {
        move(shelf(tenant).partial, shelf(tenant).committed, id);
      },
      async demote(tenant, id) {
        const { notes, partial, committed } = shelf(tenant);
        notes.set(id, { ...(notes.get(id) ?? { path: recoveredPath(id) }), complete: true });
        move(committed, partial, id);
      },
    },
    committed: {
      async open(tenant, id) {
        return stored(present(shelf(tenant).committed, id));
      },
      path() {
        throw new Error('the memory spool has no paths');
      },
      async *list(tenant) {
        for (const [id, { data, modified }] of shelf(tenant).committed) yield { id, size: data.length, modified };
      },
      async remove(tenant, id) {
        shelf(tenant).committed.delete(id);
      },
    },
    reports: {
      async put(tenant, id, content) {
        const chunks: Buffer[] = [];
        for await (const chunk of content) chunks.push(Buffer.from(chunk as Uint8Array));
        const data = Buffer.concat(chunks);
        makeRoom(data.length);
        shelf(tenant).reports.set(id, { data, modified: new Date() });
        return { size: data.length };
      },
      async open(tenant, id) {
        return stored(present(shelf(tenant).reports, id));
      },
      async *list(tenant) {
        for (const [id, { modified }] of shelf(tenant).reports) yield { id, modified };
      },
      async remove(tenant, id) {
        shelf(tenant).reports.delete(id);
      },
    },
    prove() {
      makeRoom(1);
      return Promise.resolve();
    },
    async tenants() {
      return [...shelves.keys()];
    },
    async usage(tenant) {
      return sizesOf(shelf(tenant)).reduce((sum, size) => sum + inBlocks(size), 0);
    },
    async tidy(tenant) {
      const { notes, partial } = shelf(tenant);
      for (const id of notes.keys()) if (!partial.has(id)) notes.delete(id);
    },
    async removeTenant(tenant) {
      shelves.delete(tenant);
    },
    async removeRest(tenant, before) {
      const { notes, ...areas } = shelf(tenant);
      let removed = 0;
      for (const area of Object.values(areas))
        for (const [id, { modified }] of area)
          if (modified < before && !held.has(id)) {
            area.delete(id);
            notes.delete(id);
            removed++;
          }
      return removed;
    },
  };
}

function memoryPartial(id: string, file: Bytes, makeRoom: (bytes: number) => void, closed: () => void): PartialFile {
  const grow = (to: number): void => {
    if (to <= file.data.length) return;
    makeRoom(to - file.data.length);
    file.data = Buffer.concat([file.data, Buffer.alloc(to - file.data.length)]);
  };
  return {
    id,
    get size() {
      return file.data.length;
    },
    async write(chunk, position) {
      grow(position + chunk.length);
      file.data.set(chunk, position);
      file.modified = new Date();
    },
    async truncate(size) {
      grow(size);
      file.data = file.data.subarray(0, size);
    },
    async sync() {
      // Memory has nothing to flush.
    },
    async sha256() {
      return createHash('sha256').update(file.data).digest('hex');
    },
    async close() {
      closed();
    },
  };
}
/* eslint-enable @typescript-eslint/require-await */

function present(map: Map<string, Bytes>, id: string): Bytes {
  const file = map.get(id);
  if (!file) throw Object.assign(new Error(`ENOENT: no bytes under ${id}`), { code: 'ENOENT' });
  return file;
}

function stored({ data }: Bytes): StoredFile {
  return {
    size: data.length,
    read: (into, position) => {
      const part = data.subarray(position, position + into.length);
      into.set(part);
      return Promise.resolve(part.length);
    },
    close: () => Promise.resolve(),
  };
}
