import { createHash, randomBytes } from 'node:crypto';
import { syncs } from '../../src/db/schema/tables.ts';
import { ArrivageError } from '../../src/errors.ts';
import type { RemoteFile } from '../../src/model/connector.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { connectorInput, connectorOf } from '../../src/pull/connector-input.ts';
import { storeConnector } from '../../src/pull/connector-store.ts';
import { createPull, type PullSync } from '../../src/pull/pull.ts';
import type { Remote } from '../../src/pull/remote.ts';
import { memoryRemote, type MemoryFile } from '../../src/pull/remote/memory.ts';
import { createKeyring } from '../../src/secrets/keyring.ts';
import type { Depot } from '../../src/transfer/depot.ts';
import { addTenant, type TestDepot } from '../support/server.ts';

export const keyring = createKeyring([{ id: 'test', key: randomBytes(32) }]);
export const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 24, hour));
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A chunk of the twin is this long, so that a file comes in several. */
const CHUNK = 4;

export interface World {
  tenant: Tenant;
  /** What lies on the customer's server, by name. */
  remote: Map<string, MemoryFile>;
  put(name: string, text: string, hour?: number): void;
  /** What the twin does beside serving: cut, change files, fail. */
  faults: Faults;
  /** What was asked of the server: `list`, `read a.csv 0`, `remove a.csv`. */
  asked: string[];
  /** Milliseconds of each pause. */
  pauses: number[];
  sync(given?: Partial<PullSync>): Promise<PullSync>;
  fetch(
    sync: PullSync,
    depot?: Depot,
    wrap?: (remote: Remote) => Remote,
  ): Promise<{ taken: number; missing: string[] }>;
  uploads(): Promise<{ path: string; state: string; sync: number | null; sha256: string }[]>;
}

interface Faults {
  /** Runs at each listing, before it is made; its number counts from 1. */
  onList?: (count: number) => void;
  /** Runs before each chunk is handed out. */
  onChunk?: (name: string, offset: number) => void;
  onPause?: (count: number) => void;
  onDispose?: (name: string) => void;
}

export const cut = (): never => {
  throw new ArrivageError('remote_cut', { during: 'read' });
};

export async function pullWorld(
  depot: TestDepot,
  connector: Record<string, unknown>,
  tenantId = 'acme',
): Promise<World> {
  const tenant = await addTenant(depot, { id: tenantId });
  await setConnector(depot, connector, tenantId);
  const remote = new Map<string, MemoryFile>();
  const world: Pick<World, 'faults' | 'asked' | 'pauses'> = { faults: {}, asked: [], pauses: [] };
  const { database } = depot;
  return {
    ...world,
    tenant,
    remote,
    put: (name, text, hour = 8) => void remote.set(name, { bytes: Buffer.from(text), modified: at(hour) }),
    async sync(given = {}) {
      const row = { tenantId: tenant.id, cause: 'request', fetch: true, state: 'running' as const };
      const [made] = await database.db.insert(syncs).values(row).returning({ id: syncs.id });
      if (!made) throw new Error('insert returned no row');
      return { id: made.id, datasets: null, force: false, dryRun: false, ...given };
    },
    fetch(sync, on = depot, wrap = (remote) => remote) {
      const pull = createPull({
        depot: { ...on, database: { db: database.db, sql: on.database.sql } },
        keyring,
        privateTargets: [],
        open: () => Promise.resolve(wrap(faulty(memoryRemote(remote), world))),
        pause: (ms) => {
          world.pauses.push(ms);
          world.faults.onPause?.(world.pauses.length);
          return Promise.resolve();
        },
      });
      return pull.fetch(tenant, sync, new AbortController().signal, () => undefined);
    },
    uploads: () => database.sql`
      select path, state, sync_id::float8 as sync, sha256 from uploads where tenant_id = ${tenant.id} order by received_at, path`,
  };
}

/** The connector of a tenant: SFTP, without waiting for files to be still, unless told otherwise. */
export async function setConnector(depot: TestDepot, given: Record<string, unknown>, tenantId = 'acme'): Promise<void> {
  const usual = { protocol: 'sftp', host: 'files.example', username: 'acme', password: 'secret', stableSeconds: 0 };
  const { settings, secrets } = connectorOf(connectorInput.parse({ ...usual, ...given }));
  await storeConnector(depot.database, keyring, tenantId, settings, secrets);
}

function faulty(remote: Remote, { faults, asked }: Pick<World, 'faults' | 'asked'>): Remote {
  return {
    ...remote,
    list() {
      asked.push('list');
      faults.onList?.(asked.filter((each) => each === 'list').length);
      return remote.list();
    },
    read: (file, offset) => {
      asked.push(`read ${file.name} ${offset}`);
      return chunks(remote, file, offset, faults);
    },
    async move(name, folder) {
      faults.onDispose?.(name);
      asked.push(`move ${name} ${folder}`);
      await remote.move(name, folder);
    },
    async remove(name) {
      faults.onDispose?.(name);
      asked.push(`remove ${name}`);
      await remote.remove(name);
    },
  };
}

async function* chunks(remote: Remote, file: RemoteFile, offset: number, faults: Faults): AsyncIterable<Uint8Array> {
  let position = offset;
  for await (const whole of remote.read(file, offset)) {
    for (let start = 0; start < whole.length; start += CHUNK) {
      faults.onChunk?.(file.name, position);
      const chunk = whole.subarray(start, start + CHUNK);
      position += chunk.length;
      yield chunk;
    }
  }
}
