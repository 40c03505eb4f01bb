import type { Socket } from 'node:net';
import { ArrivageError, because, verbatim } from '../errors.ts';
import { catalogued } from '../errors/catalogued.ts';
import type { Admission } from '../auth/session.ts';
import { type StateMachine, stateMachine } from '../base/state-machine.ts';
import { findCommand } from './commands/table.ts';
import type { Control, Settings } from './control.ts';
import { DataConnections } from './data.ts';
import type { FtpDoorContext } from './door.ts';
import type { Handlers, Link } from './ftp-srv.ts';
import { type Command, readCommands } from './grammar/command-reader.ts';
import { allFacts } from './grammar/listing.ts';
import { foldToAscii } from './grammar/reply.ts';
import { SignIn } from './sign-in.ts';
import { type Life, lifeSteps } from './states.ts';
import { Wire } from './wire.ts';

/** Commands that may wait while one is running: more than any client pipelines. */
const MAX_QUEUE = 256;
/** First byte of a TLS handshake record (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;

/** How long a stopping server waits for the RNFR after the last STOR, or for a client's first one. */
const REST_MS = 500;
const uploads: ReadonlySet<string> = new Set(['STOR', 'APPE', 'STOU']);

export interface Arrival {
  socket: Socket;
  admission: Admission;
  implicitTls: boolean;
  attach: (handlers: Handlers) => Link;
}

/**
 * One control connection, from its greeting to its end. Commands are read as they come and run one after the other. Its
 * parts have the rest: the wire, how far signing in has come, the data connections.
 */
export class FtpConnection implements Control {
  /** Resolves when everything is given back. */
  readonly closed: Promise<void>;
  readonly door: FtpDoorContext;
  readonly wire: Wire;
  readonly signIn: SignIn;
  readonly data: DataConnections;
  readonly settings: Settings = { utf8: false, facts: allFacts };

  readonly #life: StateMachine<Life> = stateMachine(lifeSteps, 'open');
  readonly #admission: Admission;
  readonly #link: Link;
  readonly #login: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;
  readonly #over: () => void;
  /** Read, and not run yet. */
  readonly #queue: Command[] = [];
  /** Bytes of no whole command yet; while the connection is being secured, all that came behind the AUTH. */
  #pending: Buffer = Buffer.alloc(0);
  #running = false;
  /** How many the client may still begin: of a server that stops one at the most. */
  #uploadsLeft = Infinity;
  #rest: NodeJS.Timeout | undefined;

  constructor(door: FtpDoorContext, { socket, admission, implicitTls, attach }: Arrival) {
    let over: () => void = () => undefined;
    this.closed = new Promise((resolve) => (over = resolve));
    this.#over = over;
    this.door = door;
    this.#admission = admission;
    this.#link = attach({
      bytes: (chunk) => this.#read(chunk),
      refuse: (code) => this.#refuseUndispatched(code),
      run: (verb, argument) => this.#run(verb, argument),
      end: () => this.drop(),
    });
    this.wire = new Wire(socket, () => this.drop());
    this.signIn = new SignIn({ door, admission, revoked: () => this.#cutOff() });
    this.data = new DataConnections({ door, wire: this.wire, connection: this.#link.id });
    const { limits } = door.config;
    this.#login = setTimeout(() => this.#signInIsLate(), limits.loginMs);
    this.#idle = setTimeout(() => this.#isIdle(), limits.idleMs);
    admission.shed.addEventListener('abort', () => void this.#refuse(new ArrivageError('too_many_connections')));
    if (implicitTls) this.#secure();
    void this.reply(220, 'arrivage').then(() => {
      if (!implicitTls) socket.resume();
    });
  }

  get isOver(): boolean {
    const { state } = this.#life;
    return state === 'ending' || state === 'gone';
  }

  reply(code: number, ...lines: string[]): Promise<boolean> {
    return this.wire.reply(code, ...lines);
  }

  signOut(): void {
    this.data.closePort();
    this.signIn.leave();
  }

  async startTls(): Promise<void> {
    this.#link.stopReading();
    // A ClientHello that came early goes to the TLS layer; anything else sent in clear is nobody's.
    if (this.#pending[0] === TLS_HANDSHAKE) this.wire.unread(this.#pending);
    this.#pending = Buffer.alloc(0);
    this.#queue.length = 0;
    this.signOut();
    await this.reply(234, 'Proceed with TLS.');
    if (!this.isOver) this.#secure();
  }

  finish(): void {
    if (this.#life.enter('ending')) this.wire.finish();
  }

  /** Lets whoever sends a file end it, and whoever was about to begin one send that; then says goodbye. */
  stop(): void {
    this.#uploadsLeft = this.data.isMoving ? 0 : 1;
    if (!this.#running) this.#endAtRest();
  }

  /** Cuts the connection: everything that it held is given back. Idempotent. */
  drop(): void {
    if (!this.#life.enter('gone')) return;
    clearTimeout(this.#login);
    clearTimeout(this.#idle);
    clearTimeout(this.#rest);
    this.data.abort('control connection lost');
    this.signOut();
    this.#admission.release();
    this.#link.forget();
    this.wire.destroy();
    this.#over();
  }

  #read(chunk: Buffer): void {
    if (this.isOver) return;
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    if (this.#life.state === 'open') this.#readOn();
  }

  #readOn(): void {
    const { commands, rest, overlong, stopsAtAuth } = readCommands(this.#pending);
    this.#pending = rest;
    this.#queue.push(...commands);
    if (commands.length > 0) this.#idle.refresh();
    if (commands.some(({ verb }) => verb === 'ABOR')) this.data.abort('ABOR');
    if (overlong) this.#endWith('Line too long.', 500);
    else if (this.#queue.length > MAX_QUEUE) this.#endWith('Too many commands at once.');
    if (this.isOver) return;
    if (stopsAtAuth && this.#life.enter('securing')) this.wire.pause();
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#queue.shift(); next && !this.isOver; next = this.#queue.shift()) {
      if (uploads.has(next.verb) && this.#uploadsLeft-- <= 0) {
        this.#sayRestarting();
        break;
      }
      await this.#link.dispatch(next.verb, next.argument, this.signIn.stage === 'signedIn');
      if (next.verb === 'AUTH') this.#afterAuth();
      this.#stayOpen();
    }
    this.#running = false;
    if (this.#uploadsLeft < Infinity) this.#endAtRest();
  }

  /** It was refused, and the text behind it is commands again; or accepted, and a TLS socket feeds us. */
  #afterAuth(): void {
    if (this.#life.state !== 'securing' || !this.#life.enter('open')) return;
    this.wire.resume();
    if (this.#pending.length > 0) queueMicrotask(() => this.#readOn());
  }

  async #run(verb: string, argument: string): Promise<void> {
    try {
      const command = findCommand(verb);
      if (command && !command.stages.includes(this.signIn.stage))
        throw new ArrivageError('bad_sequence', { why: verbatim(verb) });
      await command?.run(this, argument);
    } catch (error) {
      await this.#refuse(error);
    }
  }

  /** The dispatch itself knows no such command (502), or only one of those that need a session (530). */
  async #refuseUndispatched(code: number): Promise<void> {
    if (code === 530) await this.reply(530, 'Sign in with USER and PASS first.');
    else await this.#refuse(new ArrivageError('unsupported', { what: because('this_command') }));
  }

  /** Says no, in the words of the catalogue and the language of the tenant. A 421 also ends the connection (RFC 959). */
  async #refuse(thrown: unknown): Promise<void> {
    const { log, config } = this.door;
    const error = catalogued(thrown, (reference) =>
      log.error({ err: thrown, reference, connection: this.#link.id }, 'command failed'),
    );
    const text = error.text(this.signIn.signedIn?.session.tenant.language ?? config.language);
    await this.reply(error.entry.ftp, this.settings.utf8 ? text : foldToAscii(text));
    if (error.entry.ftp === 421) this.finish();
  }

  #secure(): void {
    this.#link.stopReading();
    const own = this.door.gate.asksResumption();
    this.wire.secure({ context: this.door.tls(own), own }, (chunk) => this.#read(chunk));
  }

  #signInIsLate(): void {
    // While a sign-in waits for its turn, it is us who are late.
    if (this.#admission.place.isHeld) this.#login.refresh();
    else if (!this.signIn.signedIn) this.#endWith('Sign-in took too long.');
  }

  #stayOpen(): void {
    // A timer that was cleared would start again.
    if (!this.isOver) this.#idle.refresh();
  }

  #isIdle(): void {
    if (this.data.isMoving) this.#idle.refresh();
    else this.#endWith('Idle for too long.');
  }

  #cutOff(): void {
    this.data.abort('access withdrawn');
    void this.reply(421, 'Access was withdrawn.');
    this.finish();
  }

  #endWith(text: string, code = 421): void {
    if (this.isOver) return;
    void this.reply(code, text);
    this.finish();
  }

  #endAtRest(): void {
    clearTimeout(this.#rest);
    if (!this.isOver) this.#rest = setTimeout(() => this.#running || this.#sayRestarting(), REST_MS);
  }

  #sayRestarting(): void {
    this.#endWith('The server is restarting: try again in a moment.');
  }
}
