import { createRequire } from 'node:module';
import type { Server, Socket } from 'node:net';
import { portOf } from '../base/listen.ts';

/**
 * The one file that touches ftp-srv, whose internals we know at this version only (a test compares). Kept: its server
 * (listening, the list of connections), its connection (identity, end of life) and its dispatch (registry of
 * commands, who may use one before signing in). Replaced: reading, replies, every command, both connectors, AUTH,
 * signal handlers; docs/decisions says why.
 */
export const FTP_SRV_VERSION = '4.6.3';

/** What ftp-srv gives to a handler and takes for dispatch. */
interface RawCommand {
  directive: string;
  arg: string;
  flags: string[];
  raw: string;
}

interface RawServer {
  server: Server;
  connections: Record<string, RawConnection>;
  listen(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
  on(event: 'server-error', listener: (event: { error: Error }) => void): this;
}

interface RawConnection {
  readonly id: string;
  commandSocket: Socket;
  authenticated: boolean;
  connector: { end(): void };
  commands: { handle(command: RawCommand): PromiseLike<unknown> };
  _handleData(data: Buffer): unknown;
  reply(code: number, text: string): unknown;
  close(): unknown;
}

interface RegistryEntry {
  directive: string;
  handler(this: RawConnection, call: { command: RawCommand }): Promise<void>;
  flags: { no_auth: boolean };
}

const load = createRequire(import.meta.url);
const FtpServer = load('ftp-srv') as new (options: object) => RawServer;
const FtpConnection = load('ftp-srv/src/connection') as new (
  server: RawServer,
  options: { socket: Socket; log: object },
) => RawConnection;
const registry = load('ftp-srv/src/commands/registry') as Record<string, RegistryEntry>;

/** ftp-srv logs passwords of failed commands and whole replies: nothing of it reaches our log. */
const silent = { child: () => silent, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
function nothing(): void {
  /* says nothing */
}

/** What a control connection needs of ftp-srv. */
export interface Link {
  readonly id: string;
  /**
   * Runs a command through ftp-srv's dispatch; resolves when its handler has.
   * @param isSignedIn whether commands that need a session are let through
   */
  dispatch(verb: string, argument: string, isSignedIn: boolean): Promise<void>;
  /** Stops delivering plaintext, for AUTH: nothing is read from the socket until someone else does. */
  stopReading(): void;
  /** Takes the connection off the server's list. */
  forget(): void;
}

/** What ftp-srv asks of a control connection. */
export interface Handlers {
  bytes(chunk: Buffer): void;
  /** A refusal by the dispatch itself: 502 for an unknown command, 530 before signing in. */
  refuse(code: number): Promise<void>;
  run(verb: string, argument: string): Promise<void>;
  end(): void;
}

const handlersOf = new WeakMap<RawConnection, Handlers>();

class Connection extends FtpConnection {
  override _handleData(chunk: Buffer): void {
    handlersOf.get(this)?.bytes(chunk);
  }

  override reply(code: number): Promise<void> {
    return handlersOf.get(this)?.refuse(code) ?? Promise.resolve();
  }

  override close(): void {
    handlersOf.get(this)?.end();
  }
}

/** Puts our commands in place of all of ftp-srv's. `open` may be used before signing in. */
export function installCommands(commands: readonly { verb: string; open: boolean }[]): void {
  for (const verb of Object.keys(registry)) Reflect.deleteProperty(registry, verb);
  for (const { verb, open } of commands)
    registry[verb] = {
      directive: verb,
      handler(call) {
        const handlers = handlersOf.get(this);
        return handlers ? handlers.run(verb, call.command.arg) : Promise.resolve();
      },
      flags: { no_auth: open },
    };
}

export interface FtpListener {
  readonly port: number;
  /** Takes no connection any more. */
  stop(): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Listens with an ftp-srv server. Sockets come paused, with `accept` called in place of ftp-srv's own handler, which
 * would greet before anything of ours can refuse.
 */
export async function listen(
  host: string,
  port: number,
  accept: (socket: Socket, attach: (handlers: Handlers) => Link) => void,
  onError: (error: Error) => void,
): Promise<FtpListener> {
  const server = withoutSignalHandlers(() => new FtpServer({ url: urlOf(host, port), log: silent }));
  server.on('server-error', ({ error }) => onError(error));
  server.server.removeAllListeners('connection');
  server.server.on('connection', (socket) => accept(socket, (handlers) => attach(server, socket, handlers)));
  await server.listen();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= new Promise((resolve) => server.server.close(() => resolve())));
  return {
    port: portOf(server.server),
    stop,
    async close() {
      await server.close();
      await stop();
    },
  };
}

function attach(server: RawServer, socket: Socket, handlers: Handlers): Link {
  const connection = new Connection(server, { socket, log: silent });
  handlersOf.set(connection, handlers);
  server.connections[connection.id] = connection;
  connection.connector = { end: () => handlers.end() };
  return {
    id: connection.id,
    async dispatch(verb, argument, isSignedIn) {
      connection.authenticated = isSignedIn;
      await connection.commands.handle({ directive: verb, arg: argument, flags: [], raw: verb });
    },
    stopReading() {
      socket.removeAllListeners('data');
      socket.pause();
    },
    forget() {
      Reflect.deleteProperty(server.connections, connection.id);
    },
  };
}

/** ftp-srv exits the process on SIGTERM, SIGINT and SIGQUIT, with transfers under way. */
function withoutSignalHandlers<T>(make: () => T): T {
  const signals = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
  const before = signals.map((signal) => new Set(process.listeners(signal)));
  const made = make();
  signals.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) if (!before[index]?.has(listener)) process.off(signal, listener);
  });
  return made;
}

function urlOf(host: string, port: number): string {
  return `ftp://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
