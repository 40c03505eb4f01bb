import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import { listEndpoints, type Endpoint } from '../db/queries/tenants/endpoints.ts';
import type { Log } from '../log.ts';

const LOOK_MS = 3000;

export interface OpenPort {
  close(graceMs: number): Promise<void>;
}

export interface OwnPortsOptions {
  database: Database;
  log: Log;
  open: (endpoint: Endpoint) => Promise<OpenPort>;
}

export interface OwnPorts {
  close(graceMs: number): Promise<void>;
}

const nameOf = ({ tenantId, protocol, port, legacy }: Endpoint): string =>
  `${tenantId} ${protocol} ${port}${legacy ? ' legacy' : ''}`;

/**
 * Keeps the ports of tenants' own open, as the table has them: one that is added is opened within seconds, one that is
 * taken away closes. A port that cannot be opened is tried again.
 */
export function keepOwnPorts({ database, log, open }: OwnPortsOptions): OwnPorts {
  const stopping = new AbortController();
  const ports = new Map<string, OpenPort>();
  const troubled = new Set<string>();

  async function look(): Promise<void> {
    const wanted = new Map((await listEndpoints(database.db)).map((endpoint) => [nameOf(endpoint), endpoint]));
    const gone = [...ports].filter(([name]) => !wanted.has(name));
    for (const [name, port] of gone) {
      ports.delete(name);
      await port.close(0);
      log.info({ port: name }, 'port of a tenant closed');
    }
    for (const [name, endpoint] of wanted) if (!ports.has(name)) await openOne(name, endpoint);
  }

  async function openOne(name: string, endpoint: Endpoint): Promise<void> {
    try {
      ports.set(name, await open(endpoint));
      troubled.delete(name);
      log.info(
        { tenant: endpoint.tenantId, protocol: endpoint.protocol, port: endpoint.port },
        'port of a tenant open',
      );
    } catch (error) {
      if (!troubled.has(name)) log.error({ err: error, ...endpoint }, 'the port of a tenant cannot be opened');
      troubled.add(name);
    }
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => log.warn({ err: error }, 'ports of tenants not looked at'));
      await pause(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const kept = keep();
  return {
    async close(graceMs) {
      stopping.abort();
      await kept;
      await Promise.all([...ports.values()].map((port) => port.close(graceMs)));
    },
  };
}
