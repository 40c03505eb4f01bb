/** The servers that ours is held against, each in the foreground, with their files in `peer/in` of a folder. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, isOpen } from '../test/support/ports.ts';

const SSHD = '/usr/sbin/sshd';
/** Debian's vsftpd excludes proftpd, and so may be unpacked elsewhere. */
const VSFTPD = process.env['VSFTPD'] ?? '/usr/sbin/vsftpd';

export const hasSshd = existsSync(SSHD);
/** It needs root. */
export const hasVsftpd = existsSync(VSFTPD) && userInfo().uid === 0;

export interface Peer {
  port: number;
  process: ChildProcess;
}

/** A peer's daemon, once it listens. */
export async function startDaemon(command: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const daemon = spawn(command, args, { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !(await isOpen(port)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return daemon;
}

/** OpenSSH's server, into which the account that runs this signs in with the key of `key.pub` in the folder. */
export async function startSshd(folder: string, more: readonly string[] = []): Promise<Peer> {
  const port = await freePort();
  mkdirSync(join(folder, 'peer', 'in'), { recursive: true });
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
    ...more,
  ];
  writeFileSync(join(folder, 'sshd_config'), settings.join('\n') + '\n');
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  return { port, process: await startDaemon(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], port) };
}

/** vsftpd for anonymous uploads, in clear and over explicit TLS with `tls.pem` of the folder. */
export async function startVsftpd(folder: string): Promise<Peer> {
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
    ...{ secure_chroot_dir: '/run/vsftpd/empty', xferlog_enable: 'NO', max_per_ip: 0, max_clients: 0 },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, 'vsftpd.conf'), lines.join(''));
  return { port, process: await startDaemon(VSFTPD, [join(folder, 'vsftpd.conf')], port) };
}
