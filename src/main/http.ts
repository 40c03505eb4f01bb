import { statfs } from 'node:fs/promises';
import type { Registry } from 'prom-client';
import { createApi } from '../api/app.ts';
import type { Router } from '../api/contract/context.ts';
import { serveApi } from '../api/server.ts';
import { reachable } from '../db/client.ts';
import { requireWritable } from '../db/usable.ts';
import { openAuditLog } from '../auth/audit-log.ts';
import { openSharedPenalties } from '../auth/bans.ts';
import { tellTurnedAway } from '../auth/turned-away.ts';
import { createWeb } from '../web/app.ts';
import type { Endpoint } from '../web/context.ts';
import type { Foundation } from './foundation.ts';
import { remembered } from './remembered.ts';
import { portTrouble, starting } from './start-failure.ts';
import { steadyNow } from '../base/steady.ts';

/** How long a proof that the disk takes commits stands. */
const PROVEN_MS = 5000;

export interface Http {
  readonly port: number;
  /** Stops accepting; requests under way may finish for this long. */
  close(graceMs: number): Promise<void>;
}

/** What is the API's, and programs'. All else is for people. */
const API_PATHS = /^\/(v1|healthz|readyz|metrics|docs|openapi\.json)(\/|$)/;

interface HttpOptions {
  registry: Registry;
  port: number;
  /** What export jobs connect to, as the pages tell it. */
  endpoint: Endpoint;
}

/** The HTTP side: health, metrics, the API, and the pages. @throws StartFailure where the port cannot be bound */
export async function openHttp(foundation: Foundation, { registry, port, endpoint }: HttpOptions): Promise<Http> {
  const { config, database, log } = foundation;
  const auditLog = openAuditLog(database, log);
  const penalties = openSharedPenalties({ ...foundation, side: 'api', now: steadyNow });
  const stopping = new AbortController();
  const api = createApi({
    ...foundation,
    ...{ auditLog, penalties, registry, language: config.language, requestsPerMinute: config.requestsPerMinute },
    ...{
      serverPorts: config.ports,
      privateTargets: config.privateTargets,
      trustedProxies: config.trustedProxies,
      freeBytes: () => freeBytesIn(config.dataDir),
    },
    stopping: stopping.signal,
    checks: {
      database: async () => {
        await reachable(requireWritable(database.sql));
      },
      disk: remembered(() => foundation.spool.prove(), PROVEN_MS),
    },
  });
  const web = createWeb({
    ...foundation,
    ...{ api, auditLog, penalties, endpoint, language: config.language },
    ...{ trustedProxies: config.trustedProxies, publicUrl: config.publicUrl },
    requestsPerMinute: config.requestsPerMinute,
  });
  const turnedAway = tellTurnedAway(foundation.events, log, steadyNow);
  const server = await starting(
    serveApi({ fetch: dispatch(api, web) }, config.host, port, config.limits, (address, code) =>
      turnedAway('http', address, code),
    ),
    portTrouble('HTTP', 'ARRIVAGE_HTTP_PORT', config.host, port),
  );
  return {
    port: server.port,
    async close(graceMs) {
      stopping.abort();
      await server.close(graceMs);
      await penalties.close();
      await auditLog.close();
    },
  };
}

/** Each request to the API or to the pages. */
const dispatch =
  (api: Pick<Router, 'fetch'>, web: ReturnType<typeof createWeb>): Router['fetch'] =>
  (request, env) =>
    (API_PATHS.test(new URL(request.url).pathname) ? api : web).fetch(request, env);

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
