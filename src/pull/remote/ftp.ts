import { Client, FTPError } from 'basic-ftp';
import type { Socket } from 'node:net';
import { ArrivageError } from '../../errors.ts';
import type { Connector, RemoteFile } from '../../model/connector.ts';
import { type Remote, type RemoteOptions, remoteLimits } from '../remote.ts';
import { checkListing, shownReply, stampedName } from './bounds.ts';
import { reach } from './dial.ts';
import { decodeListing, mdtmTime, readListing } from './ftp-listing.ts';
import { type FtpSession, receive, sendNothing } from './ftp-receive.ts';
import { agree, enterFolder, greet, replyOf, signIn } from './ftp-sign-in.ts';
import { createGuard } from './guard.ts';

/** A server reached over FTP, in clear or with explicit or implicit TLS (RFC 959, 2228, 2428, 3659, 4217). */
export async function openFtp(connector: Connector, options: RemoteOptions, signal: AbortSignal): Promise<Remote> {
  const { limits = remoteLimits, passed = () => undefined } = options;
  const client = new Client(0);
  let socket: Socket | undefined;
  const guard = createGuard(signal, limits.overallMs, () => {
    client.close();
    socket?.destroy();
  });
  try {
    socket = await reach(connector, options, signal);
    passed('identify', await guard.step('TLS', limits.loginMs, greet(client, socket, connector)));
    await guard.step('login', limits.loginMs, signIn(client, connector));
    passed('login', connector.username);
    const features = await guard.step('FEAT', limits.loginMs, agree(client));
    passed('directory', await guard.step('CWD', limits.silenceMs, enterFolder(client, connector.directory)));
    return ftpRemote({ client, ftp: client.ftp, guard, limits, signal, features });
  } catch (error) {
    const told = explain('login', error, signal);
    guard.fail(told);
    throw told;
  }
}

interface Opened extends FtpSession {
  client: Client;
  features: ReadonlyMap<string, string>;
}

function ftpRemote(opened: Opened): Remote {
  const { client, guard, limits, signal } = opened;
  const told = <T>(during: string, limitMs: number, work: Promise<T>): Promise<T> =>
    guard.step(during, limitMs, work).catch((error: unknown) => {
      throw explain(during, error, signal);
    });
  return {
    list: () => told('LIST', limits.listMs, listFolder(opened)),
    read: (file, offset) => readFile(opened, file, offset),
    move: (name, folder) => told('RNFR', limits.silenceMs, moveFile(client, name, folder)),
    remove: (path) =>
      told(
        'DELE',
        limits.silenceMs,
        client.send(`DELE ${path}`).then(() => undefined),
      ),
    make: (name) => told('STOR', limits.silenceMs, sendNothing(opened, name)),
    close() {
      guard.release();
      client.close();
      return Promise.resolve();
    },
  };
}

async function listFolder(opened: Opened): Promise<RemoteFile[]> {
  const { client, features } = opened;
  const command = features.has('MLST') ? 'MLSD' : 'LIST';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of receive(opened, command)) {
    checkListing(0, (bytes += chunk.length));
    chunks.push(chunk);
  }
  const { text, encoding } = decodeListing(Buffer.concat(chunks));
  if (client.ftp.encoding !== encoding) client.ftp.encoding = encoding;
  const files = readListing(text, new Date());
  return command === 'LIST' && features.has('MDTM') ? withExactTimes(client, files) : files;
}

/** One question for each file: with more of them the times of the listing have to do. */
const MAX_TIMES = 500;

async function withExactTimes(client: Client, files: RemoteFile[]): Promise<RemoteFile[]> {
  if (files.length > MAX_TIMES) return files;
  const exact: RemoteFile[] = [];
  for (const file of files) {
    const { message } = await client.sendIgnoringError(`MDTM ${file.name}`);
    exact.push({ ...file, modified: mdtmTime(message) ?? file.modified });
  }
  return exact;
}

async function* readFile(opened: Opened, { name, size }: RemoteFile, offset: number): AsyncGenerator<Uint8Array> {
  let position = offset;
  try {
    for await (const chunk of receive(opened, `RETR ${name}`, offset)) {
      position += chunk.length;
      if (position > size) break;
      yield chunk;
    }
  } catch (error) {
    if (error instanceof FTPError && error.code >= 500)
      throw new ArrivageError('remote_file_missing', { name, reply: replyOf(error) }, error);
    throw explain(`RETR ${name}`, error, opened.signal);
  }
  if (position !== size) throw new ArrivageError('remote_file_changed', { name, expected: size });
}

async function moveFile(client: Client, name: string, folder: string): Promise<void> {
  await client.sendIgnoringError(`MKD ${folder}`);
  const there = folder.replace(/\/+$/, '');
  const taken = (await client.sendIgnoringError(`SIZE ${there}/${name}`)).code === 213;
  await client.rename(name, `${there}/${taken ? stampedName(name, new Date()) : name}`);
}

/** Replies that tell of a transfer that did not get through. */
const CUT = new Set([425, 426, 451]);

function explain(during: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ArrivageError) return error;
  if (error instanceof FTPError && !CUT.has(error.code))
    return new ArrivageError('remote_refused', { during, reply: replyOf(error) }, error);
  if (error instanceof Error && /maximum allowed size/.test(error.message))
    return new ArrivageError('remote_unintelligible', { why: shownReply(error.message) }, error);
  return new ArrivageError('remote_cut', { during }, error);
}
