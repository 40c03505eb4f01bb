import { serve, type ServerType } from '@hono/node-server';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { counter } from '../base/counter.ts';
import { plainAddress } from '../base/address.ts';
import { portOf } from '../base/listen.ts';
import { once } from '../base/once.ts';
import { type Place, openPlaces } from '../auth/places.ts';
import type { Router } from './contract/context.ts';
import { steadyNow } from '../base/steady.ts';

export interface ApiServer {
  readonly port: number;
  /** Stops accepting; requests under way may finish for this long. */
  close(graceMs: number): Promise<void>;
}

export interface ServerLimits {
  /** Connections at once. */
  connections: number;
  /** A connection on which no byte moves for this long is ended. */
  stallMs: number;
}

const HEADERS_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS = 16 * 1024;
const MAX_HEADER_LINES = 100;

/** Serves the app. @throws the error of an address that cannot be bound */
export async function serveApi(
  app: Pick<Router, 'fetch'>,
  host: string,
  port: number,
  limits: ServerLimits,
  onTurnedAway: (address: string, code: string) => void = () => undefined,
): Promise<ApiServer> {
  const server = await listen(app, host, port);
  givePlaces(server, limits, onTurnedAway);
  server.maxHeadersCount = MAX_HEADER_LINES;
  server.setTimeout(limits.stallMs);
  return {
    port: portOf(server),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** By connection: keeps it from being shed for a request of the owner, where that has not kept its share already. */
const keepFor = new WeakMap<Socket, (owner: string) => () => void>();

/** One owner's slow requests, with a right key, must not keep everybody else from being heard. */
const PART_OF_OWNER = 8;

/** A request that has shown a key keeps its connection until it is answered. Whoever sends half a request does not. */
export function keepWhileAnswered(response: ServerResponse, owner: string): void {
  const free = response.socket && keepFor.get(response.socket)?.(owner);
  if (free) response.once('close', free);
}

/** Behind a proxy all callers share one address, which therefore has half of the places and not a few. */
function givePlaces(
  server: Server,
  { connections }: ServerLimits,
  onTurnedAway: (address: string, code: string) => void,
) {
  const shares = { connections, connectionsPerAddress: Math.ceil(connections / 2) };
  const places = openPlaces(shares, { now: steadyNow });
  const kept = counter();
  const keep = (place: Place, owner: string): (() => void) => {
    if (kept.of(owner) >= Math.ceil(connections / PART_OF_OWNER)) return () => undefined;
    const [free, leave] = [place.hold(), kept.take(owner)];
    return once(() => {
      free();
      leave();
    });
  };
  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress ?? '');
    const end = (code: string): void => {
      onTurnedAway(address, code);
      socket.destroy();
    };
    try {
      const place = places.take(address, () => end('shed'));
      keepFor.set(socket, (owner) => keep(place, owner));
      socket.once('close', () => place.leave());
    } catch {
      end('too_many_connections');
    }
  });
}

/** A request may take as long as its file does, so there is no limit on the whole: only on headers and on silence. */
const serverOptions = {
  headersTimeout: HEADERS_MS,
  requestTimeout: 0,
  keepAliveTimeout: KEEP_ALIVE_MS,
  maxHeaderSize: MAX_HEADERS,
};

function listen(app: Pick<Router, 'fetch'>, hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, hostname, port, serverOptions }, () =>
      resolve(server as Server),
    );
    server.once('error', reject);
  });
}
