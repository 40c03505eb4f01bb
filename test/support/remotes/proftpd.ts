import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeOwn } from '../../../src/identity/certificate.ts';
import { freePort } from '../ports.ts';
import { basicConnector, onDisk, openFolder, type RemoteServer, startDaemon } from './daemon.ts';

const PROFTPD = '/usr/sbin/proftpd';

/** With Debian's proftpd-mod-crypto for TLS. */
export const hasProftpd = existsSync(PROFTPD) && existsSync('/usr/lib/proftpd/mod_tls.so');

/** proftpd with explicit TLS for both connections, an account of its own with a password, and MLSD. */
export async function startProftpd(protocol: 'ftp' | 'ftps' | 'ftps-implicit'): Promise<RemoteServer> {
  const folder = await openFolder();
  const port = await freePort();
  const pem = makeOwn(['127.0.0.1'], new Date());
  const at = (name: string): string => join(folder, name);
  const { uid, gid, username } = userInfo();
  await mkdir(at('home'));
  await writeFile(at('tls.pem'), pem, { mode: 0o600 });
  const hash = execFileSync('openssl', ['passwd', '-6', basicConnector.password ?? ''], { encoding: 'utf8' }).trim();
  // proftpd refuses root; a name without number would be looked up in the system.
  const account = uid === 0 ? [65534, 65534] : [uid, gid];
  await writeFile(at('accounts'), `export:${hash}:${account.join(':')}::${at('home')}:/bin/false\n`);
  await chmod(at('accounts'), 0o600);
  const lines = [
    ...['ServerType standalone', 'LoadModule mod_tls.c', `Port ${port}`, 'DefaultAddress 127.0.0.1', 'UseIPv6 off'],
    ...[`User ${uid === 0 ? 'nobody' : username}`, `Group ${uid === 0 ? 'nogroup' : String(gid)}`],
    ...[`AuthUserFile ${at('accounts')}`, 'AuthOrder mod_auth_file.c', 'RequireValidShell off', 'DefaultRoot ~'],
    ...[`PidFile ${at('pid')}`, `ScoreboardFile ${at('scoreboard')}`, `DelayTable none`, 'DelayEngine off'],
    ...['AllowOverwrite on', 'UseReverseDNS off', 'WtmpLog off', 'TransferLog none', `SystemLog ${at('log')}`],
    ...['AllowRetrieveRestart on', 'MaxInstances 20', 'UseSendfile off'],
    ...(protocol === 'ftp'
      ? []
      : [
          ...[
            'TLSEngine on',
            'TLSRequired on',
            `TLSRSACertificateFile ${at('tls.pem')}`,
            'TLSProtocol TLSv1.2 TLSv1.3',
          ],
          ...[`TLSRSACertificateKeyFile ${at('tls.pem')}`, `TLSLog ${at('tls.log')}`],
          ...(protocol === 'ftps-implicit' ? ['TLSOptions UseImplicitSSL'] : []),
        ]),
  ];
  await writeFile(at('proftpd.conf'), `${lines.join('\n')}\n`);
  await startDaemon(PROFTPD, ['-n', '-q', '-c', at('proftpd.conf')], port);
  const connector = { ...basicConnector, protocol, port, directory: 'in', ca: pem };
  return { connector, ...(await onDisk(join(folder, 'home', 'in'))) };
}
