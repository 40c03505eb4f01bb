import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { oneConnection } from '../../src/db/one-connection.ts';
import { run } from '../support/clients.ts';
import { serverPid } from '../support/postmaster.ts';
import { type Started, started } from '../support/started.ts';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const START_MS = 120_000;

export interface Ports {
  sftp: number;
  ftp: number;
  ftps: number;
  http: number;
}

/** A `serve` over a data folder with the embedded Postgres; both can be killed. */
export interface Server extends Started {
  /** Resolves once it serves. @throws when it ended instead */
  serves: Promise<Ports>;
}

/** Where one campaign takes place. */
export interface Site {
  data: string;
  env: Record<string, string>;
}

export function startServer({ env, data }: Site): Server {
  const server = started([process.execPath, program, 'serve', '--json'], env, join(data, '..'));
  const serves = server.event('started', START_MS) as Promise<unknown> as Promise<Ports>;
  serves.catch(() => undefined);
  return { ...server, serves };
}

/** Runs a command of arrivage that must do well. */
export async function command<T>({ env, data }: Site, args: string[]): Promise<T> {
  const all = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const ran = await run('env', ['-i', ...all, process.execPath, program, ...args, '--json'], {
    cwd: join(data, '..'),
    timeoutMs: START_MS,
  });
  if (ran.code !== 0) throw new Error(`arrivage ${args.join(' ')}: ${ran.code}\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}

/** The embedded Postgres, while one runs. */
export function postmaster({ data }: Site): number | undefined {
  try {
    const pid = serverPid(data);
    return isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Processes of Postgres besides the first. */
export function backends({ data }: Site): number[] {
  const pid = postmaster({ data, env: {} });
  if (pid === undefined) return [];
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** One query beside the server, whose Postgres may have another port by now. @throws while there is none */
export async function query<T>({ data }: Site, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const password = readFileSync(join(data, 'postgres/password'), 'utf8').trim();
  const port = readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[3] ?? '';
  const sql = oneConnection(`postgres://arrivage:${password}@127.0.0.1:${port.trim()}/arrivage`, { name: 'torture' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** What a process holds: open descriptors, and resident bytes. Linux only. */
export function holds(pid: number): { descriptors: number; rss: number } {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, rss: pages * 4096 };
}
