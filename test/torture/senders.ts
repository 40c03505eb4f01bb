import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Client as FtpClient } from 'basic-ftp';
import ssh2 from 'ssh2';
import { until } from '../support/clients.ts';
import type { Door } from './files.ts';
import type { Ports } from './server.ts';

export const PASSWORD = 'mot de passe de torture';
const PATIENCE_MS = 60_000;

/** What a client needs to know of the server. */
export interface Target {
  ports: Ports;
  /** Of the operator. */
  key: string;
  dropFolder: string;
  tenant: string;
}

/** A signed-in client of a door. */
export interface Client {
  /** Resolves with the acknowledgement. @param cutAt bytes after which the client breaks off on purpose */
  send(path: string, bytes: Buffer, cutAt?: number): Promise<void>;
  close(): void;
}

export const connect: Record<Door, (target: Target) => Promise<Client>> = {
  sftp: connectSftp,
  ftp: (target) => connectFtp(target, { port: target.ports.ftp, secure: false }),
  ftps: (target) => connectFtp(target, { port: target.ports.ftps, secure: 'implicit' }),
  http: (target) => Promise.resolve({ send: (...file) => put(target, ...file), close: () => undefined }),
  drop: (target) => Promise.resolve({ send: (path, bytes) => drop(target, path, bytes), close: () => undefined }),
};

async function connectSftp({ ports, tenant }: Target): Promise<Client> {
  const client = new ssh2.Client();
  const gone = new Promise<never>((_, reject) => {
    client.once('error', reject).once('close', () => reject(new Error('closed')));
  });
  gone.catch(() => undefined);
  client.on('error', () => undefined);
  const orGone = <T>(start: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
    within(
      Promise.race([
        gone,
        new Promise<T>((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value)))),
      ]),
    );
  try {
    await orGone<undefined>((done) => {
      client.once('ready', () => done(null, undefined));
      const to = { host: '127.0.0.1', port: ports.sftp, readyTimeout: PATIENCE_MS };
      client.connect({ ...to, username: `${tenant}-export`, password: PASSWORD });
    });
    const sftp = await orGone<ssh2.SFTPWrapper>((done) => client.sftp(done));
    return {
      async send(path, bytes, cutAt) {
        const handle = await orGone<Buffer>((done) => sftp.open(path, 'w', done));
        const size = cutAt ?? bytes.length;
        await orGone((done) => sftp.write(handle, bytes, 0, size, 0, (error) => done(error, undefined)));
        if (cutAt !== undefined) return void client.destroy();
        await orGone((done) => sftp.close(handle, (error) => done(error, undefined)));
      },
      close: () => void client.destroy(),
    };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

async function connectFtp(
  { tenant }: Target,
  { port, secure }: { port: number; secure: boolean | 'implicit' },
): Promise<Client> {
  const client = new FtpClient(PATIENCE_MS);
  try {
    const account = { user: `${tenant}-export`, password: PASSWORD };
    await client.access({ host: '127.0.0.1', port, ...account, secure, secureOptions: { rejectUnauthorized: false } });
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    async send(path, bytes, cutAt) {
      const chunks = function* () {
        yield bytes.subarray(0, cutAt);
        if (cutAt !== undefined) client.close();
      };
      await client.uploadFrom(Readable.from(chunks()), path);
    },
    close: () => client.close(),
  };
}

function put({ ports, key, tenant }: Target, path: string, bytes: Buffer, cutAt?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request({
      ...{ host: '127.0.0.1', port: ports.http, method: 'PUT', timeout: PATIENCE_MS, agent: false },
      path: `/v1/tenants/${tenant}/uploads/${path.slice(1)}`,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/octet-stream',
        'content-length': bytes.length,
      },
    });
    sending.on('error', reject).on('timeout', () => sending.destroy(new Error('no answer')));
    sending.on('response', (answer) => {
      answer.resume().on('error', reject);
      if (answer.statusCode === 201) resolve();
      else reject(new Error(`answered ${answer.statusCode}`));
    });
    if (cutAt === undefined) sending.end(bytes);
    else sending.write(bytes.subarray(0, cutAt), () => sending.destroy(new Error('cut')));
  });
}

/** Its acknowledgement is the rename: from then on the file is the server's to take. */
async function drop({ dropFolder, tenant }: Target, path: string, bytes: Buffer): Promise<void> {
  const file = join(dropFolder, tenant, path);
  await until('the dropped file before it was taken', () => !existsSync(file), PATIENCE_MS);
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.part`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}

async function within<T>(work: Promise<T>): Promise<T> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      work,
      pause(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`no answer within ${PATIENCE_MS} ms`);
      }),
    ]);
  } finally {
    patience.abort();
  }
}
