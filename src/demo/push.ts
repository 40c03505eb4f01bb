import { Readable } from 'node:stream';
import { Client as FtpClient } from 'basic-ftp';
import ssh2 from 'ssh2';
import type { DemoFile } from './files.ts';

const READY_MS = 10_000;

export interface Login {
  port: number;
  username: string;
  password: string;
}

/** Puts files over SFTP, as an export job would. `hostKey`: `SHA256:…`, by which the server is known. */
export async function pushOverSftp(login: Login, hostKey: (key: Buffer) => boolean, files: DemoFile[]): Promise<void> {
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).once('error', reject);
      client.connect({ host: '127.0.0.1', readyTimeout: READY_MS, hostVerifier: hostKey, ...login });
    });
    const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) => {
      client.sftp((error, opened) => (error ? reject(error) : resolve(opened)));
    });
    for (const { name, bytes } of files)
      await new Promise<void>((resolve, reject) => {
        sftp.writeFile(`/${name}`, bytes, (error) => (error ? reject(error) : resolve()));
      });
  } finally {
    client.end();
  }
}

/** Puts files over FTP with explicit or implicit TLS. `ca`: the certificate that the client trusts, PEM. */
export async function pushOverFtps(
  { port, username: user, password }: Login,
  tls: { ca: string; implicit: boolean },
  files: DemoFile[],
): Promise<void> {
  const client = new FtpClient(READY_MS);
  try {
    const secure = tls.implicit ? 'implicit' : true;
    await client.access({ host: '127.0.0.1', port, user, password, secure, secureOptions: { ca: tls.ca } });
    for (const { name, bytes } of files) await client.uploadFrom(Readable.from([bytes]), name);
  } finally {
    client.close();
  }
}
