import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { plainAddress } from './grammar/address.ts';
import { formatReply } from './grammar/reply.ts';
import { secureControl } from './secure.ts';

/** It says nothing while a file travels: a NAT on the way would forget it, and the file be refused at its end. */
const KEEP_ALIVE_MS = 60_000;
/** The longest that a peer may take to read our last words. */
const FAREWELL_MS = 2000;

/** The TLS of a control connection and of its data connections. */
export interface ControlTls {
  context: SecureContext;
  /** The context is of this control connection alone, so that a session which a data connection resumes is one of it. */
  own: boolean;
}

/** What a control connection runs over: a TCP socket, and TLS over that from an AUTH on or from the first byte. */
export class Wire {
  /** Addresses of both ends, without the IPv4-mapped form. */
  readonly peer: string;
  readonly local: string;
  readonly #tcp: Socket;
  readonly #gone: () => void;
  #socket: Socket;
  #tls: ControlTls | undefined;

  /** @param gone is called, perhaps more than once, when nothing can be read or written any more */
  constructor(tcp: Socket, gone: () => void) {
    this.peer = plainAddress(tcp.remoteAddress ?? '');
    this.local = plainAddress(tcp.localAddress ?? '');
    this.#tcp = tcp;
    this.#gone = gone;
    this.#socket = this.#watch(tcp);
  }

  /** Undefined while it is in clear. */
  get tls(): ControlTls | undefined {
    return this.#tls;
  }

  /** Our address as the system gives it. */
  get localAddress(): string {
    return this.#socket.localAddress ?? this.local;
  }

  /** Resolves once the system has taken the reply: false where the connection is gone. Never throws. */
  reply(code: number, ...lines: string[]): Promise<boolean> {
    const socket = this.#socket;
    if (!socket.writable) return Promise.resolve(false);
    return new Promise((resolve) => socket.write(formatReply(code, lines), (error) => resolve(!error)));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /**
   * TLS from here on, whose handshake is bounded by the time before login. `bytes` is given what comes.
   */
  secure(tls: ControlTls, bytes: (chunk: Buffer) => void): void {
    const secured = secureControl(this.#tcp, tls.context);
    this.#tls = tls;
    this.#socket = this.#watch(secured);
    secured.on('data', bytes);
    // Node reports a failed handshake of a server's side by this event alone, and leaves the socket open.
    secured.once('_tlsError', this.#gone);
  }

  /** Puts back what was read too early, for the TLS layer. */
  unread(bytes: Buffer): void {
    this.#tcp.unshift(bytes);
  }

  /** Sends what is written, then closes. */
  finish(): void {
    const socket = this.#socket;
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#tcp.destroy();
  }

  #watch(socket: Socket): Socket {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', this.#gone);
    socket.once('end', this.#gone);
    socket.once('close', this.#gone);
    return socket;
  }
}
