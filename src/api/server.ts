import { serve, type ServerType } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Server } from 'node:http';

export interface ApiServer {
  readonly port: number;
  /** Stops accepting; requests under way may finish for this long. */
  close(graceMs: number): Promise<void>;
}

const HEADERS_MS = 15_000;
const MAX_HEADERS = 16 * 1024;

/** Serves the app. @throws the error of an address that cannot be bound */
export async function serveApi(app: Hono, host: string, port: number): Promise<ApiServer> {
  const server = await listen(app, host, port);
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

function listen(app: Hono, hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve(
      { fetch: app.fetch, hostname, port, serverOptions: { headersTimeout: HEADERS_MS, maxHeaderSize: MAX_HEADERS } },
      () => resolve(server as Server),
    );
    server.once('error', reject);
  });
}
