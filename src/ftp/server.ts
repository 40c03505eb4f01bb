import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import { type Arrivals, directly } from '../proxied/arrivals.ts';
import { commands } from './commands/table.ts';
import { FtpConnection } from './connection.ts';
import type { FtpDoorContext } from './door.ts';
import { type FtpListener, type Handlers, type Link, installCommands, listen } from './ftp-srv.ts';
import { foldToAscii, formatReply } from './grammar/reply.ts';

export interface Listener {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** FTPS from the first byte (port 990's way); otherwise AUTH TLS. */
  implicitTls: boolean;
  /** Only this tenant signs in here. */
  onlyTenant?: TenantId;
}

export interface FtpOptions extends Omit<FtpDoorContext, 'tls'> {
  /** See `FtpDoorContext`. */
  tls: (own: boolean) => SecureContext;
  listen: readonly Listener[];
  arrivals?: Arrivals;
}

export interface FtpDoor {
  /** As bound, in the order of `listen`. */
  readonly ports: readonly number[];
  /** Stops accepting; transfers may finish for this long, then they are cut. Resolves when nothing is left. */
  close(graceMs: number): Promise<void>;
}

type Attach = (handlers: Handlers) => Link;

/** Opens the FTP door. @throws the error of the first address that can't be bound; nothing stays bound then */
export async function startFtp({ listen: addresses, arrivals = directly, ...context }: FtpOptions): Promise<FtpDoor> {
  installCommands(
    commands.map(({ verb, stages }) => ({ verb, open: stages.includes('user') || stages.includes('password') })),
  );
  const connections = new Set<FtpConnection>();
  const listeners: FtpListener[] = [];

  function accept({ implicitTls, onlyTenant }: Listener, socket: Socket, attach: Attach): void {
    // A connection that is already reset has no address any more; ftp-srv died of it.
    if (!socket.remoteAddress) {
      socket.destroy();
      return;
    }
    try {
      const admission = context.gate.admit('ftp', 'ftp', socket.remoteAddress, onlyTenant);
      const connection = new FtpConnection(context, { socket, admission, implicitTls, attach });
      connections.add(connection);
      void connection.closed.then(() => connections.delete(connection));
    } catch (error) {
      turnAway(socket, error, implicitTls);
    }
  }

  /** A refusal in clear would only confuse a client that waits for a TLS handshake. */
  function turnAway(socket: Socket, error: unknown, implicitTls: boolean): void {
    socket.on('error', () => undefined);
    const text = error instanceof ArrivageError ? error.text(context.config.language) : 'Service not available.';
    if (!(error instanceof ArrivageError)) context.log.error({ err: error }, 'connection not admitted');
    if (implicitTls) socket.destroy();
    else socket.end(formatReply(421, [foldToAscii(text)]), () => socket.destroy());
  }

  try {
    for (const address of addresses) {
      const onError = (error: Error): void => context.log.error({ err: error }, 'FTP listener failed');
      const { host, port } = address;
      const arrive = (socket: Socket, attach: Attach): void => arrivals(socket, () => accept(address, socket, attach));
      listeners.push(await listen(host, port, arrive, onError));
    }
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  }

  async function close(graceMs: number): Promise<void> {
    const stopped = listeners.map((listener) => listener.stop());
    const all = [...connections];
    for (const connection of all) connection.stop();
    const timer = setTimeout(() => {
      for (const connection of all) connection.drop();
    }, graceMs);
    await Promise.all([...stopped, ...all.map((connection) => connection.closed)]);
    clearTimeout(timer);
    await Promise.all(listeners.map((listener) => listener.close()));
  }

  return { ports: listeners.map(({ port }) => port), close };
}
