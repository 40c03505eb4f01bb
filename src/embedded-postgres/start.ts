import { setTimeout as pause } from 'node:timers/promises';
import { mkdir } from 'node:fs/promises';
import postgres from 'postgres';
import { ArrivageError, verbatim } from '../errors.ts';
import { steadyNow } from '../base/steady.ts';
import { isStarting, isUnavailable } from '../db/client.ts';
import { serverAccount } from './account.ts';
import { binariesFor } from './binaries.ts';
import { clusterFolder, openCluster, SUPERUSER, type Cluster } from './cluster.ts';
import { ensurePostmaster, READY_MS, stopPostmaster } from './postmaster.ts';
import { oneConnection } from '../db/one-connection.ts';

/**
 * For imports, and durable. Measured with COPY into a temporary table and INSERT … SELECT of 1M rows: alone, none of
 * them moves the time by more than 5 %, nor do wal_compression, wal_level=minimal, temp_buffers and io_method. What
 * they do is keep checkpoints and sorts on disk out of larger loads.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  work_mem: '64MB',
  maintenance_work_mem: '256MB',
  jit: 'off',
  random_page_cost: '1.1',
  log_checkpoints: 'off',
};

const DATABASE = 'arrivage';

/** Everyone who uses the server holds this lock shared; who gets it alone is the last one and may stop it. */
const LEASE = 0x6c656173;
const ATTEMPTS = 20;
const RETRY_MS = 1000;

export interface EmbeddedDatabase {
  readonly url: string;
  readonly folder: string;
  /** Leaves, and stops Postgres if nobody else uses it. Close your own connections first. `force` stops it anyway. */
  stop(options?: { force: boolean }): Promise<void>;
}

/**
 * Starts the Postgres of a data folder, or joins the one that runs there already (of another process, or left over
 * after a kill -9). It is started again if it dies while we use it.
 * @throws embedded_database
 */
export async function startEmbedded(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedDatabase> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new ArrivageError('embedded_database', { why: verbatim((error as Error).message) }, error);
  });
  const account = serverAccount(`${clusterFolder(dataDir)}/data`);
  const native = binariesFor(account);
  const cluster = await openCluster(dataDir, account, native);
  const join = () => takeLease(cluster, native, { ...SETTINGS, ...settings });
  const first = await join();
  const leaving = new AbortController();
  const last = keepLease(first, join, leaving.signal);
  return {
    url: urlOf(cluster, first.port, DATABASE),
    folder: cluster.folder,
    stop: async (options = { force: false }) => {
      leaving.abort();
      await leave(cluster, (await last).sql, options.force);
    },
  };
}

/** Takes the lease again, and so starts Postgres again, whenever it is lost. @returns the lease held at the end */
async function keepLease(first: Lease, join: () => Promise<Lease>, leaving: AbortSignal): Promise<Lease> {
  const left = new Promise<void>((resolve) => leaving.addEventListener('abort', () => resolve()));
  let lease = first;
  for (;;) {
    await Promise.race([lease.lost, left]);
    if (leaving.aborted) return lease;
    try {
      const next = await join();
      await lease.sql.end({ timeout: 0 });
      lease = next;
    } catch {
      await Promise.race([pause(RETRY_MS, undefined, { ref: false }), left]);
    }
  }
}

interface Lease {
  sql: postgres.Sql;
  port: number;
  lost: Promise<void>;
}

async function takeLease(cluster: Cluster, native: string, settings: Readonly<Record<string, string>>): Promise<Lease> {
  const end = steadyNow() + READY_MS;
  for (let failures = 0; ;) {
    const { port } = await ensurePostmaster(cluster, native, settings);
    const lease = connect(cluster, port);
    try {
      // Waits while someone is about to stop the server, and fails once it is stopped.
      await lease.sql`select pg_advisory_lock_shared(${LEASE})`;
      await createDatabase(lease.sql);
      return lease;
    } catch (error) {
      await lease.sql.end({ timeout: 1 });
      const isHopeless = isStarting(error) ? steadyNow() > end : !isUnavailable(error) || ++failures >= ATTEMPTS;
      if (isHopeless) throw new ArrivageError('embedded_database', { why: verbatim((error as Error).message) }, error);
      await pause(50);
    }
  }
}

function connect(cluster: Cluster, port: number): Lease {
  let onclose: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => (onclose = resolve));
  const sql = oneConnection(urlOf(cluster, port, 'postgres'), { name: 'arrivage lease', onclose });
  return { sql, port, lost };
}

async function createDatabase(sql: postgres.Sql): Promise<void> {
  const [found] = await sql`select 1 from pg_database where datname = ${DATABASE}`;
  if (found) return;
  await sql`create database ${sql(DATABASE)}`.catch((error: unknown) => {
    // 42P04, or 23505 when two begin together.
    if (!(error instanceof postgres.PostgresError && /^(42P04|23505)$/.test(error.code))) throw error;
  });
}

async function leave(cluster: Cluster, sql: postgres.Sql, force: boolean): Promise<void> {
  try {
    if (force || (await isLast(sql))) await stopPostmaster(cluster);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Holds the lease alone from here on, so that nobody joins a server which is about to stop. */
async function isLast(sql: postgres.Sql): Promise<boolean> {
  await sql`select pg_advisory_unlock_shared(${LEASE})`;
  const [lock] = await sql`select pg_try_advisory_lock(${LEASE}) as alone`;
  if (lock?.['alone'] !== true) return false;
  // Connections just closed take a moment to disappear.
  for (let attempt = 0; attempt < 20; attempt++) {
    const [others] = await sql`
      select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    if (others?.['n'] === 0) return true;
    await pause(25);
  }
  return false;
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}
