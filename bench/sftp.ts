/**
 * Uploads with OpenSSH's client to our SFTP door (with commit: fsync, rename, row and job) and to OpenSSH's own server
 * (which commits nothing), alternating: 512 MiB in one file with the client's default cipher and with AES-GCM on both
 * sides, then 1,000 small files. Prints medians, ratios and our peak memory. `npx tsx bench/sftp.ts [rounds] [MiB]`
 */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ssh2 from 'ssh2';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { credentialKeys, credentials, tenants } from '../src/db/tables.ts';
import { createEvents } from '../src/events.ts';
import { openFiles } from '../src/files/open-files.ts';
import { openLog } from '../src/log.ts';
import { openGate } from '../src/session/gate.ts';
import { startSftp } from '../src/sftp/server.ts';
import { openDiskSpool } from '../src/spool/disk.ts';

const MiB = 1024 * 1024;
const SMALL_FILES = 1000;

/** Our server, in a process of its own: says its port, then its peak memory when asked. */
async function serve(folder: string): Promise<void> {
  const embedded = await startEmbedded(join(folder, 'data'));
  await migrateDatabase(embedded.url);
  const database = openDatabase(embedded.url);
  const config = readConfig({ ARRIVAGE_DATA: join(folder, 'data') });
  const [log, now, events] = [openLog('warn'), Date.now, createEvents(console.error)];
  const [id, tenantId] = ['00000000-0000-4000-8000-000000000000', 'bench'];
  const publicKey = Buffer.from(readFileSync(join(folder, 'key.pub'), 'utf8').split(' ')[1] ?? '', 'base64');
  await database.db.insert(tenants).values({ id: tenantId, name: 'Bench', quotaBytes: 2 ** 40, maxFileBytes: 2 ** 40 });
  await database.db.insert(credentials).values({ tenantId, id, username: tenantId });
  await database.db.insert(credentialKeys).values({ tenantId, credentialId: id, fingerprint: 'bench', publicKey });

  const depot = { spool: openDiskSpool(join(folder, 'data', 'spool')), database, log, events, now };
  const gate = openGate({ database, limits: config.limits, log, events, now });
  const hostKeys = [ssh2.utils.generateKeyPairSync('ed25519').private];
  const listen = [{ host: '127.0.0.1', port: 0 }];
  const view = (session: Parameters<typeof openFiles>[0]) => openFiles(session, depot);
  const door = await startSftp({ config, hostKeys, listen, gate, openFiles: view, log });
  process.send?.({ port: door.ports[0] });
  process.once('message', () => {
    process.send?.({ peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }, () => {
      void (async () => {
        await door.close(0);
        await gate.close();
        await database.close();
        await embedded.stop({ force: true });
        process.exit(0);
      })();
    });
  });
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startPeer(folder: string): Promise<{ port: number; process: ChildProcess }> {
  const port = await freePort();
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'peer-host')]);
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'peer-host')}`,
    `AuthorizedKeysFile ${join(folder, 'key.pub')}`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(folder, 'sshd_config'), settings.join('\n') + '\n');
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !(await answers(port)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { port, process: sshd };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}

interface Arm {
  port: number;
  user: string;
  into: string;
}

/**
 * Gives both servers the same memory to write into: what earlier runs left is removed and written back. A virtual
 * machine is slow to hand out pages that it has not used yet (0.19 s or 1.3 s for 512 MiB), and a server that keeps
 * every version would pay for that alone.
 */
function settle(folder: string): void {
  for (const left of [join(folder, 'peer'), join(folder, 'data', 'spool', 'committed', 'bench')].filter(existsSync))
    for (const name of readdirSync(left, { withFileTypes: true })) if (name.isFile()) rmSync(join(left, name.name));
  execFileSync('sync');
}

/** Seconds that the client takes for these commands, sign-in included. */
function put(folder: string, { port, user, into }: Arm, commands: string[], options: readonly string[]): number {
  const fixed = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'IdentitiesOnly=yes'];
  const all = [...fixed, `IdentityFile=${join(folder, 'key')}`, ...options].flatMap((option) => ['-o', option]);
  const input = [`cd ${into}`, ...commands, ''].join('\n');
  settle(folder);
  const start = performance.now();
  execFileSync('sftp', ['-q', ...all, '-P', String(port), '-b', '-', `${user}@127.0.0.1`], {
    input,
    stdio: ['pipe', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  return (performance.now() - start) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function main(rounds: number, size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'arrivage-bench-'));
  execFileSync('chmod', ['755', folder]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  for (const name of ['peer', 'small']) mkdirSync(join(folder, name));
  for (let i = 0; i < SMALL_FILES; i++) writeFileSync(join(folder, 'small', `f${i}.csv`), randomBytes(1000));
  writeFileSync(join(folder, 'big.csv'), '');
  for (let i = 0; i < size; i += 16) writeFileSync(join(folder, 'big.csv'), randomBytes(16 * MiB), { flag: 'a' });

  const peer = await startPeer(folder);
  const server = fork(fileURLToPath(import.meta.url), ['serve', folder]);
  const { port } = await answer<{ port: number }>(server);
  const ours: Arm = { port, user: 'bench', into: '/' };
  const theirs: Arm = { port: peer.port, user: userInfo().username, into: join(folder, 'peer') };

  const race = (name: string, commands: string[], options: readonly string[] = []): void => {
    const seconds = { ours: [] as number[], theirs: [] as number[] };
    for (const arm of [theirs, ours]) put(folder, arm, commands, options);
    for (let i = 0; i < rounds; i++) {
      seconds.theirs.push(put(folder, theirs, commands, options));
      seconds.ours.push(put(folder, ours, commands, options));
    }
    const [a, b] = [median(seconds.ours), median(seconds.theirs)];
    console.log(`${name}: arrivage ${a.toFixed(2)} s, OpenSSH ${b.toFixed(2)} s, ratio ${(b / a).toFixed(2)}`);
  };
  try {
    race(`${size} MiB, the client's own choice of cipher`, [`put ${join(folder, 'big.csv')}`]);
    race(`${size} MiB, AES-GCM on both`, [`put ${join(folder, 'big.csv')}`], ['Ciphers=aes128-gcm@openssh.com']);
    race(`${SMALL_FILES} files of 1,000 bytes`, [`put ${join(folder, 'small')}/*`]);
    server.send('stop');
    const { peakMb } = await answer<{ peakMb: number }>(server);
    console.log(`peak memory of arrivage: ${peakMb} MB`);
  } finally {
    await new Promise((resolve) => (server.exitCode === null ? server.once('exit', resolve) : resolve(undefined)));
    peer.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first, second] = process.argv.slice(2);
if (first === 'serve') await serve(second ?? '');
else await main(Number(first ?? 5), Number(second ?? 512));
