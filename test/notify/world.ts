import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { createEvents } from '../../src/events.ts';
import { recordEvent } from '../../src/db/queries/events/outbox.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import type { StoredEventType } from '../../src/model/stored-event.ts';
import { notifyTasks, type NotifyDeps } from '../../src/notify/tasks.ts';
import { createKeyring } from '../../src/secrets/keyring.ts';
import { startWorker, type Worker } from '../../src/queue/worker.ts';
import { testDatabase } from '../support/database.ts';

export interface World extends NotifyDeps {
  database: Database;
  clock: { now: Date };
  /** Stores an event of `acme` as a sync's end does. */
  happen(type: StoredEventType, data?: Record<string, unknown>, syncId?: number | null): Promise<void>;
  /** Starts a node that tells people. */
  node(concurrency?: number): Worker;
  /** Lets the pauses that jobs wait for be over. */
  hurry(): Promise<void>;
}

const events = createEvents((error) => log.error({ err: error }));
const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

export function depsOver(database: Database, given: Partial<NotifyDeps>): NotifyDeps {
  return {
    ...{ database, log, events, send: undefined, privateTargets: ['127.0.0.0/8'] },
    keyring: createKeyring([{ id: 'k1', key: randomBytes(32) }]),
    ...{ now: () => new Date(), chance: () => 0.5 },
    ...given,
  };
}

/** Starts a node that tells people. */
export function nodeOver(database: Database, given: Partial<NotifyDeps>, concurrency = 4): Worker {
  const tasks = notifyTasks(depsOver(database, given));
  const worker = startWorker({ database, concurrency, log, tasks, crontab: '' });
  onTestFinished(() => worker.stop(0));
  return worker;
}

/** A tenant `acme`, and what tells people over a real database and a real queue, with a held clock. */
export async function openWorld(given: Partial<NotifyDeps> = {}): Promise<World> {
  const database = await testDatabase();
  await createTenant(database.db, { id: 'acme', name: 'Acme & fils', state: 'live' });
  const clock = { now: new Date() };
  const deps = depsOver(database, { now: () => clock.now, ...given });
  return {
    ...deps,
    clock,
    happen: async (type, data = {}, syncId = 1) => {
      await database.sql.begin((tx) => recordEvent(tx, 'acme', type, syncId, { tenant: 'acme', ...data }));
    },
    node: (concurrency) => nodeOver(database, deps, concurrency),
    hurry: async () => {
      await database.sql`update graphile_worker._private_jobs set run_at = now() where run_at > now()`;
      await database.sql`select pg_notify('jobs:insert', '{"count":1}')`;
    },
  };
}
