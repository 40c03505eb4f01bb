/**
 * Uploads with OpenSSH's client to our SFTP door (with commit: fsync, rename, row and job) and to OpenSSH's own server
 * (which commits nothing), alternating: 512 MiB in one file with the client's default cipher and with AES-GCM on both
 * sides, then 1,000 small files. Prints medians, ratios and our peak memory. `npx tsx bench/sftp.ts [rounds] [MiB]`
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { credentialKeys, credentials } from '../src/db/schema/tables.ts';
import { makeKeyPair } from '../src/identity/key-pair.ts';
import { startSftp } from '../src/sftp/server.ts';
import { against, credentialId, makeFiles, race, type Runner, serve, settle, SMALL_FILES, tenantId } from './door.ts';
import { startSshd } from './peers.ts';

function serveSftp(folder: string): Promise<void> {
  return serve(folder, async ({ database, config, log, events, gate, openFiles }) => {
    const publicKey = Buffer.from(readFileSync(join(folder, 'key.pub'), 'utf8').split(' ')[1] ?? '', 'base64');
    await database.db.insert(credentials).values({ tenantId, id: credentialId, username: tenantId });
    await database.db.insert(credentialKeys).values({ tenantId, credentialId, fingerprint: 'bench', publicKey });
    const hostKeys = [makeKeyPair().private];
    return startSftp({ config, hostKeys, listen: [{ host: '127.0.0.1', port: 0 }], gate, openFiles, events, log });
  });
}

interface Arm {
  pid: number | undefined;
  port: number;
  user: string;
  into: string;
}

function put(folder: string, { port, user, into }: Arm, commands: string[], options: readonly string[]): void {
  const fixed = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'IdentitiesOnly=yes'];
  const all = [...fixed, `IdentityFile=${join(folder, 'key')}`, ...options].flatMap((option) => ['-o', option]);
  execFileSync('sftp', ['-q', ...all, '-P', String(port), '-b', '-', `${user}@127.0.0.1`], {
    input: [`cd ${into}`, ...commands, ''].join('\n'),
    stdio: ['pipe', 'ignore', 'inherit'],
    timeout: 300_000,
  });
}

async function main(rounds: number, size: number): Promise<void> {
  const folder = makeFiles(size);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  const peer = await startSshd(folder);
  await against(import.meta.url, folder, peer.process, (port, pid) => {
    const ours: Arm = { pid, port, user: tenantId, into: '/' };
    const into = join(folder, 'peer', 'in');
    const theirs: Arm = { pid: peer.process.pid, port: peer.port, user: userInfo().username, into };
    const sftp = (name: string, commands: string[], options: readonly string[] = []): void => {
      const by = (arm: Arm): Runner => ({
        pid: arm.pid,
        before: () => settle(folder),
        run: () => put(folder, arm, commands, options),
      });
      race(name, 'OpenSSH', rounds, { ours: by(ours), theirs: by(theirs) });
    };
    sftp(`${size} MiB, the client's own choice of cipher`, [`put ${join(folder, 'big.csv')}`]);
    sftp(`${size} MiB, AES-GCM on both`, [`put ${join(folder, 'big.csv')}`], ['Ciphers=aes128-gcm@openssh.com']);
    sftp(`${SMALL_FILES} files of 1,000 bytes`, [`put ${join(folder, 'small')}/*`]);
  });
}

const [first, second] = process.argv.slice(2);
if (first === 'serve') await serveSftp(second ?? '');
else await main(Number(first ?? 5), Number(second ?? 512));
