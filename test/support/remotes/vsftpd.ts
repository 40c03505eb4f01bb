import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeOwn } from '../../../src/identity/certificate.ts';
import { freePort } from '../ports.ts';
import { basicConnector, onDisk, openFolder, type RemoteServer, startDaemon } from './daemon.ts';

/** Debian's vsftpd excludes proftpd: `.ci/run` unpacks it, and names it here. */
const VSFTPD = process.env['VSFTPD'] ?? '/usr/sbin/vsftpd';

/** It needs root. */
export const hasVsftpd = existsSync(VSFTPD) && userInfo().uid === 0;

/**
 * vsftpd with explicit TLS (or implicit), which insists on the session of the control connection for data. The account
 * is anonymous with a password, as this is the one that needs nothing outside the folder.
 */
export async function startVsftpd(
  protocol: 'ftp' | 'ftps' | 'ftps-implicit',
  more: Record<string, string> = {},
): Promise<RemoteServer> {
  const folder = await openFolder();
  const port = await freePort();
  const pem = makeOwn(['127.0.0.1'], new Date());
  const at = (name: string): string => join(folder, name);
  await mkdir(at('empty'));
  await mkdir(at('root'));
  await writeFile(at('tls.pem'), pem);
  await writeFile(at('passwords'), `${basicConnector.password ?? ''}\n`);
  const tls = protocol === 'ftp' ? 'NO' : 'YES';
  const settings = {
    ...{ listen: 'YES', listen_address: '127.0.0.1', listen_port: port, background: 'NO', seccomp_sandbox: 'NO' },
    ...{ anonymous_enable: 'YES', local_enable: 'NO', write_enable: 'YES', ftp_username: 'daemon', anon_umask: '022' },
    ...{ secure_email_list_enable: 'YES', email_password_file: at('passwords'), anon_root: at('root') },
    ...{ anon_upload_enable: 'YES', anon_mkdir_write_enable: 'YES', anon_other_write_enable: 'YES' },
    ...{ anon_world_readable_only: 'NO', secure_chroot_dir: at('empty'), xferlog_enable: 'NO' },
    ...{ ssl_enable: tls, allow_anon_ssl: tls, force_anon_logins_ssl: tls, force_anon_data_ssl: tls },
    ...{
      require_ssl_reuse: tls,
      ssl_ciphers: 'HIGH',
      rsa_cert_file: at('tls.pem'),
      rsa_private_key_file: at('tls.pem'),
    },
    ...{ implicit_ssl: protocol === 'ftps-implicit' ? 'YES' : 'NO' },
    ...more,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(at('vsftpd.conf'), lines.join(''));
  await startDaemon(VSFTPD, [at('vsftpd.conf')], port);
  const connector = { ...basicConnector, protocol, port, username: 'anonymous', directory: '/in', ca: pem };
  return { connector, ...(await onDisk(join(folder, 'root', 'in'))) };
}
