import { isUnavailable, type Database } from '../db/client.ts';
import { noteFetched, noteFetchFailure, type FetchResult } from '../db/queries/syncs/intake.ts';
import { failRun, type Run, type SyncRow } from '../db/queries/syncs/states.ts';
import { ArrivageError } from '../errors.ts';
import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import type { SyncFailure } from '../model/sync.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Pull } from '../pull/pull.ts';
import { reasonOf } from './file-fault.ts';
import type { ProgressMeter } from './progress.ts';

/** Fetches from a tenant's connector: each file is committed as an upload that is tied to the sync. */
export type Fetch = Pull['fetch'];

export interface FetchDeps {
  database: Database;
  fetch: Fetch;
  events: Events;
  log: Log;
  now: () => Date;
}

export interface FetchInput {
  tenant: Tenant;
  row: SyncRow;
  run: Run;
  signal: AbortSignal;
  progress: Pick<ProgressMeter, 'fetching' | 'stop'>;
}

/** Minutes from a failed try to the next; after the last the sync has failed. */
const PAUSES = [1, 5, 15, 30];

/**
 * The first stage of a pull. What a cut brought to its commit stays, so that the next try goes on from there.
 * @returns what is to be said of it, or undefined where the sync pauses until its next try, or failed
 * @throws where the database is away or the worker stops: that is no failure of the source
 */
export async function fetchFiles(deps: FetchDeps, input: FetchInput): Promise<FetchResult | undefined> {
  const { tenant, row, run, signal, progress } = input;
  try {
    const sync = { id: row.id, datasets: row.datasets, force: row.force, dryRun: row.dryRun };
    const { taken, ...fetched } = await deps.fetch(tenant, sync, signal, progress.fetching);
    deps.log.info({ tenant: tenant.id, sync: row.id, taken, ...fetched }, 'files fetched');
    await noteFetched(deps.database.sql, run, fetched);
    return fetched;
  } catch (error) {
    if (signal.aborted || isOurDatabase(error)) throw error;
    await progress.stop();
    await fail(deps, input, error);
    return undefined;
  }
}

/** A refusal of the catalogue speaks of the source, whatever lies beneath it. */
function isOurDatabase(error: unknown): boolean {
  return error instanceof ArrivageError ? error.code === 'database_unavailable' : isUnavailable(error);
}

async function fail({ database, events, log, now }: FetchDeps, { row, run }: FetchInput, error: unknown) {
  const failure = failureOf(error, run);
  const mayPass = !(error instanceof ArrivageError) || error.entry.retryable;
  const pause = mayPass ? PAUSES[row.fetchFailures] : undefined;
  log.warn({ err: error, tenant: run.tenantId, sync: run.syncId, pauseMinutes: pause }, 'fetching failed');
  if (pause !== undefined) {
    await noteFetchFailure(database.sql, run, failure, new Date(now().getTime() + pause * 60_000));
    return;
  }
  await failRun(database, run, failure);
  events.emit('sync.finished', { tenant: run.tenantId, syncId: run.syncId, state: 'failed', durationMs: 0, rows: 0 });
}

function failureOf(error: unknown, { syncId }: Run): SyncFailure {
  if (error instanceof ArrivageError) return { ...reasonOf(error), message: error.message };
  const reference = `sync-${syncId}`;
  return { code: 'internal', message: `An error of ours while fetching. ${reference}`, params: { reference } };
}
