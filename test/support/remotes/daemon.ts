import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Connector } from '../../../src/model/connector.ts';
import { until } from '../clients.ts';
import { isOpen } from '../ports.ts';

/** A server whose folder holds files for a tenant's connector, until the test ends. */
export interface RemoteServer {
  connector: Connector;
  /** @returns the time that its listing should tell */
  put: (name: string, bytes: Uint8Array | string) => Promise<Date>;
  names: (folder?: string) => Promise<string[]>;
  /** Where the server can hold one: a link in the folder. */
  link?: (name: string, to: string) => Promise<void>;
}

export const basicConnector: Connector = {
  tenantId: 'acme',
  protocol: 'sftp',
  host: '127.0.0.1',
  port: 0,
  username: 'export',
  password: 'secret',
  privateKey: null,
  passphrase: null,
  directory: '.',
  files: {},
  afterReading: { kind: 'leave' },
  stableSeconds: 0,
  doneFile: null,
  hostKey: null,
  certificateFingerprint: null,
  ca: null,
};

/** A folder that any account may enter, until the test ends. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-remote-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a server on the same disk offers beside its connector. */
export async function onDisk(folder: string): Promise<Required<Omit<RemoteServer, 'connector'>>> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o777);
  const time = new Date(Date.UTC(2026, 2, 29, 1, 30, 17));
  return {
    async put(name, bytes) {
      await writeFile(join(folder, name), bytes);
      await chmod(join(folder, name), 0o666);
      await utimes(join(folder, name), time, time);
      return time;
    },
    names: async (inner = '') => (await readdir(join(folder, inner))).sort(),
    link: (name, to) => symlink(to, join(folder, name)),
  };
}

/** Starts a daemon in the foreground, waits until it answers, and ends it with the test. */
export async function startDaemon(
  command: string,
  args: readonly string[],
  port: number,
  host?: string,
): Promise<void> {
  const daemon = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  daemon.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const gone = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  onTestFinished(async () => {
    daemon.kill();
    await gone;
  });
  await until(`${command} answers`, async () => {
    if (daemon.exitCode !== null) throw new Error(`${command} ended with ${daemon.exitCode}: ${said}`);
    return isOpen(port, host);
  });
}
