import { type Server, type Socket, createServer } from 'node:net';
import { type Arrivals, directly } from '../proxied/arrivals.ts';
import { plainAddress } from './grammar/address.ts';

/** Reads of 64 KiB instead of 16; measured with 512 MiB uploads against vsftpd (0.42 → 0.75). */
export const DATA_HIGH_WATER_MARK = 1 << 20;

/** How every data socket is opened: its two directions end apart, and small files leave at once. */
export const dataSocket = { highWaterMark: DATA_HIGH_WATER_MARK, allowHalfOpen: true, noDelay: true };

/** A port that waits for one data connection. */
export interface PassivePort {
  readonly port: number;
  /** The data connection, once it is there, for the caller to end; `undefined` when the port was closed. Paused. */
  take(): Promise<Socket | undefined>;
  /** Calls `act` when another connection of the client's address comes, at once if one has. */
  onSecond(act: () => void): void;
  /** Gives the port back, and ends a connection that nobody took. Idempotent. */
  close(): void;
}

export interface PassiveOptions {
  from: number;
  to: number;
  /** What 227 replies name where clients can't use the address that they called: a name or an IPv4 address. */
  publicHost: string | undefined;
}

/** The ports of passive data connections: a bounded pool over all sessions. */
export interface PassivePorts {
  readonly publicHost: string | undefined;
  /**
   * Listens on a free port. Only `peer` may connect: others are cut, and the port goes on waiting.
   * Resolves `undefined` when every port is taken.
   */
  open(host: string, peer: string, timeoutMs: number): Promise<PassivePort | undefined>;
}

/** @param arrivals how data connections come to the door: as control connections do */
export function passivePorts({ from, to, publicHost }: PassiveOptions, arrivals: Arrivals = directly): PassivePorts {
  const taken = new Set<number>();
  /** Ports whose connection is there, with what stops watching for another; the longest-watched first. */
  const watched = new Map<number, () => void>();
  const count = to - from + 1;

  async function open(host: string, peer: string, timeoutMs: number): Promise<PassivePort | undefined> {
    const [longest] = taken.size < count ? [] : watched.values();
    longest?.();
    // Starting anywhere, so that the next port can't be guessed.
    const first = Math.floor(Math.random() * count);
    for (let step = 0; step < count; step += 1) {
      const port = from + ((first + step) % count);
      if (taken.has(port)) continue;
      taken.add(port);
      const server = await listenOn(host, port);
      if (server) {
        const freed = (): void => {
          taken.delete(port);
          watched.delete(port);
        };
        const arrived = (stop: () => void): void => void watched.set(port, stop);
        return waitForPeer(server, { port, peer, timeoutMs, freed, arrived, arrivals });
      }
      taken.delete(port);
    }
    return undefined;
  }

  return { publicHost, open };
}

/** `undefined` where someone else has the port. */
function listenOn(host: string, port: number): Promise<Server | undefined> {
  const server = createServer({ ...dataSocket, pauseOnConnect: true });
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, backlog: 4 }, () => resolve(server));
  });
}

interface Wait {
  port: number;
  peer: string;
  timeoutMs: number;
  /** The connection is there; `stop` stops listening for another. */
  arrived: (stop: () => void) => void;
  freed: () => void;
  arrivals: Arrivals;
}

/**
 * Listens on after the connection has come: who shares the client's address may have been faster than the client, which
 * then knocks in vain.
 */
function waitForPeer(server: Server, { port, peer, timeoutMs, arrived, freed, arrivals }: Wait): PassivePort {
  let open = true;
  let came = false;
  let untaken: Socket | undefined;
  const second = new AbortController();
  let settle: (socket: Socket | undefined) => void = () => undefined;
  const connection = new Promise<Socket | undefined>((resolve) => (settle = resolve));
  function stop(): void {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    settle(undefined);
    // The system has the port back when `close` returns; its callback comes later.
    server.close();
    freed();
  }
  function arrive(socket: Socket): void {
    came = true;
    clearTimeout(timer);
    untaken = socket;
    settle(socket);
    arrived(stop);
  }
  const timer = setTimeout(stop, timeoutMs);
  server.on('error', stop);
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    arrivals(socket, () => judge(socket));
  });
  function judge(socket: Socket): void {
    const isPeer = open && plainAddress(socket.remoteAddress ?? '') === peer;
    if (isPeer && !came) {
      arrive(socket);
      return;
    }
    socket.destroy();
    if (isPeer) second.abort();
  }
  return {
    port,
    take: () =>
      connection.then((socket) => {
        untaken = undefined;
        return socket;
      }),
    onSecond(act) {
      if (second.signal.aborted) act();
      else second.signal.addEventListener('abort', act, { once: true });
    },
    close() {
      stop();
      untaken?.destroy();
    },
  };
}
