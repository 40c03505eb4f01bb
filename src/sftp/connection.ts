import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import type { Connection, ServerChannel } from 'ssh2';
import type { Config } from '../config.ts';
import type { FileView } from '../files/view.ts';
import type { Admission, Gate, Session } from '../auth/session.ts';
import { ArrivageError } from '../errors.ts';
import type { Language } from '../model/tenant.ts';
import { disconnectReason, sendDisconnect } from '../ssh/messages.ts';
import { budget } from './budget.ts';
import { type SftpChannel, serveSftp } from './channel.ts';
import { watchChannels } from './channels.ts';
import { handleTable } from './handles.ts';
import { watchQuiet } from './quiet.ts';
import { type Farewell, watchSignIn } from './sign-in.ts';
import { openValve } from './valve.ts';

export interface ConnectionOptions {
  socket: Socket;
  admission: Admission;
  gate: Gate;
  openFiles: (session: Session) => FileView;
  config: Pick<Config, 'limits' | 'language'>;
  log: Log;
}

export interface SftpConnection {
  /** ssh2 has read the client's first line. */
  attach(client: Connection, ident: string): void;
  /** No new file is opened; the connection ends once it is at rest. */
  finish(): void;
  drop(reason: string): void;
  /** Resolves when the socket is closed and all that was open has been abandoned. */
  readonly closed: Promise<void>;
}

/** What signing in may take, with every key of an agent. */
const MAX_BYTES_BEFORE_LOGIN = 512 * 1024;
/** A key exchange costs us a signature: some are free, more must be earned by bytes moved. */
const FREE_REKEYS = 20;
const BYTES_PER_REKEY = 1024 * 1024;
/** Unread bytes that a client leaves us with, whatever it asked for: then we read nothing more from it. */
const MAX_UNREAD = 2 * 1024 * 1024;
/** ssh2 grants 2 MiB, and 2 more once 2 have come; it does not notice a client that sends beyond. */
const MAX_WAITING = 4 * 1024 * 1024 + 64 * 1024;
/** How long a stopping server waits for the RENAME after the last CLOSE, for a client's first file, and for the last bytes. */
const REST_MS = 500;
/** How long it waits for whoever is signing in. */
const SIGNING_IN_MS = 2000;
const FAREWELL_MS = 2000;

/** One SSH connection from its TCP accept to its end: bounds, time limits, and what must be undone. */
export function serveConnection({
  socket,
  admission,
  gate,
  openFiles,
  config,
  log,
}: ConnectionOptions): SftpConnection {
  const channels = new Map<ServerChannel, SftpChannel>();
  const valve = openValve(socket);
  const work = budget(() => valve.hold('budget'), onRoom);
  const quiet = watchQuiet(config.limits, () => !work.idle, drop);
  const loginTimer = setTimeout(() => {
    // While a sign-in waits for its turn, it is us who are late.
    if (admission.place.isHeld) loginTimer.refresh();
    else drop('not signed in in time');
  }, config.limits.loginMs);
  const closed = new Promise<void>((resolve) => socket.once('close', () => void undo().then(resolve)));
  let ssh: Connection | undefined;
  let session: Session | undefined;
  let openCount = 0;
  let rekeys = 0;
  let isOpenSsh = false;
  let stopping = false;
  /** Files that it began, and how many a stopping server lets it begin. */
  let begun = 0;
  let mostBegun = Infinity;
  let dropped = false;
  let corked = false;
  let restTimer: NodeJS.Timeout | undefined;
  let reason = 'connection lost';

  admission.shed.addEventListener('abort', () => drop('its place was needed', crowded(config.language)));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
  socket.on('error', (error) => log.debug({ err: error }, 'sftp socket error'));
  socket.on('drain', () => {
    valve.release('unread');
    pumpAll();
  });
  socket.on('data', checkBounds);

  function checkBounds(): void {
    if (!session && socket.bytesRead > MAX_BYTES_BEFORE_LOGIN) drop('too many bytes before signing in');
    if (socket.writableLength > MAX_UNREAD) valve.hold('unread');
    for (const channel of channels.keys()) if (channel.readableLength > MAX_WAITING) drop('window exceeded');
  }

  function attach(client: Connection, ident: string): void {
    ssh = client;
    isOpenSsh = ident.startsWith('SSH-2.0-OpenSSH');
    // Without a listener, one bad packet would end the process.
    client.on('error', (error: Error) => {
      log.debug({ err: error }, 'ssh error');
      socket.destroy();
    });
    client.on('rekey', () => {
      rekeys += 1;
      if (rekeys > FREE_REKEYS + (socket.bytesRead + socket.bytesWritten) / BYTES_PER_REKEY)
        drop('too many key exchanges');
    });
    watchSignIn({ client, gate, admission, language: config.language, log, onSession: begin, onGiveUp: drop });
  }

  function begin(opened: Session): boolean {
    if (!ssh || socket.destroyed) return false;
    clearTimeout(loginTimer);
    session = opened;
    opened.revoked.addEventListener('abort', () => drop('access withdrawn'), { once: true });
    log.info({ session: opened.id, tenant: opened.tenant.id, address: opened.address }, 'sftp session opened');
    const view = openFiles(opened);
    watchChannels(ssh, opened.tenant.language, (channel) => serve(channel, opened, view));
    endAtRest();
    return true;
  }

  function serve(channel: ServerChannel, { tenant, id }: Session, view: FileView): void {
    const handles = handleTable(countFiles);
    const scene = {
      view,
      handles,
      language: tenant.language,
      owner: tenant.id,
      isStopping: () => begun >= mostBegun,
      isOpenSsh,
    };
    const served = serveSftp({
      channel,
      scene,
      budget: work,
      unreadBySocket: () => socket.writableLength,
      onReply: gatherReplies,
      onProgress: () => quiet.progress(),
      onBroken: (error) => drop(`broken: ${String(error)}`),
      log: log.child({ session: id }),
    });
    channels.set(channel, served);
    channel.once('close', () => channels.delete(channel));
  }

  /** The replies of one turn leave together: eight writes end at once, and a system call for each wakes the client. */
  function gatherReplies(): void {
    if (corked) return;
    corked = true;
    socket.cork();
    process.nextTick(() => {
      corked = false;
      socket.uncork();
    });
  }

  function countFiles(change: 1 | -1): void {
    openCount += change;
    if (change > 0) begun += 1;
    quiet.transfers(change);
    endAtRest();
  }

  function onRoom(): void {
    valve.release('budget');
    pumpAll();
    endAtRest();
  }

  function pumpAll(): void {
    for (const channel of channels.values()) channel.pump();
  }

  function endAtRest(): void {
    clearTimeout(restTimer);
    if (stopping && openCount === 0 && work.idle) restTimer = setTimeout(() => drop('server stopping'), REST_MS);
  }

  /** Whoever sends a file ends it; whoever was about to begin one still sends that, lest it is refused by a restart. */
  function finish(): void {
    stopping = true;
    mostBegun = openCount > 0 ? begun : begun + 1;
    if (session) endAtRest();
    else setTimeout(() => session ?? drop('server stopping'), SIGNING_IN_MS).unref();
  }

  function drop(why: string, farewell?: Farewell): void {
    if (dropped || socket.destroyed) return;
    dropped = true;
    reason = why;
    // What still comes is not wanted: whoever is dropped for sending too much shall not go on.
    valve.hold('dropped');
    try {
      if (ssh && farewell) sendDisconnect(ssh, farewell.code, farewell.text);
      else ssh?.end();
    } catch {
      // ssh2 throws where it has already given the connection up.
    }
    socket.destroySoon();
    setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  }

  async function undo(): Promise<void> {
    clearTimeout(loginTimer);
    clearTimeout(restTimer);
    quiet.stop();
    await Promise.allSettled([...channels.values()].map((channel) => channel.end(reason)));
    session?.close();
    admission.release();
    if (session) log.info({ session: session.id, reason }, 'sftp session closed');
  }

  return { attach, finish, drop, closed };
}

const crowded = (language: Language): Farewell => ({
  code: disconnectReason.tooManyConnections,
  text: new ArrivageError('too_many_connections').text(language),
});
