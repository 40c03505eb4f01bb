/**
 * Uploads with curl to our FTP door (with commit: fsync, rename, row and job) and to vsftpd (which commits nothing),
 * alternating: 512 MiB in clear and over explicit TLS with the same certificate, then 1,000 small files over one
 * connection. Prints medians, ratios and our peak memory. Needs root, which vsftpd does too.
 * `npx tsx bench/ftp.ts [rounds] [MiB]`
 */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { credentials, tenants } from '../src/db/tables.ts';
import { createEvents } from '../src/events.ts';
import { openFiles } from '../src/files/open-files.ts';
import { openLog } from '../src/log.ts';
import { ftpSecureContext } from '../src/ftp/secure.ts';
import { startFtp } from '../src/ftp/server.ts';
import { makeOwn } from '../src/identity/certificate.ts';
import { openGate } from '../src/session/gate.ts';
import { hashPassword } from '../src/session/password.ts';
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
  await database.db.insert(tenants).values({ id: tenantId, name: 'Bench', quotaBytes: 2 ** 40, maxFileBytes: 2 ** 40 });
  await database.db
    .insert(credentials)
    .values({ tenantId, id, username: tenantId, passwordHash: await hashPassword('bench'), allowCleartextFtp: true });
  const depot = { spool: openDiskSpool(join(folder, 'data', 'spool')), database, log, events, now };
  const gate = openGate({ database, limits: config.limits, log, events, now });
  const pem = readFileSync(join(folder, 'tls.pem'));
  const context = ftpSecureContext({ cert: pem, key: pem });
  const door = await startFtp({
    ...{ config, gate, log, active: false, tls: () => context },
    openFiles: (session) => openFiles(session, depot),
    passive: { from: 41000, to: 41100, publicHost: undefined },
    listen: [{ host: '127.0.0.1', port: 0, implicitTls: false }],
  });
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
  mkdirSync('/run/vsftpd/empty', { recursive: true });
  mkdirSync(join(folder, 'peer', 'in'), { recursive: true });
  chownSync(join(folder, 'peer', 'in'), Number(execFileSync('id', ['-u', 'ftp'])), 0);
  const settings = {
    ...{ listen: 'YES', listen_address: '127.0.0.1', listen_port: port, background: 'NO', seccomp_sandbox: 'NO' },
    ...{ anonymous_enable: 'YES', local_enable: 'NO', write_enable: 'YES', no_anon_password: 'YES' },
    ...{
      anon_root: join(folder, 'peer'),
      anon_upload_enable: 'YES',
      anon_other_write_enable: 'YES',
      anon_umask: '022',
    },
    ...{ ssl_enable: 'YES', allow_anon_ssl: 'YES', require_ssl_reuse: 'NO', ssl_ciphers: 'HIGH' },
    ...{ rsa_cert_file: join(folder, 'tls.pem'), rsa_private_key_file: join(folder, 'tls.pem') },
    ...{ secure_chroot_dir: '/run/vsftpd/empty', xferlog_enable: 'NO', max_per_ip: 0 },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, 'vsftpd.conf'), lines.join(''));
  const vsftpd = spawn(process.env['VSFTPD'] ?? '/usr/sbin/vsftpd', [join(folder, 'vsftpd.conf')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !(await answers(port)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { port, process: vsftpd };
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
}

/** Seconds that curl takes, sign-in included. */
function put({ port, user }: Arm, local: string, options: readonly string[]): number {
  // What an earlier run left to be written back is not this one's burden.
  execFileSync('sync');
  const start = performance.now();
  execFileSync('curl', ['-sSk', '--user', user, ...options, '-T', local, `ftp://127.0.0.1:${port}/in/`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  return (performance.now() - start) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function main(rounds: number, size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'arrivage-bench-'));
  execFileSync('chmod', ['755', folder]);
  writeFileSync(join(folder, 'tls.pem'), makeOwn(['localhost', '127.0.0.1'], new Date()));
  mkdirSync(join(folder, 'small'));
  const small = Array.from({ length: SMALL_FILES }, (_, i) => join(folder, 'small', `f${i}.csv`));
  for (const path of small) writeFileSync(path, randomBytes(1000));
  writeFileSync(join(folder, 'big.csv'), '');
  for (let i = 0; i < size; i += 16) writeFileSync(join(folder, 'big.csv'), randomBytes(16 * MiB), { flag: 'a' });

  const peer = await startPeer(folder);
  const server = fork(fileURLToPath(import.meta.url), ['serve', folder]);
  const { port } = await answer<{ port: number }>(server);
  const ours: Arm = { port, user: 'bench:bench' };
  const theirs: Arm = { port: peer.port, user: 'anonymous:x' };

  const race = (name: string, local: string, options: readonly string[] = []): void => {
    const seconds = { ours: [] as number[], theirs: [] as number[] };
    for (let i = 0; i < rounds; i++) {
      seconds.theirs.push(put(theirs, local, options));
      seconds.ours.push(put(ours, local, options));
    }
    const [a, b] = [median(seconds.ours), median(seconds.theirs)];
    console.log(`${name}: arrivage ${a.toFixed(2)} s, vsftpd ${b.toFixed(2)} s, ratio ${(b / a).toFixed(2)}`);
  };
  const many = `{${small.join(',')}}`;
  try {
    race(`${size} MiB, explicit TLS`, join(folder, 'big.csv'), ['--ssl-reqd']);
    race(`${size} MiB, clear`, join(folder, 'big.csv'));
    race(`${SMALL_FILES} files of 1,000 bytes, clear`, many);
    race(`${SMALL_FILES} files of 1,000 bytes, explicit TLS`, many, ['--ssl-reqd']);
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
