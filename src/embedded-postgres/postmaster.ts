import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ArrivageError, because } from '../errors.ts';
import { handOver, newPort, storedPort, type Cluster } from './cluster.ts';
import { steadyNow } from '../base/steady.ts';

/** A running Postgres as its pid file describes it (PostgreSQL documentation, "Database File Layout"). */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** Crash recovery may replay all of max_wal_size. */
export const READY_MS = 180_000;
const STOP_MS = 60_000;
const MAX_LOG = 8 * 1024 * 1024;

/** The Postgres that runs on the cluster, whoever started it. */
function runningPostmaster(cluster: Cluster): Postmaster | undefined {
  const path = join(cluster.data, 'postmaster.pid');
  const lines = readIfThere(path)
    ?.split('\n')
    .map((line) => line.trim());
  if (!lines) return undefined;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  // Being written: its owner is just starting.
  if (!pid) return { pid: 0, port: 0, ready: false };
  if (isPostgres(pid)) return { pid, port, ready: lines[7] === 'ready' };
  // After a restart of the machine or container its pid may be another process's, which Postgres would take for itself.
  if (isAlive(pid)) rmSync(path, { force: true });
  return undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isPostgres(pid: number): boolean {
  if (process.platform !== 'linux') return isAlive(pid);
  // "4711 (postgres) S …"; a zombie is no server.
  return /^\d+ \(postgres\) [^ZX]/.test(readIfThere(`/proc/${pid}/stat`) ?? '');
}

/**
 * Resolves with a Postgres that accepts connections, started by us or by another process at the same moment:
 * Postgres's own pid file lets only one through, and the others find that one.
 * @throws embedded_database with the end of the log
 */
export async function ensurePostmaster(
  cluster: Cluster,
  native: string,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  const end = steadyNow() + READY_MS;
  let failures = 0;
  while (steadyNow() < end) {
    const running = runningPostmaster(cluster);
    if (running?.ready) return running;
    if (running) {
      await pause(15);
      continue;
    }
    const complaint = await launch(cluster, native, settings);
    if (complaint === undefined || /lock file "postmaster.pid"/.test(complaint)) continue;
    // Sessions of a killed one may go on for seconds, or minutes in the midst of a sort.
    if (/pre-existing shared memory block/.test(complaint)) {
      await pause(250);
      continue;
    }
    if (/could not bind|Address already in use/.test(complaint)) await newPort(cluster);
    if (++failures >= 3)
      throw new ArrivageError('embedded_database', { why: because('postgres_not_started', { error: complaint }) });
  }
  throw new ArrivageError('embedded_database', {
    why: because('postgres_not_ready', { seconds: READY_MS / 1000, log: cluster.log }),
  });
}

/** Starts Postgres in a session of its own, so that Ctrl-C is ours alone; what it says if it ends before it is ready. */
async function launch(
  cluster: Cluster,
  native: string,
  settings: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const port = await storedPort(cluster);
  const log = openLog(cluster);
  const said = statSync(cluster.log).size;
  const handles = handOver(cluster.account, [cluster.data]);
  const [data] = handles.paths as [string];
  const flags = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = spawn(join(native, 'bin/postgres'), ['-D', data, ...flags], {
    ...cluster.account,
    cwd: '/',
    env: { LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', log, log, ...handles.fds],
  });
  closeSync(log);
  handles.close();
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  const onExit = () => (ended ??= tail(cluster.log, said));
  child.on('exit', onExit);
  child.unref();
  while (ended === undefined) {
    const running = runningPostmaster(cluster);
    if (running?.pid === child.pid && running?.ready) {
      // What it says when it is stopped later interests nobody, and its log may be gone by then.
      child.off('exit', onExit);
      return undefined;
    }
    await pause(15);
  }
  return ended;
}

function openLog(cluster: Cluster): number {
  const size = statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG) renameSync(cluster.log, `${cluster.log}.1`);
  return openSync(cluster.log, 'a', 0o600);
}

function tail(path: string, from: number): string {
  const fd = openSync(path, 'r');
  try {
    const start = Math.max(from, statSync(path).size - 2000);
    const into = Buffer.alloc(2000);
    return into.toString('utf8', 0, readSync(fd, into, 0, into.length, start)).trim();
  } finally {
    closeSync(fd);
  }
}

/** Ends Postgres in its "fast" mode: sessions are cut, everything committed is on disk. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const running = runningPostmaster(cluster);
  if (!running?.pid) return;
  process.kill(running.pid, 'SIGINT');
  const end = steadyNow() + STOP_MS;
  while (runningPostmaster(cluster)?.pid === running.pid && steadyNow() < end) await pause(15);
}
