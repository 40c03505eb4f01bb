import { Readable } from 'node:stream';
import { Client as FtpClient } from 'basic-ftp';
import ssh2 from 'ssh2';

/** Who signs in where: at one of our doors, or at a peer. */
export interface Account {
  port: number;
  username: string;
  /** At SFTP one of the two. */
  password?: string;
  privateKey?: string;
  /** Where its files go. */
  directory: string;
}

/** A session that is signed in. */
export interface Session {
  /** Resolves with the acknowledgement. */
  put(name: string, bytes: Buffer): Promise<void>;
  list(): Promise<unknown>;
  close(): void;
}

export const protocols = ['sftp', 'ftps'] as const;
export type Protocol = (typeof protocols)[number];

/** Longer than anything that is measured: what takes this long has failed. */
const PATIENCE_MS = 240_000;
/** What every server takes in one WRITE (draft-ietf-secsh-filexfer-02, 3). */
const WRITE = 32_768;

export const signIn: Record<Protocol, (to: Account) => Promise<Session>> = { sftp: overSftp, ftps: overFtps };

/** The same algorithms at each server, and writes that wait for none before. */
async function overSftp({ port, directory, ...account }: Account): Promise<Session> {
  const client = new ssh2.Client();
  const gone = new Promise<never>((_, reject) => {
    client.on('error', reject).once('close', () => reject(new Error('the connection was closed')));
  });
  gone.catch(() => undefined);
  const done = <T>(start: (told: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
    Promise.race([
      gone,
      new Promise<T>((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value)))),
    ]);
  await done<undefined>((told) => {
    client.once('ready', () => told(null, undefined));
    client.connect({
      ...{ host: '127.0.0.1', port, ...account, readyTimeout: PATIENCE_MS },
      algorithms: { kex: ['curve25519-sha256'], cipher: ['aes128-gcm@openssh.com'] },
    });
  });
  const sftp = await done<ssh2.SFTPWrapper>((told) => client.sftp(told));
  return {
    async put(name, bytes) {
      const handle = await done<Buffer>((told) => sftp.open(`${directory}/${name}`, 'w', told));
      const offsets = Array.from({ length: Math.ceil(bytes.length / WRITE) }, (_, i) => i * WRITE);
      const write = (at: number) => {
        const size = Math.min(WRITE, bytes.length - at);
        return done<undefined>((told) => sftp.write(handle, bytes, at, size, at, (error) => told(error, undefined)));
      };
      await Promise.all(offsets.map(write));
      await done<undefined>((told) => sftp.close(handle, (error) => told(error, undefined)));
    },
    list: () => done((told) => sftp.readdir(directory, told)),
    close: () => void client.destroy(),
  };
}

/** Explicit TLS for both connections. */
async function overFtps({ port, username, password = '', directory }: Account): Promise<Session> {
  const client = new FtpClient(PATIENCE_MS);
  const secureOptions = { rejectUnauthorized: false };
  try {
    await client.access({ host: '127.0.0.1', port, user: username, password, secure: true, secureOptions });
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    async put(name, bytes) {
      await client.uploadFrom(Readable.from([bytes]), `${directory}/${name}`);
    },
    list: () => client.list(directory),
    close: () => client.close(),
  };
}
