import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ArrivageError, because, verbatim } from '../errors.ts';
import type { Account } from './account.ts';

/** The files of the embedded Postgres, all in `<data folder>/postgres`. */
export interface Cluster {
  folder: string;
  /** Postgres's own files, owned by the account that runs it. */
  data: string;
  log: string;
  account: Account | undefined;
  password: string;
}

export const SUPERUSER = 'arrivage';

export const clusterFolder = (dataDir: string): string => join(dataDir, 'postgres');
const dataOf = (folder: string): string => join(folder, 'data');

/**
 * Opens the cluster of a data folder, and makes it where there is none: aside, then renamed into place, so that a
 * half-made one is never met and of two processes that begin together one wins.
 * @throws embedded_database
 */
export async function openCluster(dataDir: string, account: Account | undefined, native: string): Promise<Cluster> {
  const folder = clusterFolder(dataDir);
  try {
    if (!existsSync(folder)) await makeCluster(folder, account, native);
    await removeDrafts(dataDir);
    const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
    return { folder, data: dataOf(folder), log: join(folder, 'log'), account, password };
  } catch (error) {
    if (error instanceof ArrivageError) throw error;
    throw new ArrivageError('embedded_database', { why: verbatim((error as Error).message) }, error);
  }
}

async function makeCluster(folder: string, account: Account | undefined, native: string): Promise<void> {
  const draft = `${folder}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await mkdir(dataOf(draft), { mode: 0o700 });
    const passwordFile = join(draft, 'password');
    await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    if (account) for (const path of [dataOf(draft), passwordFile]) await chown(path, account.uid, account.gid);
    await initdb(native, account, dataOf(draft), passwordFile);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(dataOf(folder))) throw error;
  }
}

const DRAFT = /^postgres\.[0-9a-f]{12}$/;
/** Making one takes seconds. */
const DRAFT_MS = 3_600_000;

/** What a process left that was killed while it made the cluster. */
async function removeDrafts(dataDir: string): Promise<void> {
  for (const name of (await readdir(dataDir)).filter((one) => DRAFT.test(one))) {
    const path = join(dataDir, name);
    const made = await stat(path).catch(() => undefined);
    if (made && made.mtimeMs < Date.now() - DRAFT_MS) await rm(path, { recursive: true, force: true });
  }
}

async function initdb(native: string, account: Account | undefined, data: string, passwordFile: string): Promise<void> {
  const handles = handOver(account, [data, passwordFile]);
  const [dataArgument, passwordArgument] = handles.paths as [string, string];
  const child = spawn(
    join(native, 'bin/initdb'),
    [
      `--pgdata=${dataArgument}`,
      `--pwfile=${passwordArgument}`,
      `--username=${SUPERUSER}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order of text on every machine, whatever locales it has.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--set=timezone=UTC',
    ],
    { ...account, cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'pipe', ...handles.fds] },
  );
  handles.close();
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4096)));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0)
    throw new ArrivageError('embedded_database', { why: because('initdb_failed', { error: complaint.trim() }) });
}

/**
 * Names for files below folders that the account cannot traverse (a data folder in /root): opened by us and inherited,
 * they are reached through /proc/self/fd without any privilege. `fds` go to the child's stdio from 3 on.
 */
export function handOver(account: Account | undefined, paths: string[]): HandOver {
  if (!account || process.platform !== 'linux') return { paths, fds: [], close: () => undefined };
  const fds = paths.map((path) => openSync(path, constants.O_RDONLY));
  return {
    paths: fds.map((_, i) => `/proc/self/fd/${i + 3}`),
    fds,
    close: () => fds.forEach((fd) => closeSync(fd)),
  };
}

interface HandOver {
  paths: string[];
  fds: number[];
  close: () => void;
}

/** The port of last time, so that a saved address stays good. */
export async function storedPort(cluster: Cluster): Promise<number> {
  const text = await readFile(join(cluster.folder, 'port'), 'utf8').catch(() => '');
  return /^\d+\s*$/.test(text) ? Number(text) : newPort(cluster);
}

/** Takes a free port below the range from which systems take those of outgoing connections, and keeps it. */
export async function newPort(cluster: Cluster): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!(await isFree(port))) continue;
    const draft = join(cluster.folder, `port.${process.pid}`);
    await writeFile(draft, `${port}\n`);
    await rename(draft, join(cluster.folder, 'port'));
    return port;
  }
  throw new ArrivageError('embedded_database', { why: because('no_local_port') });
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
