import ssh2, { type Attributes, type FileEntryWithStats, type SFTPWrapper } from 'ssh2';
import { ArrivageError, verbatim } from '../../errors.ts';
import type { Connector, RemoteFile } from '../../model/connector.ts';
import { type Remote, type RemoteLimits, type RemoteOptions, remoteLimits } from '../remote.ts';
import { checkListing, plainFiles, shownReply, stampedName } from './bounds.ts';
import { reach } from './dial.ts';
import { createGuard, type Guard } from './guard.ts';
import { pipelined } from './pipelined.ts';
import { openSsh } from './ssh.ts';

/** A server reached over SFTP, version 3 (draft-ietf-secsh-filexfer-02). */
export async function openSftp(connector: Connector, options: RemoteOptions, signal: AbortSignal): Promise<Remote> {
  const { limits = remoteLimits, passed = () => undefined } = options;
  const ssh = new ssh2.Client();
  const guard = createGuard(signal, limits.overallMs, () => ssh.destroy());
  try {
    const socket = await reach(connector, options, signal);
    const sftp = await openSsh(ssh, socket, { connector, limits, guard, passed });
    const folder = await guard.step('REALPATH', limits.silenceMs, enterFolder(sftp, connector.directory));
    passed('directory', folder);
    return sftpRemote({ ssh, sftp, guard, limits, folder });
  } catch (error) {
    guard.fail(error);
    throw error;
  }
}

async function enterFolder(sftp: SFTPWrapper, directory: string): Promise<string> {
  try {
    const path = await call<string>((done) => sftp.realpath(directory, done));
    const { mode } = await call<Attributes>((done) => sftp.stat(path, done));
    // Some servers, on Windows above all, tell no kinds.
    if (kindOf(mode) === FOLDER || kindOf(mode) === UNKNOWN) return path;
  } catch (error) {
    if (!isStatus(error)) throw refused('REALPATH', error);
    throw new ArrivageError('remote_folder_missing', { directory, reply: replyOf(error) }, error);
  }
  throw new ArrivageError('remote_folder_missing', { directory, reply: 'not a directory' });
}

interface Opened {
  ssh: ssh2.Client;
  sftp: SFTPWrapper;
  guard: Guard;
  limits: RemoteLimits;
  folder: string;
}

function sftpRemote(opened: Opened): Remote {
  const { ssh, sftp, guard, limits, folder } = opened;
  const closed = new Promise<void>((resolve) => ssh.once('close', () => resolve()));
  return {
    list: () => guard.step('READDIR', limits.listMs, told('READDIR', listFolder(sftp, folder))),
    read: (file, offset) => readFile(opened, file, offset),
    move: (name, into) => guard.step('RENAME', limits.silenceMs, told('RENAME', moveFile(opened, name, into))),
    remove: (path) =>
      guard.step(
        'REMOVE',
        limits.silenceMs,
        refusable('REMOVE', (done) => sftp.unlink(within(folder, path), done)),
      ),
    make: (name) => guard.step('OPEN', limits.silenceMs, told('OPEN', makeFile(opened, name))),
    close: () => goodbye(opened, closed),
  };
}

async function listFolder(sftp: SFTPWrapper, folder: string): Promise<RemoteFile[]> {
  const handle = asHandle(await refusable<unknown>('OPENDIR', (done) => sftp.opendir(folder, done)));
  const found: RemoteFile[] = [];
  let [entries, bytes] = [0, 0];
  for (;;) {
    const batch = await nextEntries(sftp, handle);
    if (!batch) break;
    entries += batch.length;
    for (const { filename, longname } of batch) bytes += filename.length + longname.length;
    checkListing(entries, bytes);
    found.push(...batch.filter(isFile).map(toFile));
  }
  await refusable('CLOSE', (done) => sftp.close(handle, done));
  return plainFiles(found);
}

/** With `.` and `..`, without which the answer of an empty folder is empty: an option that ssh2's types leave out. */
interface FullReaddir {
  readdir(handle: Buffer, options: { full: true }, done: Done<FileEntryWithStats[]>): void;
}

/** Undefined at the end. An answer without entries would make an endless listing of nothing. */
async function nextEntries(sftp: SFTPWrapper, handle: Buffer): Promise<FileEntryWithStats[] | undefined> {
  try {
    const batch = await call<FileEntryWithStats[]>((done) =>
      (sftp as unknown as FullReaddir).readdir(handle, { full: true }, done),
    );
    if (batch.length > 0) return batch;
    throw new ArrivageError('remote_unintelligible', { why: verbatim('READDIR') });
  } catch (error) {
    if ((error as { code?: unknown }).code === ssh2.utils.sftp.STATUS_CODE.EOF) return undefined;
    throw refused('READDIR', error);
  }
}

const FOLDER = 0o040000;
const REGULAR = 0o100000;
const UNKNOWN = 0;
const kindOf = (mode: number | undefined): number => (mode ?? 0) & 0o170000;

const isFile = ({ attrs, longname }: FileEntryWithStats): boolean =>
  kindOf(attrs.mode) === REGULAR || (kindOf(attrs.mode) === UNKNOWN && longname.startsWith('-'));

const toFile = ({ filename, attrs }: FileEntryWithStats): RemoteFile => ({
  name: filename,
  size: attrs.size,
  modified: typeof attrs.mtime === 'number' ? new Date(attrs.mtime * 1000) : null,
});

async function* readFile({ sftp, guard, limits, folder }: Opened, file: RemoteFile, offset: number) {
  const { name, size } = file;
  const timed = <T>(work: Promise<T>): Promise<T> =>
    guard.step(`READ ${name}`, limits.silenceMs, told(`READ ${name}`, work));
  const handle = await timed(openFile(sftp, beneath(folder, name), name));
  const changed = (): Error => new ArrivageError('remote_file_changed', { name, expected: size });
  const sizeNow = (): Promise<number> => timed(call<Attributes>((done) => sftp.fstat(handle, done)).then(sizeOf));
  const readAt = (position: number, length: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const into = Buffer.allocUnsafe(length);
      sftp.read(handle, into, 0, length, position, (error: Error | undefined, count: number) =>
        error ? reject(refused(`READ ${name}`, error)) : resolve(into.subarray(0, count)),
      );
    });
  try {
    if ((await sizeNow()) !== size) throw changed();
    const chunks = pipelined(readAt, offset, size, changed);
    // Timed one by one: what was asked for ahead may take long on a slow line.
    for (let one = await timed(chunks.next()); one.done !== true; one = await timed(chunks.next())) yield one.value;
    if ((await sizeNow()) !== size) throw changed();
  } finally {
    sftp.close(handle, () => undefined);
  }
}

async function openFile(sftp: SFTPWrapper, path: string, name: string): Promise<Buffer> {
  try {
    return asHandle(await call<unknown>((done) => sftp.open(path, 'r', done)));
  } catch (error) {
    if (!isStatus(error)) throw refused(`OPEN ${name}`, error);
    throw new ArrivageError('remote_file_missing', { name, reply: replyOf(error) }, error);
  }
}

/** ssh2 takes any answer for the one that was asked for. */
function asHandle(answer: unknown): Buffer {
  if (Buffer.isBuffer(answer)) return answer;
  throw new ArrivageError('remote_unintelligible', { why: verbatim('HANDLE') });
}

const sizeOf = ({ size }: Attributes): number => size;

async function moveFile({ sftp, folder }: Opened, name: string, into: string): Promise<void> {
  const there = within(folder, into);
  if (!(await exists(sftp, there))) await refusable('MKDIR', (done) => sftp.mkdir(there, done));
  const taken = await exists(sftp, beneath(there, name));
  const to = beneath(there, taken ? stampedName(name, new Date()) : name);
  await refusable('RENAME', (done) => sftp.rename(beneath(folder, name), to, done));
}

async function makeFile({ sftp, folder }: Opened, name: string): Promise<void> {
  const handle = asHandle(await refusable<unknown>('OPEN', (done) => sftp.open(beneath(folder, name), 'wx', done)));
  await refusable('CLOSE', (done) => sftp.close(handle, done));
}

function exists(sftp: SFTPWrapper, path: string): Promise<boolean> {
  return call<Attributes>((done) => sftp.stat(path, done)).then(
    () => true,
    () => false,
  );
}

const LINGER_MS = 2000;

async function goodbye({ ssh, guard }: Opened, closed: Promise<unknown>): Promise<void> {
  guard.release();
  const timer = setTimeout(() => ssh.destroy(), LINGER_MS);
  ssh.end();
  await closed;
  clearTimeout(timer);
}

const within = (folder: string, path: string): string => (path.startsWith('/') ? path : beneath(folder, path));

const beneath = (folder: string, name: string): string => `${folder.replace(/\/+$/, '')}/${name}`;

type Done<T> = (error: Error | undefined | null, value: T) => void;

function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));
}

/** A request whose refusal is told as the server told it. */
async function refusable<T = void>(during: string, start: (done: Done<T>) => void): Promise<T> {
  try {
    return await call(start);
  } catch (error) {
    throw refused(during, error);
  }
}

/** Whether it is an answer of the server's that says no. */
const isStatus = (error: unknown): boolean => typeof (error as { code?: unknown }).code === 'number';

/** How ssh2 ends what waits for an answer when the channel is closed. */
const NO_ANSWER = 'No response from server';

/** An error that is none of the server's comes of an answer of another shape than was asked for. */
function refused(during: string, error: unknown): ArrivageError {
  if (error instanceof ArrivageError) return error;
  if (isStatus(error)) return new ArrivageError('remote_refused', { during, reply: replyOf(error) }, error);
  if ((error as Error).message === NO_ANSWER) return new ArrivageError('remote_cut', { during }, error);
  return new ArrivageError('remote_unintelligible', { why: verbatim(during) }, error);
}

const told = <T>(during: string, work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw refused(during, error);
  });

const replyOf = (error: unknown): string => shownReply((error as Error).message);
