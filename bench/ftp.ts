/**
 * Uploads to our FTP door (with commit: fsync, rename, row and job) and to vsftpd (which commits nothing), alternating:
 * 512 MiB in clear and over explicit TLS with the same certificate with curl, then 1,000 small files over one connection
 * with lftp (on loopback, curl 7.88 sleeps a second after a 229 that comes within half a millisecond, whoever sent it).
 * Prints medians, ratios and our peak memory. Needs root, which vsftpd does too; `VSFTPD` names its binary where it is
 * not in /usr/sbin. `npx tsx bench/ftp.ts [rounds] [MiB]`
 */
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials } from '../src/db/schema/tables.ts';
import { passivePorts } from '../src/ftp/passive-ports.ts';
import { ftpSecureContext } from '../src/ftp/secure.ts';
import { startFtp } from '../src/ftp/server.ts';
import { makeOwn } from '../src/identity/certificate.ts';
import { hashPassword } from '../src/auth/password.ts';
import { against, credentialId, makeFiles, race, type Runner, serve, settle, SMALL_FILES, tenantId } from './door.ts';
import { startVsftpd } from './peers.ts';

function serveFtp(folder: string): Promise<void> {
  return serve(folder, async ({ database, config, log, gate, openFiles }) => {
    const passwordHash = await hashPassword('bench');
    const credential = { tenantId, id: credentialId, username: tenantId, passwordHash, allowCleartextFtp: true };
    await database.db.insert(credentials).values(credential);
    const pem = readFileSync(join(folder, 'tls.pem'));
    const context = ftpSecureContext({ cert: pem, key: pem });
    return startFtp({
      ...{ config, gate, openFiles, log, active: false, tls: () => context },
      passive: passivePorts({ from: 41000, to: 41100, publicHost: undefined }),
      listen: [{ host: '127.0.0.1', port: 0, implicitTls: false }],
    });
  });
}

const bounded: ExecFileSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 };

interface Arm {
  pid: number | undefined;
  port: number;
  user: string;
}

function put({ port, user }: Arm, local: string, tls: boolean): void {
  const options = ['-sSk', '--user', user, ...(tls ? ['--ssl-reqd'] : [])];
  execFileSync('curl', [...options, '-T', local, `ftp://127.0.0.1:${port}/in/`], bounded);
}

function putAll({ port, user }: Arm, folder: string, tls: boolean): void {
  const security = tls ? 'set ftp:ssl-force yes; set ssl:verify-certificate no' : 'set ftp:ssl-allow no';
  const login = `open -u ${user.replace(':', ',')} ftp://127.0.0.1:${port}/in`;
  const script = `set cmd:fail-exit yes; set net:max-retries 1; ${security}; ${login}; mput ${folder}/*; bye`;
  execFileSync('lftp', ['--norc', '-c', script], bounded);
}

async function main(rounds: number, size: number): Promise<void> {
  const folder = makeFiles(size);
  writeFileSync(join(folder, 'tls.pem'), makeOwn(['localhost', '127.0.0.1'], new Date()));
  const peer = await startVsftpd(folder);
  await against(import.meta.url, folder, peer.process, (port, pid) => {
    const ours: Arm = { pid, port, user: `${tenantId}:bench` };
    const theirs: Arm = { pid: peer.process.pid, port: peer.port, user: 'anonymous:x' };
    const upload = (name: string, run: (arm: Arm) => void): void => {
      const by = (arm: Arm): Runner => ({ pid: arm.pid, before: () => settle(folder), run: () => run(arm) });
      race(name, 'vsftpd', rounds, { ours: by(ours), theirs: by(theirs) });
    };
    for (const tls of [true, false]) {
      const how = tls ? 'explicit TLS' : 'clear';
      upload(`${size} MiB, ${how}`, (arm) => put(arm, join(folder, 'big.csv'), tls));
      upload(`${SMALL_FILES} files of 1,000 bytes, ${how}`, (arm) => putAll(arm, join(folder, 'small'), tls));
    }
  });
}

const [first, second] = process.argv.slice(2);
if (first === 'serve') await serveFtp(second ?? '');
else await main(Number(first ?? 5), Number(second ?? 512));
