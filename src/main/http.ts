import { statfs } from 'node:fs/promises';
import type { Registry } from 'prom-client';
import { createApi } from '../api/app.ts';
import { serveApi } from '../api/server.ts';
import { reachable } from '../db/client.ts';
import { requireWritable } from '../db/usable.ts';
import { openAuditLog } from '../auth/audit-log.ts';
import { openSharedPenalties } from '../auth/bans.ts';
import { tellTurnedAway } from '../auth/turned-away.ts';
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

/** The HTTP side: health, metrics and the API. @throws StartFailure where the port cannot be bound */
export async function openHttp(foundation: Foundation, registry: Registry, port: number): Promise<Http> {
  const { config, database, log } = foundation;
  const auditLog = openAuditLog(database, log);
  const penalties = openSharedPenalties({ ...foundation, side: 'api', now: steadyNow });
  const stopping = new AbortController();
  const app = createApi({
    ...foundation,
    ...{ auditLog, penalties, registry, language: config.language, requestsPerMinute: config.requestsPerMinute },
    ...{
      serverPorts: config.ports,
      privateTargets: config.privateTargets,
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
  const turnedAway = tellTurnedAway(foundation.events, log, steadyNow);
  const server = await starting(
    serveApi(app, config.host, port, config.limits, (address, code) => turnedAway('http', address, code)),
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

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
