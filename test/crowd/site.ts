import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeRange } from '../support/ports.ts';
import { started } from '../support/started.ts';
import { operator, type Operator } from '../torture/decisions.ts';
import { command, type Ports, type Site } from '../torture/server.ts';
import type { Account, Protocol } from './sessions.ts';

/** As people start it: its first line sets what holds memory low. */
const program = fileURLToPath(new URL('../../bin/arrivage.js', import.meta.url));
const START_MS = 120_000;
const PASSWORD = 'mot de passe de la foule';
const PASSIVE_PORTS = 100;

/** A server of its own, its doors open. */
export interface Place {
  /** Holds `data`, and the key pair of every account: `key` and `key.pub`. */
  folder: string;
  site: Site;
  pid: number;
  ports: Ports;
  by: Operator;
  /** Bearer key of the operator. */
  key: string;
}

export type Settings = { passivePorts?: number } & { [setting: `ARRIVAGE_${string}`]: string };

/** Serves from an empty folder with these settings beside the usual ones, for as long as `work` takes. */
export async function atPlace<T>(
  { passivePorts = PASSIVE_PORTS, ...more }: Settings,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-load-'));
  await chmod(folder, 0o755);
  const site = await prepare(folder, { ...more, ARRIVAGE_PASSIVE_PORTS: await range(passivePorts) });
  const server = started([program, 'serve', '--json'], site.env, folder);
  try {
    const ports = (await server.event('started', START_MS)) as unknown as Ports;
    const { key } = await command<{ key: string }>(site, ['key', 'create', '--scope', 'operator', '--name', 'load']);
    return await work({ folder, site, pid: server.pid, ports, key, by: operator(() => ports.http, key) });
  } finally {
    server.signal('SIGTERM');
    await server.ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function range(count: number): Promise<string> {
  const { from, to } = await freeRange(count);
  return `${from}-${to}`;
}

async function prepare(folder: string, more: Record<string, string>): Promise<Site> {
  const { PATH = '', HOME = '/' } = process.env;
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  const free = Object.fromEntries(['SFTP', 'FTP', 'FTPS', 'HTTP'].map((door) => [`ARRIVAGE_${door}_PORT`, '0']));
  const env = {
    ...{ PATH, HOME, LC_ALL: 'C.UTF-8', TMPDIR: temporary, ...free },
    ARRIVAGE_DATA: join(folder, 'data'),
    ARRIVAGE_LOG_LEVEL: 'error',
    ARRIVAGE_MAX_REQUESTS_PER_MINUTE: '1000000',
    ...more,
  };
  return { data: env.ARRIVAGE_DATA, env };
}

/** The worker is elsewhere: what it does with the files is not what is measured. */
export const doorsAlone: Settings = { ARRIVAGE_ROLES: 'doors,api' };

/** A live tenant; one that waits for a done-file keeps what it is sent, and imports nothing. */
export async function makeTenant({ by }: Place, id: string, trigger: 'each' | 'done-file'): Promise<void> {
  const made = await by.call('POST', '/tenants', { id, name: id, state: 'live', trigger });
  if (made?.status !== 201) throw new Error(`tenant ${id}: ${JSON.stringify(made)}`);
}

/** A tenant of which nothing is imported, and the accounts that send to it. */
export async function makeSender(place: Place, id: string): Promise<Record<Protocol, Account>> {
  await makeTenant(place, id, 'done-file');
  const { folder, ports, by } = place;
  const publicKey = readFileSync(join(folder, 'key.pub'), 'utf8').trim();
  const credential = { username: id, password: PASSWORD, publicKeys: [publicKey] };
  const made = await by.call('POST', `/tenants/${id}/credentials`, credential);
  if (made?.status !== 201) throw new Error(`credential of ${id}: ${JSON.stringify(made)}`);
  return {
    sftp: { port: ports.sftp, username: id, privateKey: privateKey(folder), directory: '' },
    ftps: { port: ports.ftp, username: id, password: PASSWORD, directory: '' },
  };
}

export const privateKey = (folder: string): string => readFileSync(join(folder, 'key'), 'utf8');
