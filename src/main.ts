import type { Config } from './config.ts';
import { sweepRequests } from './db/queries/access/idempotent-requests.ts';
import { advanceForgotten } from './db/queries/jobs.ts';
import { sweepRequestCounts } from './db/queries/access/request-counts.ts';
import { sweepSignedIn } from './db/queries/access/signed-in.ts';
import { sweepPlaces } from './db/queries/access/session-places.ts';
import type { Certificate } from './identity/certificate.ts';
import { watchCertificate } from './main/certificate-watch.ts';
import { openDoors, type Doors } from './main/doors.ts';
import { openFoundation, type Foundation } from './main/foundation.ts';
import { openHttp, type Http } from './main/http.ts';
import { openIdentity, type Identity } from './main/identity.ts';
import { startNotifying } from './main/notifying.ts';
import { openPull } from './main/pull.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openGate, type OpenGate } from './auth/gate.ts';
import { startScheduler, type Scheduler } from './queue/scheduler.ts';
import { sweepScratch } from './sync/scratch-file.ts';
import { startSyncing, type Syncing } from './sync/syncing.ts';
import type { Worker } from './queue/worker.ts';
import { openLateCommits, type LateCommits } from './transfer/late-commits.ts';
import { retain } from './transfer/retain.ts';
import type { Endpoint } from './web/context.ts';
import { steadyNow } from './base/steady.ts';

/** A server that runs. */
export interface Serving {
  readonly foundation: Foundation;
  readonly identity: Identity;
  readonly doors: Doors | undefined;
  readonly httpPort: number | undefined;
  /** Takes up a renewed certificate; the old one stays where the new one cannot be used. @throws ConfigError */
  reloadCertificate: () => Promise<Certificate>;
  /** Stops accepting, lets transfers and syncs finish for `graceMs`, gives jobs back and leaves the database. */
  stop(graceMs: number): Promise<void>;
}

interface Parts {
  foundation: Foundation;
  gate?: OpenGate;
  certificate?: { stop(): void };
  doors?: Doors;
  http?: Http;
  syncing?: Syncing;
  scheduler?: Scheduler;
  notifying?: Worker;
  late?: LateCommits;
  sweeping?: { stop(): Promise<void> };
}

/**
 * The composition root: assembles and starts the parts that the roles name.
 * @throws StartFailure, ConfigError: nothing of it runs then
 */
export async function serve(config: Config): Promise<Serving> {
  const parts: Parts = { foundation: await openFoundation(config, config.logLevel) };
  try {
    const identity = await openIdentity(config);
    await startParts(parts, identity);
    return {
      foundation: parts.foundation,
      identity,
      doors: parts.doors,
      httpPort: parts.http?.port,
      reloadCertificate: () => identity.reload(),
      stop: (graceMs) => stopParts(parts, graceMs),
    };
  } catch (error) {
    await stopParts(parts, 0);
    throw error;
  }
}

/** The queue worker comes last: what the doors take before waits in the queue. */
async function startParts(parts: Parts, identity: Identity): Promise<void> {
  const { foundation } = parts;
  const { config, log } = foundation;
  const { roles, concurrency } = config;
  const metrics = createMetrics(foundation.events);
  const gate = openGate({ ...foundation, limits: config.limits, now: steadyNow });
  parts.gate = gate;
  parts.certificate = watchCertificate({ identity, registry: metrics, log, now: foundation.now });
  if (roles.has('doors')) parts.doors = await openDoors({ foundation, gate, identity });
  if (roles.has('api') && config.ports.http !== undefined)
    parts.http = await openHttp(foundation, {
      ...{ registry: metrics, port: config.ports.http },
      endpoint: endpointOf(config, identity, parts.doors),
    });
  const { database, spool, events } = foundation;
  const late = openLateCommits(foundation);
  parts.late = late;
  const sweepOnce = async () => {
    // Whole files first, lest one expires that only waited; then those that the sweep has found.
    await late.scan();
    await retain(foundation, config);
    await late.scan();
    await sweepRequests(database.db);
    await sweepRequestCounts(database);
    await sweepPlaces(database);
    await sweepSignedIn(database.db);
    await sweepScratch(foundation.now());
    const tenants = await advanceForgotten(database.sql);
    if (tenants.length > 0) log.warn({ tenants }, 'files waited for a job that had used up its attempts: queued again');
  };
  if (roles.has('worker'))
    parts.syncing = startSyncing({
      database,
      spool,
      pull: openPull(foundation),
      events,
      log,
      concurrency,
      sweep: sweepOnce,
    });
  if (roles.has('scheduler')) parts.scheduler = startScheduler({ database, log, now: () => new Date() });
  if (roles.has('worker')) parts.notifying = startNotifying(foundation);
  parts.sweeping = sweepAtStart(sweepOnce, log);
}

/** What export jobs connect to, wherever the doors are. */
const endpointOf = (config: Config, identity: Identity, doors: Doors | undefined): Endpoint => ({
  host: config.publicHost ?? config.host,
  ports: doors?.ports ?? config.ports,
  hostKeys: identity.hostKeys,
  certificate: () => identity.certificate(),
});

/** What a crash left is old enough to be told from a commit under way. */
const SWEEP_AGAIN_MS = 120_000;

/** Sweeps now and once more when the orphans of a crash are old enough; the hourly job does the rest. */
function sweepAtStart(sweepOnce: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  const attempt = (): Promise<void> =>
    sweepOnce().catch((error: unknown) => log.error({ err: error }, 'sweep at the start failed'));
  let sweeping = attempt();
  const again = setTimeout(() => {
    sweeping = sweeping.then(attempt);
  }, SWEEP_AGAIN_MS);
  return {
    stop() {
      clearTimeout(again);
      return sweeping;
    },
  };
}

async function stopParts(parts: Parts, graceMs: number): Promise<void> {
  const { foundation, gate, doors, http, syncing, scheduler, notifying, sweeping } = parts;
  gate?.shut();
  parts.certificate?.stop();
  await Promise.all([
    ...[doors?.close(graceMs), http?.close(graceMs)],
    ...[syncing?.stop(graceMs), scheduler?.stop(), notifying?.stop(graceMs)],
  ]);
  await sweeping?.stop();
  await parts.late?.stop();
  await gate?.close();
  await foundation.close();
}
