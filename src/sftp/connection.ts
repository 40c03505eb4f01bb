import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import type { Connection, ServerChannel } from 'ssh2';
import { type StateMachine, stateMachine } from '../base/state-machine.ts';
import type { Config } from '../config.ts';
import type { FileView } from '../files/view.ts';
import type { Admission, Gate, Session } from '../auth/session.ts';
import { ArrivageError } from '../errors.ts';
import type { Language } from '../model/tenant.ts';
import { disconnectReason, sendDisconnect } from '../ssh/messages.ts';
import { type Budget, budget } from './budget.ts';
import { type Carrier, type SftpChannel, serveSftp } from './channel.ts';
import { watchChannels } from './channels.ts';
import { handleTable } from './handles.ts';
import { type QuietWatch, watchQuiet } from './quiet.ts';
import { type Farewell, watchSignIn } from './sign-in.ts';
import { type Life, lifeSteps } from './states.ts';
import { type Valve, openValve } from './valve.ts';

export interface ConnectionOptions {
  socket: Socket;
  admission: Admission;
  gate: Gate;
  openFiles: (session: Session) => FileView;
  config: Pick<Config, 'limits' | 'language'>;
  log: Log;
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
export class SftpConnection implements Carrier {
  /** Resolves when the socket is closed and all that was open has been abandoned. */
  readonly closed: Promise<void>;
  /** What all its channels have been asked for and have not finished. */
  readonly budget: Budget;

  readonly #options: ConnectionOptions;
  readonly #life: StateMachine<Life> = stateMachine(lifeSteps, 'signingIn');
  readonly #channels = new Map<ServerChannel, SftpChannel>();
  readonly #valve: Valve;
  readonly #quiet: QuietWatch;
  readonly #login: NodeJS.Timeout;
  #ssh: Connection | undefined;
  #isOpenSsh = false;
  #session: Session | undefined;
  #rekeys = 0;
  /** Files that are open now. */
  #open = 0;
  /** How many the client may still begin: of a server that stops one at the most. */
  #filesLeft = Infinity;
  #corked = false;
  #rest: NodeJS.Timeout | undefined;
  #reason = 'connection lost';

  constructor(options: ConnectionOptions) {
    const { socket, admission, config, log } = options;
    this.#options = options;
    this.#valve = openValve(socket);
    this.budget = budget(
      () => this.#valve.hold('budget'),
      () => this.#hasRoom(),
    );
    this.#quiet = watchQuiet(
      config.limits,
      () => !this.budget.idle,
      (why) => this.drop(why),
    );
    this.#login = setTimeout(() => this.#signInIsLate(), config.limits.loginMs);
    this.closed = new Promise((resolve) => socket.once('close', () => void this.#undo().then(resolve)));
    admission.shed.addEventListener('abort', () => this.drop('its place was needed', crowded(config.language)));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('error', (error) => log.debug({ err: error }, 'sftp socket error'));
    socket.on('drain', () => {
      this.#valve.release('unread');
      this.#pump();
    });
    socket.on('data', () => this.#checkBounds());
  }

  /** ssh2 has read the client's first line. */
  attach(client: Connection, ident: string): void {
    const { gate, admission, config, log, socket } = this.#options;
    this.#ssh = client;
    this.#isOpenSsh = ident.startsWith('SSH-2.0-OpenSSH');
    // Without a listener, one bad packet would end the process.
    client.on('error', (error: Error) => {
      log.debug({ err: error }, 'ssh error');
      socket.destroy();
    });
    client.on('rekey', () => this.#countRekey());
    watchSignIn({
      ...{ client, gate, admission, language: config.language, log },
      onSession: (session) => this.#begin(client, session),
      onGiveUp: (why, farewell) => this.drop(why, farewell),
    });
  }

  /**
   * The server stops: whoever sends a file ends it; whoever was about to begin one still sends that, lest it is refused by a
   * restart. The connection ends once it is at rest.
   */
  finish(): void {
    if (!this.#life.enter('stopping')) return;
    this.#filesLeft = this.#open > 0 ? 0 : 1;
    if (this.#session) this.#endAtRest();
    else setTimeout(() => this.#session ?? this.drop('server stopping'), SIGNING_IN_MS).unref();
  }

  /** Sends what is written, and what the client is to be told, then closes. Idempotent. */
  drop(reason: string, farewell?: Farewell): void {
    const { socket } = this.#options;
    if (socket.destroyed || !this.#life.enter('dropped')) return;
    this.#reason = reason;
    // What still comes is not wanted: whoever is dropped for sending too much shall not go on.
    this.#valve.hold('dropped');
    try {
      if (this.#ssh && farewell) sendDisconnect(this.#ssh, farewell.code, farewell.text);
      else this.#ssh?.end();
    } catch {
      // ssh2 throws where it has already given the connection up.
    }
    socket.destroySoon();
    setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  }

  get unread(): number {
    return this.#options.socket.writableLength;
  }

  /** The replies of one turn leave together: eight writes end at once, and a system call for each wakes the client. */
  replying(): void {
    if (this.#corked) return;
    const { socket } = this.#options;
    this.#corked = true;
    socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      socket.uncork();
    });
  }

  progress(): void {
    this.#quiet.progress();
  }

  broken(error: unknown): void {
    this.drop(`broken: ${String(error)}`);
  }

  /** @returns whether the connection is still there to be signed in to */
  #begin(client: Connection, session: Session): boolean {
    const { socket, openFiles, log } = this.#options;
    const { state } = this.#life;
    if (socket.destroyed || state === 'dropped' || state === 'closed') return false;
    clearTimeout(this.#login);
    this.#life.enter('open');
    this.#session = session;
    session.revoked.addEventListener('abort', () => this.drop('access withdrawn'), { once: true });
    log.info({ session: session.id, tenant: session.tenant.id, address: session.address }, 'sftp session opened');
    const view = openFiles(session);
    watchChannels(client, session.tenant.language, (channel) => this.#serve(channel, session, view));
    this.#endAtRest();
    return true;
  }

  #serve(channel: ServerChannel, { tenant, id }: Session, view: FileView): void {
    const scene = {
      view,
      handles: handleTable((change) => this.#countFile(change)),
      language: tenant.language,
      owner: tenant.id,
      isStopping: () => this.#filesLeft <= 0,
      isOpenSsh: this.#isOpenSsh,
    };
    this.#channels.set(channel, serveSftp(channel, scene, this, this.#options.log.child({ session: id })));
    channel.once('close', () => this.#channels.delete(channel));
  }

  #signInIsLate(): void {
    // While a sign-in waits for its turn, it is us who are late.
    if (this.#options.admission.place.isHeld) this.#login.refresh();
    else this.drop('not signed in in time');
  }

  #checkBounds(): void {
    const { socket } = this.#options;
    if (!this.#session && socket.bytesRead > MAX_BYTES_BEFORE_LOGIN) this.drop('too many bytes before signing in');
    if (socket.writableLength > MAX_UNREAD) this.#valve.hold('unread');
    for (const channel of this.#channels.keys()) if (channel.readableLength > MAX_WAITING) this.drop('window exceeded');
  }

  #countRekey(): void {
    const { bytesRead, bytesWritten } = this.#options.socket;
    this.#rekeys += 1;
    if (this.#rekeys > FREE_REKEYS + (bytesRead + bytesWritten) / BYTES_PER_REKEY) this.drop('too many key exchanges');
  }

  #countFile(change: 1 | -1): void {
    this.#open += change;
    if (change > 0) this.#filesLeft -= 1;
    this.#quiet.transfers(change);
    this.#endAtRest();
  }

  #hasRoom(): void {
    this.#valve.release('budget');
    this.#pump();
    this.#endAtRest();
  }

  #pump(): void {
    for (const channel of this.#channels.values()) channel.pump();
  }

  #endAtRest(): void {
    clearTimeout(this.#rest);
    if (this.#life.state === 'stopping' && this.#open === 0 && this.budget.idle)
      this.#rest = setTimeout(() => this.drop('server stopping'), REST_MS);
  }

  async #undo(): Promise<void> {
    this.#life.enter('closed');
    clearTimeout(this.#login);
    clearTimeout(this.#rest);
    this.#quiet.stop();
    const [session, reason] = [this.#session, this.#reason];
    await Promise.allSettled([...this.#channels.values()].map((channel) => channel.end(reason)));
    session?.close();
    this.#options.admission.release();
    if (session) this.#options.log.info({ session: session.id, reason }, 'sftp session closed');
  }
}

const crowded = (language: Language): Farewell => ({
  code: disconnectReason.tooManyConnections,
  text: new ArrivageError('too_many_connections').text(language),
});
