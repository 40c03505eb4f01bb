import { serve, type ServerType } from '@hono/node-server';
import type { Server } from 'node:http';
import type { Router } from './context.ts';

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
export async function serveApi(app: Router, host: string, port: number, limits: ServerLimits): Promise<ApiServer> {
  const server = await listen(app, host, port);
  server.maxConnections = limits.connections;
  server.maxHeadersCount = MAX_HEADER_LINES;
  server.setTimeout(limits.stallMs);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
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

/** A request may take as long as its file does, so there is no limit on the whole: only on headers and on silence. */
const serverOptions = {
  headersTimeout: HEADERS_MS,
  requestTimeout: 0,
  keepAliveTimeout: KEEP_ALIVE_MS,
  maxHeaderSize: MAX_HEADERS,
};

function listen(app: Router, hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, hostname, port, serverOptions }, () =>
      resolve(server as Server),
    );
    server.once('error', reject);
  });
}
