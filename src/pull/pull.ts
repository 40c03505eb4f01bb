import { setTimeout as sleep } from 'node:timers/promises';
import { reachable, type Database } from '../db/client.ts';
import { countFetched, fetchedFilesAmong } from '../db/queries/uploads/fetched-files.ts';
import { ArrivageError } from '../errors.ts';
import type { Connector, RemoteFile } from '../model/connector.ts';
import type { Dataset } from '../model/dataset.ts';
import type { LeftAtSource } from '../model/sync.ts';
import type { Tenant, TenantId } from '../model/tenant.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { Depot } from '../transfer/depot.ts';
import { chooseFiles, matchingFiles, sameFile, type Choice, type Chosen, type Wish } from './choose.ts';
import { openConnector } from './connector-store.ts';
import { disposeOf, disposeTaken, leftFile, stillOwed, type LeftFile } from './dispose.ts';
import { openRemote } from './open-remote.ts';
import { patiently, type Pause } from './patience.ts';
import type { Remote } from './remote.ts';
import { settledChoice, type Settled } from './settle.ts';
import { takeFile } from './take.ts';
import { testConnector, type TestStep } from './test-connector.ts';

export interface PullDeps {
  depot: Depot & { database: Pick<Database, 'db' | 'sql'> };
  keyring: Keyring;
  privateTargets: readonly string[];
  open?: typeof openRemote;
  pause?: Pause;
}

export interface PullSync {
  id: number;
  /** Only these; null means all that the connector knows. */
  datasets: Dataset[] | null;
  force: boolean;
  dryRun: boolean;
}

export interface Pull {
  /**
   * Takes what is new from the tenant's own server: each file is an upload that belongs to the sync. It can be called
   * again for a sync whose fetch failed or was cut off at any instant, and goes on from there; see docs/failures.md.
   * @param onProgress bytes that came, of the bytes of all files
   * @returns how many uploads the sync has from it, the datasets of which no file is there, and what could not be put away
   * @throws ArrivageError saying which step failed; the signal's reason when it is aborted
   */
  fetch(
    tenant: Tenant,
    sync: PullSync,
    signal: AbortSignal,
    onProgress: (bytesDone: number, bytesTotal: number) => void,
  ): Promise<{ taken: number; missing: Dataset[]; left?: LeftAtSource }>;
  /**
   * Goes through the steps of a fetch without reading or changing anything.
   * @throws no_connector; the signal's reason when it is aborted
   */
  test(tenant: TenantId, signal: AbortSignal): Promise<TestStep[]>;
}

/** Files that one sync takes at most; the rest waits at its source for the next. */
const MOST_FILES = 200;

/** What one fetch works with. */
interface Job extends Required<PullDeps> {
  tenant: Tenant;
  sync: PullSync;
  connector: Connector;
  signal: AbortSignal;
  onProgress: (bytesDone: number, bytesTotal: number) => void;
}

export function createPull(given: PullDeps): Pull {
  const deps = { open: openRemote, pause: pauseFor, ...given };
  const { open, privateTargets } = deps;
  const { db, sql } = deps.depot.database;
  const connectorOf = async (tenant: TenantId): Promise<Connector> => {
    const connector = await reachable(openConnector(db, deps.keyring, tenant));
    if (!connector) throw new ArrivageError('no_connector');
    return connector;
  };
  return {
    test: async (tenant, signal) => testConnector(await connectorOf(tenant), { privateTargets, open }, signal),
    async fetch(tenant, sync, signal, onProgress) {
      const connector = await connectorOf(tenant.id);
      const job = { ...deps, tenant, sync, connector, signal, onProgress };
      const fetched = await patiently((moved) => fetchOnce(job, moved), deps.pause, signal);
      return { taken: await reachable(countFetched(sql, tenant.id, sync.id)), ...fetched };
    },
  };
}

const pauseFor: Pause = (ms, signal) => sleep(ms, undefined, { signal });

type Fetched = Awaited<ReturnType<Pull['fetch']>>;

async function fetchOnce(job: Job, moved: () => void): Promise<Omit<Fetched, 'taken'>> {
  const { connector, open, privateTargets, pause, signal, sync } = job;
  const remote = await open(connector, { privateTargets }, signal);
  try {
    const wish = { ...connector, ...sync };
    const settled = await settledChoice(connector, remote, (listing) => choose(job, wish, listing), pause, signal);
    await takeAll(job, remote, settled.files.slice(0, MOST_FILES), moved);
    const left = sync.dryRun ? [] : await putAway(job, remote, settled);
    return { missing: settled.missing, ...asLeft(connector, left) };
  } finally {
    await remote.close();
  }
}

async function choose({ depot, tenant, sync }: Job, wish: Wish, listing: readonly RemoteFile[]): Promise<Chosen> {
  const names = listing.map(({ name }) => name);
  const taken = await reachable(fetchedFilesAmong(depot.database.sql, tenant.id, sync.id, names));
  return chooseFiles(wish, listing, taken);
}

async function takeAll(job: Job, remote: Remote, files: readonly Choice[], moved: () => void): Promise<void> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let before = 0;
  for (const { file } of files) {
    let start: number | undefined;
    await takeFile({ ...job, remote }, file, (bytes) => {
      start ??= bytes;
      if (bytes > start) moved();
      job.onProgress(before + bytes, total);
    });
    before += file.size;
    job.depot.log.info({ tenant: job.tenant.id, sync: job.sync.id, name: file.name, size: file.size }, 'file taken');
  }
}

/** Names that a report shows. */
const MOST_LEFT = 20;

function asLeft({ afterReading: { kind } }: Connector, left: readonly LeftFile[]): { left?: LeftAtSource } {
  if (left.length === 0 || kind === 'leave') return {};
  return { left: { how: kind, count: left.length, files: left.slice(0, MOST_LEFT) } };
}

/**
 * What was taken goes from its source, and then its done-file, unless that speaks for files that are still to be
 * taken. All of it is tidying: the uploads are safe, so that a failure is only told.
 * @returns what stays there
 */
async function putAway(job: Job, remote: Remote, { listing }: Settled): Promise<LeftFile[]> {
  const { connector, depot, tenant } = job;
  if (connector.afterReading.kind === 'leave') return [];
  const disposal = { sql: depot.database.sql, log: depot.log, remote, connector };
  try {
    const left = await disposeTaken(disposal);
    if (left.length > 0 || connector.doneFile === null) return left;
    const now = await remote.list();
    const ahead = await choose(job, { ...connector, datasets: null, force: false }, now);
    if (ahead.files.length + ahead.awaited.length > 0) return left;
    for (const mark of matchingFiles(connector.doneFile, now))
      if (listing.some((one) => sameFile(one, mark))) left.push(...(await disposeOf(disposal, mark)));
    return left;
  } catch (error) {
    job.signal.throwIfAborted();
    depot.log.warn({ err: error, tenant: tenant.id }, 'files that were taken are still at their source');
    const owed = await stillOwed(disposal, listing);
    return owed.map(({ name }) => leftFile(name, error));
  }
}
