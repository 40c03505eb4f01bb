import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { basicConnector, onDisk, openFolder, type RemoteServer, startDaemon } from './daemon.ts';

const SSHD = '/usr/sbin/sshd';
export const hasSshd = existsSync(SSHD);

/**
 * OpenSSH's server, into which the account that runs the tests signs in with a key. `from`: the folder of unpacked
 * packages (`usr`) of version 10, whose parts it looks for beside itself.
 */
export async function startSshd(settings: readonly string[] = [], from?: string): Promise<RemoteServer> {
  const folder = await openFolder();
  const port = await freePort();
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  const lines = [
    ...[...settings, `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(folder, 'host')}`],
    ...[`AuthorizedKeysFile ${join(folder, 'user.pub')}`, 'StrictModes no', 'UsePAM no', 'PidFile none'],
    ...(from === undefined ? [] : ['Session', 'Auth'].map((part) => partOf(from, part))),
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  const { uid, username } = userInfo();
  if (uid === 0) mkdirSync('/run/sshd', { recursive: true });
  await startDaemon(
    from === undefined ? SSHD : join(from, 'sbin/sshd'),
    ['-D', '-e', '-f', join(folder, 'sshd_config')],
    port,
  );
  const [, hostKey = ''] = execFileSync('ssh-keygen', ['-lf', join(folder, 'host.pub')], { encoding: 'utf8' }).split(
    ' ',
  );
  const files = join(folder, 'files');
  const connector = {
    ...basicConnector,
    ...{ port, username, password: null, privateKey: readFileSync(join(folder, 'user'), 'utf8') },
    ...{ directory: files, hostKey },
  };
  return { connector, ...(await onDisk(files)) };
}

const partOf = (from: string, part: string): string =>
  `Sshd${part}Path ${join(from, 'lib/openssh', `sshd-${part.toLowerCase()}`)}`;
