import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Database } from '../db/client.ts';
import { followClock } from '../db/queries/jobs.ts';
import { openQueuePool, type QueuePool } from '../db/queue-pool.ts';
import type { Log } from '../log.ts';
import { joinNodes, type Node } from './node.ts';
import { listenForStrays } from './stray-rejections.ts';

export interface WorkerOptions {
  database: Database;
  /** Jobs that run at once. */
  concurrency: number;
  log: Log;
  /** What it does, by the names of the jobs; `giveUp` aborts when the worker stops and jobs should end soon. */
  tasks: (giveUp: AbortSignal) => TaskList;
  /** Lines of graphile-worker's crontab, in UTC; each time runs once, however many nodes there are. */
  crontab: string;
}

export interface Worker {
  /** Lets running jobs finish for up to `graceMs`; what is left goes back to the queue. */
  stop(graceMs: number): Promise<void>;
}

const CHECK_MS = 10_000;
const RESTART_MS = 1_000;
/** More than what keeps a clock in step takes away at once. */
const SET_BACK_MS = 60_000;
/** Jobs need a connection of the queue only where they begin and end. */
const MOST_CONNECTIONS = 8;

/** Runs queue jobs until it is stopped, and starts again by itself after the database was away. */
export function startWorker(options: WorkerOptions): Worker {
  const stopping = new AbortController();
  const ended = supervise(options, stopping.signal);
  return {
    stop: async (graceMs) => {
      stopping.abort(graceMs);
      await ended;
    },
  };
}

async function supervise(options: WorkerOptions, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await runUntilBroken(options, stopping);
    } catch (error) {
      options.log.warn({ err: error }, 'queue worker stopped; it starts again');
      await pause(RESTART_MS, stopping);
    }
  }
}

async function runUntilBroken(options: WorkerOptions, stopping: AbortSignal): Promise<void> {
  const node = await joinNodes(options.database);
  const strays = listenForStrays();
  try {
    await node.reap();
    await followClock(options.database.sql);
    await withRunner(options, node, stopping, (runner) =>
      Promise.race([watch(options, node, runner, stopping), strays.lost]),
    );
  } finally {
    strays.stop();
    await node.leave().catch(() => undefined);
  }
}

async function withRunner(
  options: WorkerOptions,
  node: Node,
  stopping: AbortSignal,
  work: (runner: Runner) => Promise<void>,
): Promise<void> {
  // One more for LISTEN.
  const connections = openQueuePool(
    options.database.url,
    Math.min(options.concurrency, MOST_CONNECTIONS) + 2,
    (error) => options.log.warn({ err: error }, 'the queue lost a connection'),
  );
  try {
    const giveUp = new AbortController();
    const runner = await startRunner(options, node, connections, giveUp.signal);
    try {
      await work(runner);
    } finally {
      await stopRunner(runner, giveUp, stopping);
    }
  } finally {
    await connections.end();
  }
}

/**
 * Resolves when the worker is to stop; rejects when the queue or the node's lock is lost, or the clock was set back: the
 * crontab would sleep until the time comes again for which it waits.
 */
async function watch({ database }: WorkerOptions, node: Node, runner: Runner, stopping: AbortSignal): Promise<void> {
  const broken = runner.promise.then(() => {
    if (!stopping.aborted) throw new Error('the queue runner ended');
  });
  broken.catch(() => undefined);
  for (let latest = wallAhead(); ; latest = Math.max(latest, wallAhead())) {
    await Promise.race([pause(CHECK_MS, stopping), broken]);
    if (stopping.aborted) return;
    await node.check();
    await node.reap();
    await followClock(database.sql);
    if (latest - wallAhead() > SET_BACK_MS) throw new Error('the clock was set back');
  }
}

/** How far the clock of the wall is ahead of the one that nobody sets. */
const wallAhead = (): number => Date.now() - performance.now();

async function stopRunner(runner: Runner, giveUp: AbortController, stopping: AbortSignal): Promise<void> {
  const graceMs = typeof stopping.reason === 'number' ? stopping.reason : 0;
  const timer = setTimeout(() => giveUp.abort(), graceMs);
  await runner.stop().catch(() => undefined);
  await runner.promise.catch(() => undefined);
  clearTimeout(timer);
}

async function startRunner(
  options: WorkerOptions,
  node: Node,
  { pool }: QueuePool,
  giveUp: AbortSignal,
): Promise<Runner> {
  const events = new EventEmitter() as WorkerEvents;
  // Jobs are locked in the name of a worker or of its pool.
  const note = (id: string) =>
    node.addWorker(id).catch((error: unknown) => options.log.warn({ err: error }, 'node row not updated'));
  events.on('pool:create', ({ workerPool }) => void note(workerPool.id));
  events.on('worker:create', ({ worker }) => void note(worker.workerId));
  return run({
    pgPool: pool,
    concurrency: options.concurrency,
    noHandleSignals: true,
    pollInterval: 2_000,
    logger: loggerTo(options.log),
    events,
    taskList: options.tasks(giveUp),
    crontab: options.crontab,
  });
}

function loggerTo(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    // Its levels are an ambient enum of these words, which cannot be imported.
    const name: string = level;
    if (name === 'error') log.error({ meta }, message);
    else if (name === 'warning') log.warn({ meta }, message);
    else log.debug({ meta }, message);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
