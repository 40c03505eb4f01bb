import type { Socket } from 'node:net';
import { ArrivageError, because } from '../errors.ts';
import type { Admission } from '../auth/session.ts';
import { findCommand } from './commands/table.ts';
import { type Control, allFacts, closePort, finish, refuse, reply, signOut, signedOut } from './control.ts';
import type { FtpDoorContext } from './door.ts';
import type { Handlers, Link } from './ftp-srv.ts';
import { plainAddress } from './grammar/address.ts';
import { type Command, readCommands } from './grammar/command-reader.ts';
import { formatReply } from './grammar/reply.ts';
import { secureControl } from './secure.ts';

/** Commands that may wait while one is running: more than any client pipelines. */
const MAX_QUEUE = 256;
/** First byte of a TLS handshake record (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;

/** It says nothing while a file travels: a NAT on the way would forget it, and the file be refused at its end. */
const KEEP_ALIVE_MS = 60_000;

/** How long a stopping server waits for the RNFR after the last STOR, or for a client's first one. */
const REST_MS = 500;
const uploads: ReadonlySet<string> = new Set(['STOR', 'APPE', 'STOU']);

export interface FtpConnection {
  readonly closed: Promise<void>;
  /** Lets whoever sends a file end it, and whoever was about to begin one send that; then says goodbye. */
  stop(): void;
  /** Cuts the connection. */
  drop(): void;
}

export interface Arrival {
  socket: Socket;
  admission: Admission;
  implicitTls: boolean;
  attach: (handlers: Handlers) => Link;
}

/** Serves one control connection, from its greeting to its end. */
export function serveConnection(
  context: FtpDoorContext,
  { socket: tcp, admission, implicitTls, attach }: Arrival,
): FtpConnection {
  const { limits } = context.config;
  const queue: Command[] = [];
  let pending: Buffer = Buffer.alloc(0);
  let running = false;
  /** Stands behind an AUTH: what follows is not ours to read. */
  let held = false;
  let stopping = false;
  /** Uploads that a stopping server still lets it begin. */
  let uploadsLeft = Infinity;
  let rest: NodeJS.Timeout | undefined;
  let over: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (over = resolve));

  const link = attach({ bytes, refuse: refuseUnknown, run, end: gone });
  const control: Control = {
    context,
    admission,
    link,
    peer: plainAddress(tcp.remoteAddress ?? ''),
    local: plainAddress(tcp.localAddress ?? ''),
    socket: tcp,
    secure: false,
    tls: undefined,
    ownSessions: false,
    resumes: false,
    signIn: signedOut(),
    failures: 0,
    utf8: false,
    facts: allFacts,
    type: 'A',
    protectData: false,
    epsvOnly: false,
    port: undefined,
    transfer: undefined,
    ended: false,
    startTls,
  };

  const login = setTimeout(() => {
    // While a sign-in waits for its turn, it is us who are late.
    if (admission.place.isHeld) login.refresh();
    else if (!control.signIn.session) endWith('Sign-in took too long.');
  }, limits.loginMs);
  const idle = setTimeout(() => {
    if (control.transfer) idle.refresh();
    else endWith('Idle for too long.');
  }, limits.idleMs);

  admission.shed.addEventListener('abort', () => void refuse(control, new ArrivageError('too_many_connections')));
  watch(tcp);
  if (implicitTls) wrap();
  void reply(control, 220, 'arrivage').then(() => {
    if (!implicitTls) tcp.resume();
  });

  function bytes(chunk: Buffer): void {
    if (control.ended) return;
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    if (!held) read();
  }

  function read(): void {
    const { commands, rest: begun, overlong, stopsAtAuth } = readCommands(pending);
    pending = begun;
    queue.push(...commands);
    if (commands.length > 0) idle.refresh();
    if (commands.some(({ verb }) => verb === 'ABOR')) control.transfer?.abort('ABOR');
    if (overlong) endWith('Line too long.', 500);
    else if (queue.length > MAX_QUEUE) endWith('Too many commands at once.');
    if (control.ended) return;
    if (stopsAtAuth) hold();
    void work();
  }

  function stayOpen(): void {
    // A timer that was cleared would start again.
    if (!control.ended) idle.refresh();
  }

  function hold(): void {
    held = true;
    control.socket.pause();
  }

  async function work(): Promise<void> {
    if (running) return;
    running = true;
    for (let next = queue.shift(); next && !control.ended; next = queue.shift()) {
      if (uploads.has(next.verb) && uploadsLeft-- <= 0) {
        sayRestarting();
        break;
      }
      await link.dispatch(next.verb, next.argument);
      if (next.verb === 'AUTH') readOn();
      stayOpen();
    }
    running = false;
    if (stopping) endAtRest();
  }

  /** AUTH is over: refused, and the text behind it is commands again; or accepted, and a TLS socket feeds us. */
  function readOn(): void {
    if (!held || control.ended) return;
    held = false;
    control.socket.resume();
    if (pending.length > 0) queueMicrotask(read);
  }

  async function run(verb: string, argument: string): Promise<void> {
    try {
      await findCommand(verb)?.run(control, argument);
    } catch (error) {
      await refuse(control, error);
    }
  }

  async function refuseUnknown(code: number): Promise<void> {
    if (code === 530) await reply(control, 530, 'Sign in with USER and PASS first.');
    else await refuse(control, new ArrivageError('unsupported', { what: because('this_command') }));
  }

  async function startTls(): Promise<void> {
    link.stopReading();
    // A ClientHello that came early goes to the TLS layer; anything else sent in clear is nobody's.
    if (pending[0] === TLS_HANDSHAKE) tcp.unshift(pending);
    pending = Buffer.alloc(0);
    queue.length = 0;
    signOut(control);
    await reply(control, 234, 'Proceed with TLS.');
    if (!control.ended) wrap();
  }

  function wrap(): void {
    link.stopReading();
    control.ownSessions = context.gate.asksResumption();
    control.tls = context.tls(control.ownSessions);
    const secured = secureControl(tcp, control.tls);
    control.socket = secured;
    control.secure = true;
    watch(secured);
    secured.on('data', bytes);
    // Node reports a failed handshake of a server's side by this event alone, and leaves the socket open.
    secured.once('_tlsError', gone);
  }

  function watch(socket: Socket): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', () => gone());
    socket.once('end', () => gone());
    socket.once('close', () => gone());
  }

  function endWith(text: string, code = 421): void {
    if (control.ended) return;
    if (control.socket.writable) control.socket.write(formatReply(code, [text]));
    finish(control);
  }

  /** Everything that the connection held is given back. */
  function gone(): void {
    control.ended = true;
    clearTimeout(login);
    clearTimeout(idle);
    clearTimeout(rest);
    control.transfer?.abort('control connection lost');
    closePort(control);
    control.signIn.session?.close();
    admission.release();
    link.forget();
    control.socket.destroy();
    tcp.destroy();
    over();
  }

  function stop(): void {
    stopping = true;
    uploadsLeft = control.transfer ? 0 : 1;
    if (!running) endAtRest();
  }

  function endAtRest(): void {
    clearTimeout(rest);
    if (!control.ended) rest = setTimeout(() => running || sayRestarting(), REST_MS);
  }

  function sayRestarting(): void {
    endWith('The server is restarting: try again in a moment.');
  }

  return { closed, stop, drop: gone };
}
