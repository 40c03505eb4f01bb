/** The whole way from a committed upload to committed rows, by the code of this checkout or of another. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import type { Mapping } from '../src/model/mapping.ts';
import type { VirtualPath } from '../src/model/path.ts';
import type { Partials, Spool } from '../src/spool/spool.ts';

export interface Importer {
  /** A live tenant whose every upload is a sync; its écritures are read as the mapping says, if there is one. */
  tenant(id: string, mapping?: Mapping): Promise<void>;
  /** Commits a file as a door does. */
  commit(tenant: string, name: string, path: string): Promise<void>;
  /** Imports what waits. @returns seconds of processor time that this process took */
  advance(tenant: string): Promise<number>;
  /** How each file of écritures came out, in the order of the syncs. */
  outcomes(tenant: string): Promise<Record<string, unknown>[]>;
  /** No écritures, as before the first import. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param checkout the root of a checkout, with its dependencies and built
 * @param folder of its own, for its spool
 */
export async function openImporter(checkout: string, url: string, folder: string): Promise<Importer> {
  /** A module of the checkout; `before`: where it stood in older ones. */
  const load = async (path: string, before = path): Promise<unknown> => {
    const places = [path, before].map((place) => join(checkout, 'src', place));
    return import(pathToFileURL(places.find((place) => existsSync(place)) ?? path).href);
  };
  const { recordUpload } = (await load(
    'db/queries/uploads/arrivals.ts',
    'db/arrivals.ts',
  )) as typeof import('../src/db/queries/uploads/arrivals.ts');
  const { openDatabase } = (await load('db/client.ts')) as typeof import('../src/db/client.ts');
  const { setMapping } = (await load(
    'db/queries/tenants/mappings.ts',
    'db/mappings.ts',
  )) as typeof import('../src/db/queries/tenants/mappings.ts');
  const { migrateDatabase } = (await load('db/migrate.ts')) as typeof import('../src/db/migrate.ts');
  const { createTenant } = (await load(
    'db/queries/tenants/tenants.ts',
    'db/tenants.ts',
  )) as typeof import('../src/db/queries/tenants/tenants.ts');
  const { createEvents } = (await load('events.ts')) as typeof import('../src/events.ts');
  const { openDiskSpool } = (await load('spool/disk.ts')) as typeof import('../src/spool/disk.ts');
  const { createAdvance } = (await load('sync/advance.ts')) as typeof import('../src/sync/advance.ts');
  const { startReader } = (await load(
    'reader/reader.ts',
    'sync/reader.ts',
  )) as typeof import('../src/reader/reader.ts');

  await migrateDatabase(url);
  const database = openDatabase(url, { statementMs: 0 });
  const spool = openDiskSpool(join(folder, 'spool'));
  const partials = partialsOf(spool);
  const reader = startReader();
  const advance = createAdvance({
    database,
    loadDatabase: database,
    spool,
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    isStopping: () => false,
    withReader: (work) => work(reader),
    events: createEvents((error) => console.error(error)),
    log: pino({ level: 'error' }),
    now: () => new Date(),
    scratch: ({ syncId }) => join(folder, `scratch-${syncId}`),
  });

  return {
    async tenant(id, mapping) {
      await createTenant(database.db, { id, name: id, state: 'live', trigger: 'each', maxFileBytes: 1e12 });
      if (mapping) await setMapping(database.db, id, 'ecritures', mapping);
    },
    async commit(tenant, name, path) {
      const id = randomUUID();
      const { size } = await stat(path);
      const upload = `/${name}` as VirtualPath;
      const partial = await partials.create(tenant, { id, path: upload });
      const hash = createHash('sha256');
      let at = 0;
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        await partial.write(chunk, at);
        at += chunk.length;
      }
      await partial.sync();
      await partial.close();
      await partials.promote(tenant, id);
      const fact = { tenant, id, path: upload, size, door: 'import', username: null, modified: new Date() } as const;
      await recordUpload(database.sql, { ...fact, sha256: hash.digest('hex') });
    },
    async advance(tenant) {
      const before = process.cpuUsage();
      await advance(tenant, { hurry: true }, new AbortController().signal);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    },
    outcomes: (tenant) => database.sql`
      select s.id, s.state, s.durations, f.read, f.inserted, f.updated, f.unchanged, f.settled, f.rejected, f.duplicate
      from syncs s join sync_files f on f.tenant_id = s.tenant_id and f.sync_id = s.id
      where s.tenant_id = ${tenant} and f.dataset = 'ecritures' order by s.id`,
    async empty() {
      await database.sql`truncate ecritures`;
    },
    async close() {
      await reader.close();
      await database.close();
    },
  };
}

/** Checkouts that came before have one store, with longer names. */
function partialsOf(spool: Spool): Pick<Partials, 'create' | 'promote'> {
  if (typeof spool.partials !== 'function') return spool.partials;
  const { createPartial: create, promote } = spool as unknown as {
    createPartial: Partials['create'];
    promote: Partials['promote'];
  };
  return { create, promote };
}
