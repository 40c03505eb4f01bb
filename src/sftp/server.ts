import { type Server as TcpServer, type Socket, createServer } from 'node:net';
import type { Log } from '../log.ts';
import ssh2 from 'ssh2';
import { listenOn, portOf } from '../base/listen.ts';
import { within } from '../base/within.ts';
import type { Config } from '../config.ts';
import type { FileView } from '../files/view.ts';
import { type Arrivals, directly } from '../proxied/arrivals.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Admission, Gate, Session } from '../auth/session.ts';
import type { Events } from '../events.ts';
import { socketOf } from '../ssh/internals.ts';
import { adaptServer } from '../ssh/key-exchange.ts';
import { algorithms, chooseCiphers, narrowed, widened } from './algorithms.ts';
import { SftpConnection } from './connection.ts';
import { refusalFor } from './failure.ts';
import { watchHandshake } from './handshake.ts';

export interface Listener {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Only this tenant signs in here. */
  onlyTenant?: TenantId;
  /** Older algorithms are offered here too. */
  legacy?: boolean;
}

export interface SftpOptions {
  config: Pick<Config, 'limits' | 'language'>;
  /** Private keys, PEM or OpenSSH: ed25519, RSA. */
  hostKeys: readonly (Buffer | string)[];
  listen: readonly Listener[];
  gate: Gate;
  openFiles: (session: Session) => FileView;
  events: Pick<Events, 'emit'>;
  log: Log;
  arrivals?: Arrivals;
}

export interface SftpDoor {
  /** As bound, in the order of `listen`. */
  readonly ports: readonly number[];
  /** Stops accepting; what is open may finish for this long, then it is abandoned. Resolves when nothing is left. */
  close(graceMs: number): Promise<void>;
}

/** How long abandoning may take after the grace: a disk that hangs must not keep the process from ending. */
const UNDO_MS = 5000;

/** Opens the SFTP door. @throws the error of the first address that can't be bound; nothing stays bound then */
export async function startSftp({
  config,
  hostKeys,
  listen,
  gate,
  openFiles,
  events,
  log,
  arrivals = directly,
}: SftpOptions): Promise<SftpDoor> {
  const connections = new Map<Socket, SftpConnection>();
  const listeners = new WeakMap<Socket, Listener>();
  const ssh = new ssh2.Server({
    hostKeys: [...hostKeys],
    algorithms,
    ident: 'arrivage',
    // Our own time limits end silent connections. ssh2's would end one whose disk is slow: it is not read meanwhile.
    keepaliveCountMax: Number.MAX_SAFE_INTEGER,
  });
  const ciphers = chooseCiphers();
  ssh.on('connection', (client, { ip, header }) => {
    const ident = header.identRaw;
    const { legacy = false, onlyTenant } = listeners.get(socketOf(client)) ?? {};
    const exchanges = adaptServer(client, (offer) => {
      const modern = narrowed(offer, ciphers.for(ident, ip));
      return legacy ? widened(modern) : modern;
    });
    watchHandshake({ client, exchanges, address: ip, ident, onlyTenant, events, log });
    client.once('error', (error: Error) => {
      if (/no matching .*cipher/.test(error.message)) ciphers.refused(ip);
    });
    connections.get(socketOf(client))?.attach(client, ident);
  });

  function accept(socket: Socket, listener: Listener): void {
    const admission = admit(socket, listener.onlyTenant);
    if (!admission) return;
    listeners.set(socket, listener);
    const connection = new SftpConnection({ socket, admission, gate, openFiles, config, log });
    connections.set(socket, connection);
    void connection.closed.then(() => connections.delete(socket));
    ssh.injectSocket(socket);
  }

  function admit(socket: Socket, onlyTenant: TenantId | undefined): Admission | undefined {
    try {
      return gate.admit('sftp', 'sftp', socket.remoteAddress ?? '', onlyTenant);
    } catch (error) {
      socket.on('error', () => undefined);
      // A server may send lines before its version (RFC 4253, section 4.2); clients show them or log them.
      socket.end(`${refusalFor(error, log).text(config.language)}\r\n`, () => socket.destroy());
      return undefined;
    }
  }

  async function close(graceMs: number): Promise<void> {
    const released = servers.map(closeServer);
    const all = [...connections.values()];
    for (const connection of all) connection.finish();
    const timer = setTimeout(() => {
      for (const connection of connections.values()) connection.drop('server stopped');
    }, graceMs);
    const ended = Promise.all([...released, ...all.map((connection) => connection.closed)]);
    await within(graceMs + UNDO_MS, ended, () => undefined);
    clearTimeout(timer);
  }

  const servers: TcpServer[] = [];
  try {
    for (const listener of listen) {
      const server = createServer({ pauseOnConnect: false }, (socket) =>
        arrivals(socket, () => accept(socket, listener)),
      );
      servers.push(server);
      await listenOn(server, listener.host, listener.port);
    }
  } catch (error) {
    await Promise.all(servers.map(closeServer));
    throw error;
  }
  return { ports: servers.map(portOf), close };
}

function closeServer(server: TcpServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
