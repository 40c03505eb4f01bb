/** The Postgres servers that a bench runs against, and the processor time that they take. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '../src/embedded-postgres/start.ts';
import { freePort } from '../test/support/ports.ts';

export interface Server {
  name: string;
  url: string;
  stop: () => Promise<void>;
}

export async function embeddedServer(folder: string): Promise<Server> {
  const embedded = await startEmbedded(folder);
  return { name: 'the embedded Postgres', url: embedded.url, stop: () => embedded.stop({ force: true }) };
}

const BIN = '/usr/lib/postgresql/15/bin';

/** Debian's, with its own defaults, in a folder of its own; undefined where it is not installed. */
export async function systemServer(folder: string): Promise<Server | undefined> {
  if (!existsSync(`${BIN}/initdb`)) return undefined;
  const data = join(folder, 'system');
  mkdirSync(data);
  const asPostgres = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asPostgres.length > 0) execFileSync('chown', ['postgres', data]);
  const run = (tool: string, ...given: string[]) => {
    const [command = '', ...rest] = [...asPostgres, `${BIN}/${tool}`, ...given];
    execFileSync(command, rest, { stdio: 'ignore', cwd: '/' });
  };
  run('initdb', '-D', data, '-U', 'arrivage', '-A', 'trust', '-E', 'UTF8');
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${data}`;
  run('pg_ctl', '-D', data, '-w', '-l', join(data, 'log'), '-o', options, 'start');
  const stop = () => {
    run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop');
    return Promise.resolve();
  };
  return { name: "Debian's Postgres 15", url: `postgres://arrivage@127.0.0.1:${port}/postgres`, stop };
}

/** Seconds of processor time that a server on this machine has taken so far, in all its processes; NaN elsewhere. */
export async function serverSeconds(url: string): Promise<() => number> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`select pg_backend_pid() as pid, inet_server_addr() <<= '127.0.0.0/8' as local`;
  const parent = row?.['local'] === false ? undefined : statOf(Number(row?.['pid']))?.parent;
  await sql.end();
  if (parent === undefined) return () => NaN;
  const look = () => {
    const all = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? (statOf(Number(pid)) ?? []) : []));
    return all.filter((stat) => stat.pid === parent || stat.parent === parent);
  };
  return () => {
    // A process that ends while we look would be counted neither alive nor among the ended.
    let before = look();
    let own = look();
    while (namesOf(own) !== namesOf(before)) [before, own] = [own, look()];
    const ended = own.find(({ pid }) => pid === parent)?.ended ?? 0;
    return own.reduce((sum, { seconds }) => sum + seconds, ended);
  };
}

const namesOf = (stats: readonly { pid: number }[]): string => stats.map(({ pid }) => pid).join(' ');

/** proc_pid_stat(5); a tick is 10 ms on Linux. */
function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (from: number) => (Number(fields[from]) + Number(fields[from + 1])) / 100;
    return { pid, parent: Number(fields[1]), seconds: ticks(11), ended: ticks(13) };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** Runs a program to its end. @returns the seconds of processor time that it took itself */
export function runTimed(command: string, args: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$@"; s=$?; times; exit $s', 'sh', command, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr.slice(-500)}`);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
}
