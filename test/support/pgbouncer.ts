import { chmod, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { installed } from './clients.ts';
import { freePort } from './ports.ts';
import { openFolder, startDaemon } from './remotes/daemon.ts';

export const hasPgbouncer = installed('pgbouncer');

/** PgBouncer before a database, with Debian's defaults but for `settings`. @returns the address of the database through it */
export async function startPgbouncer(url: string, settings: Record<string, string>): Promise<string> {
  const folder = await openFolder();
  const port = await freePort();
  const { hostname, port: behind, username, password, pathname } = new URL(url);
  const database = pathname.slice(1);
  const lines = [
    ...['[databases]', `${database} = host=${hostname} port=${behind} user=${username} password=${password}`],
    ...['[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`, 'auth_type = any', 'unix_socket_dir ='],
    ...(userInfo().uid === 0 ? ['user = nobody'] : []),
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ];
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(file, 0o644);
  await startDaemon('pgbouncer', ['-q', file], port);
  return `postgres://${username}@127.0.0.1:${port}/${database}`;
}
