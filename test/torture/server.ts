import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { run, until } from '../support/clients.ts';
import { serverPid } from '../support/postmaster.ts';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const START_MS = 120_000;

export interface Ports {
  sftp: number;
  ftp: number;
  ftps: number;
  http: number;
}

/** A `serve` over a data folder with the embedded Postgres; both can be killed. */
export interface Server {
  readonly pid: number;
  /** Resolves once it serves. @throws when it ended instead */
  started: Promise<Ports>;
  readonly ended: Promise<number | null>;
  isOver(): boolean;
  /** The end of its log. */
  said(): string;
  signal(name: NodeJS.Signals): void;
}

/** Where one campaign takes place. */
export interface Site {
  data: string;
  env: Record<string, string>;
}

export function startServer({ env, data }: Site): Server {
  const child = spawn(process.execPath, [program, 'serve', '--json'], {
    cwd: join(data, '..'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)));
  let over = false;
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      over = true;
      resolve(code);
    }),
  );
  const line = () => out.split('\n').find((one) => one.includes('"started"') && one.endsWith('}'));
  const started = until('the server starts', () => over || line() !== undefined, START_MS).then(() => {
    const found = line();
    if (found === undefined) throw new Error(`the server ended before it served:\n${out}\n${log}`);
    return JSON.parse(found) as Ports;
  });
  started.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    started,
    ended,
    isOver: () => over,
    said: () => log,
    signal: (name) => void child.kill(name),
  };
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
  const sql = postgres(`postgres://arrivage:${password}@127.0.0.1:${port.trim()}/arrivage`, {
    max: 1,
    onnotice: () => undefined,
    fetch_types: false,
    connect_timeout: 5,
    connection: { application_name: 'torture' },
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** What a process holds: open descriptors, by kind, and resident bytes. Linux only. */
export function holds(pid: number): { descriptors: number; kinds: Record<string, number>; rss: number } {
  const kinds: Record<string, number> = {};
  let descriptors = 0;
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    let target: string;
    try {
      target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      continue;
    }
    descriptors++;
    const kind = target.startsWith('/') ? 'file' : target.replace(/:.*/, '');
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { descriptors, kinds, rss: pages * 4096 };
}
