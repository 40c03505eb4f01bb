import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { installed, until } from './clients.ts';
import { freePort, isOpen } from './ports.ts';

/** Where the machine's own Postgres has its programs: Debian keeps each version's apart. */
export const binaries = newestBinaries();

/** With it, its `pg_dump` and `pg_restore`, which the embedded one does not bring. In CI its absence is a failure. */
export const hasPostgres = installed(join(binaries, 'postgres'));

export interface Account {
  uid: number;
  gid: number;
}

/** Postgres refuses root: its package's account then. */
export function accountOf(): Account | undefined {
  if (userInfo().uid !== 0) return undefined;
  const idOf = (which: '-u' | '-g'): number => Number(spawnSync('id', [which, 'postgres']).stdout.toString());
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The account's, and closed to others. */
export async function give(path: string, account: Account | undefined): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
  await chmod(path, 0o700);
}

/** The machine's own Postgres with an empty cluster, until the test ends. @returns the address of a database on it */
export async function startPostgres(): Promise<(database: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-postgres-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const account = accountOf();
  await give(folder, account);
  const [data, port] = [join(folder, 'data'), await freePort()];
  const as = { cwd: folder, ...account, env: { LC_ALL: 'C.UTF-8' } };
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'],
    as,
  );
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off'];
  const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...{ ...as, stdio: 'ignore' },
  });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  onTestFinished(async () => {
    server.kill('SIGQUIT');
    await gone;
  });
  await until('Postgres answers', () => isOpen(port), 60_000);
  return (database) => `postgres://postgres@127.0.0.1:${port}/${database}`;
}

function newestBinaries(): string {
  const root = '/usr/lib/postgresql';
  const [version = 'none'] = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return join(root, version, 'bin');
}
