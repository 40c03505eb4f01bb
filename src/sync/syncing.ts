import type { TaskList } from 'graphile-worker';
import { openLimiter } from '../base/limiter.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { forgiveAttempts } from '../db/queries/jobs.ts';
import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import type { Pull } from '../pull/pull.ts';
import { createAdvance, willPass, type Advance, type AdvanceDeps } from './advance.ts';
import { startReader, type Reader } from '../reader/reader.ts';
import { scratchPath } from './scratch-file.ts';
import { startWorker } from '../queue/worker.ts';

export interface SyncingOptions {
  database: Database;
  spool: AdvanceDeps['spool'];
  pull: Pick<Pull, 'fetch'>;
  events: Events;
  log: Log;
  /** Tenants whose files are imported at once. */
  concurrency: number;
  /** What else the hourly job does, such as sweeping the spool. */
  sweep: () => Promise<void>;
}

/** Tenants besides from whose servers files come at once: a slow source must not keep others from their import. */
const FETCHES = 8;

export interface Syncing {
  /** Lets running syncs finish for up to `graceMs`; what is left runs again at the next start. */
  stop(graceMs: number): Promise<void>;
}

/** Starts what turns uploads into rows: the queue worker, its parsing threads, and a pool for loads. */
export function startSyncing(options: SyncingOptions): Syncing {
  const { database, spool, pull, events, log, concurrency } = options;
  const loadDatabase = openDatabase(database.url, { max: concurrency + 1, statementMs: 0 });
  let isStopping = false;
  const readers = createReaders(concurrency);
  const advance = createAdvance({
    database,
    loadDatabase,
    spool,
    fetch: (...given) => pull.fetch(...given),
    events,
    log,
    now: () => new Date(),
    isStopping: () => isStopping,
    withReader: readers.use,
    scratch: ({ syncId }) => scratchPath(syncId),
  });
  const tasks = (giveUp: AbortSignal) => syncTasks({ ...options, advance }, giveUp);
  const worker = startWorker({
    database,
    concurrency: concurrency + FETCHES,
    log,
    tasks,
    crontab: '7 * * * * sweep ?max=3',
  });
  return {
    stop: async (graceMs) => {
      isStopping = true;
      await worker.stop(graceMs);
      await readers.close();
      await loadDatabase.close();
    },
  };
}

interface TaskDeps extends Pick<SyncingOptions, 'database' | 'sweep'> {
  advance: Advance;
}

function syncTasks({ database, advance, sweep }: TaskDeps, giveUp: AbortSignal): TaskList {
  return {
    advance: async (payload, { job }) => {
      const { tenant, hurry } = payload as { tenant: string; hurry?: boolean };
      try {
        await advance(tenant, { hurry: hurry ?? false }, giveUp);
      } catch (error) {
        // Where the database is still away, this fails as well.
        if (willPass(error) || giveUp.aborted) await forgiveAttempts(database.sql, job.id).catch(() => undefined);
        throw error;
      }
    },
    sweep,
  };
}

/** Threads that wait warm: starting one costs more than reading a small file. At most so many work at once. */
function createReaders(most: number) {
  const idle: Reader[] = [];
  const limiter = openLimiter(most);
  return {
    use: <T>(work: (reader: Reader) => Promise<T>): Promise<T> =>
      limiter.run(async () => {
        const reader = idle.pop() ?? startReader();
        try {
          return await work(reader);
        } finally {
          idle.push(reader);
        }
      }),
    close: async () => {
      await Promise.all(idle.map((reader) => reader.close()));
    },
  };
}
