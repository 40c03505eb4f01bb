import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { recordUpload } from '../../src/db/queries/uploads/arrivals.ts';
import { openDatabase, type Database } from '../../src/db/client.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { createEvents } from '../../src/events.ts';
import type { Arrival } from '../../src/model/arrival.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import type { Door } from '../../src/model/tenant.ts';
import { openDiskSpool } from '../../src/spool/disk.ts';
import type { Spool } from '../../src/spool/spool.ts';
import { createAdvance, type AdvanceDeps } from '../../src/sync/advance.ts';
import type { Fetch } from '../../src/sync/fetch-stage.ts';
import { startReader, type Reader } from '../../src/reader/reader.ts';
import type { ReadResult } from '../../src/reader/thread-protocol.ts';
import { testDatabase } from '../support/database.ts';
import { byHand, holdToLives } from '../support/lives.ts';
import { recording, type Recorder } from '../support/recorded-sql.ts';

export interface Bench {
  database: Database;
  spool: Spool;
  /** What a pull does; a test sets its own. */
  source: { fetch: Fetch };
  /** The held clock. */
  clock: { now: Date; stopping?: boolean };
  /** Commits an upload as a door does, at the clock's time. */
  send(
    tenant: string,
    name: string,
    content: string | Buffer,
    door?: Door,
    origin?: Arrival['origin'],
  ): Promise<string>;
  /** Runs the tenant's job once. */
  advance(tenant: string, options?: { hurry: boolean }, signal?: AbortSignal): Promise<void>;
  tenant(id: string, settings?: Partial<Parameters<typeof createTenant>[1]>): Promise<void>;
  rows(query: string): Promise<Record<string, unknown>[]>;
  reports(tenant: string): Promise<{ name: string; text: string }[]>;
  /** What the thread said of each file that it read, the last one last. */
  reads: ReadResult[];
  /** Names of the files of which the thread was asked what they hold, the last one last. */
  asked: string[];
  /** Another worker takes over: what this one had in mind is gone. */
  restart(): void;
  /** Where the bytes of an upload lie. */
  pathOf(tenant: string, upload: string): string;
}

/**
 * The pipeline over a real database, a real spool and a real thread; no doors, no queue worker.
 * @param recorder told of what the transactions of syncs run
 */
export async function openBench(recorder?: Recorder): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-sync-'));
  const database = await testDatabase();
  await holdToLives(database.sql);
  const opened = openDatabase(database.url, { max: 3, statementMs: 0 });
  const loadDatabase = recorder ? recording(opened, recorder) : opened;
  const spool = openDiskSpool(join(folder, 'spool'));
  const reader = startReader();
  const reads: ReadResult[] = [];
  const asked: string[] = [];
  const noted: Reader = {
    ...reader,
    run: async (task, sink, signal) => {
      if (task.kind === 'identify') asked.push(task.file.name);
      const answer = await reader.run(task, sink, signal);
      if (task.kind === 'read') reads.push(answer as ReadResult);
      return answer;
    },
  };
  const source: Bench['source'] = { fetch: () => Promise.reject(new Error('nothing is fetched here')) };
  const clock: Bench['clock'] = { now: new Date('2026-11-24T12:00:00Z') };
  onTestFinished(async () => {
    await reader.close();
    await loadDatabase.close();
    await rm(folder, { recursive: true, maxRetries: 5 });
  });
  const deps: AdvanceDeps = {
    database,
    loadDatabase,
    spool,
    fetch: (...given) => source.fetch(...given),
    withReader: (work) => work(noted),
    events: createEvents((error) => {
      throw error;
    }),
    log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    now: () => clock.now,
    isStopping: () => clock.stopping ?? false,
    scratch: ({ syncId }) => join(folder, `scratch-${syncId}`),
  };
  let advance = createAdvance(deps);
  return {
    database,
    spool,
    source,
    clock,
    reads,
    asked,
    restart: () => {
      advance = createAdvance(deps);
    },
    pathOf: (tenant, upload) => spool.committed.path(tenant, upload),
    send: async (tenant, name, content, door = 'import', origin) => {
      const id = randomUUID();
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      const path = `/${name}` as VirtualPath;
      const partial = await spool.partials.create(tenant, { id, path });
      await partial.write(bytes, 0);
      await partial.sync();
      await partial.close();
      await spool.partials.promote(tenant, id);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await recordUpload(database.sql, {
        ...{
          tenant,
          id,
          path,
          size: bytes.length,
          sha256,
          door,
          username: null,
          modified: clock.now,
          ...(origin && { origin }),
        },
      });
      // Two uploads never arrive at the same moment, and their order counts.
      clock.now = new Date(clock.now.getTime() + 1);
      await database.sql`update uploads set received_at = ${clock.now} where tenant_id = ${tenant} and id = ${id}`;
      return id;
    },
    advance: (tenant, options = { hurry: false }, signal = new AbortController().signal) =>
      advance(tenant, options, signal),
    tenant: async (id, settings = {}) => {
      await createTenant(database.db, { id, name: id, state: 'live', trigger: 'each', ...settings });
    },
    rows: (query) =>
      database.sql.begin(async (tx) => {
        await tx.unsafe(byHand);
        return tx.unsafe(query);
      }),
    reports: async (tenant) => {
      const files =
        await database.sql`select name, id, size from report_files where tenant_id = ${tenant} order by name`;
      return Promise.all(
        files.map(async ({ name, id, size }) => {
          const file = await spool.reports.open(tenant, id as string);
          const bytes = Buffer.alloc(Number(size));
          await file.read(bytes, 0);
          await file.close();
          return { name: name as string, text: bytes.toString() };
        }),
      );
    },
  };
}
