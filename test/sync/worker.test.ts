import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { advanceNow } from '../../src/db/queries/jobs.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { testDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });

type Job = (tenant: string, giveUp: AbortSignal) => Promise<void>;

const tasksOf = (advance: Job) => (giveUp: AbortSignal) => ({
  advance: (payload: unknown) => advance((payload as { tenant: string }).tenant, giveUp),
});

async function open(advance: Job) {
  const database = await testDatabase();
  await createTenant(database.db, { id: 'acme', name: 'Acme' });
  const worker = startWorker({ database, concurrency: 2, log, tasks: tasksOf(advance), crontab: '' });
  onTestFinished(() => worker.stop(0));
  return { database, worker };
}

it('runs a tenant’s job at once when an upload brings it', async () => {
  const advance = vi.fn<Job>(() => Promise.resolve());
  const { database } = await open(advance);
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  await vi.waitFor(() => expect(advance).toHaveBeenCalledWith('acme', expect.anything()), 10_000);
});

it('never runs two jobs of a tenant at once, and runs again for what came meanwhile', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { database } = await open(async () => {
    most = Math.max(most, ++running);
    if (++runs === 1) await held;
    running--;
  });
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  await vi.waitFor(() => expect(runs).toBe(1), 10_000);
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  release();
  await vi.waitFor(() => expect(runs).toBe(2), 10_000);
  expect(most).toBe(1);
});

it('takes over at once what a dead node left locked', async () => {
  const advance = vi.fn<Job>(() => Promise.resolve());
  const database = await testDatabase();
  await createTenant(database.db, { id: 'acme', name: 'Acme' });
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  // As a killed process leaves it: a row in nodes whose lock nobody holds, and a job under its worker's name.
  const dead = `worker-${randomUUID()}`;
  await database.sql`insert into nodes (worker_ids) values (${[dead]})`;
  await database.sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = ${dead}`;
  await database.sql`update graphile_worker._private_job_queues set locked_at = now(), locked_by = ${dead}`;

  const worker = startWorker({ database, concurrency: 1, log, tasks: tasksOf(advance), crontab: '' });
  onTestFinished(() => worker.stop(0));
  await vi.waitFor(() => expect(advance).toHaveBeenCalledOnce(), 10_000);
  await vi.waitFor(async () => expect(await database.sql`select from nodes`).toHaveLength(1), 10_000);
});

it('gives its jobs back when it stops', async () => {
  const { database, worker } = await open(
    (_tenant, signal) =>
      new Promise((_, reject) => {
        const end = () => reject(new Error('stopping'));
        if (signal.aborted) end();
        else signal.addEventListener('abort', end);
      }),
  );
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  const locked = () => database.sql`select from graphile_worker._private_jobs where locked_by is not null`;
  await vi.waitFor(async () => expect(await locked()).toHaveLength(1), 10_000);
  await worker.stop(0);
  expect(await locked()).toHaveLength(0);
  expect(await database.sql`select from nodes`).toHaveLength(0);
});

it('starts again by itself after the database cut every connection', async () => {
  const advance = vi.fn<Job>(() => Promise.resolve());
  const { database } = await open(advance);
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  await vi.waitFor(() => expect(advance).toHaveBeenCalledTimes(1), 10_000);
  await database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await vi.waitFor(() => database.sql`select ${advanceNow(database.sql, 'acme')}`, 10_000);
  await vi.waitFor(() => expect(advance).toHaveBeenCalledTimes(2), { timeout: 25_000, interval: 200 });
});

it('outlives a database that goes while a job is marked as done, and runs the job again', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const advance = vi.fn<Job>(() => held);
  const { database } = await open(advance);
  await database.sql`select ${advanceNow(database.sql, 'acme')}`;
  await vi.waitFor(() => expect(advance).toHaveBeenCalledOnce(), 10_000);
  await database.sql.begin(async (tx) => {
    await tx`select from graphile_worker._private_jobs for update`;
    release();
    // The worker waits for our lock to delete its job: at this moment its connection goes.
    await vi.waitFor(async () => {
      const cut = await tx`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%_private_jobs%'`;
      expect(cut).toHaveLength(1);
    }, 10_000);
  });
  await vi.waitFor(() => expect(advance).toHaveBeenCalledTimes(2), { timeout: 25_000, interval: 200 });
});

it('runs what was queued before the clock was set back, and its crontab goes on', async () => {
  const advance = vi.fn<Job>(() => Promise.resolve());
  const database = await testDatabase();
  const { sql } = database;
  await createTenant(database.db, { id: 'acme', name: 'Acme' });
  await sql`select ${advanceNow(sql, 'acme')}`;
  // As if the clock had been 200 days ahead until now.
  await sql`
    update graphile_worker._private_jobs set run_at = run_at + interval '200 days', updated_at = now() + interval '200 days'`;
  await sql`
    insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
    values ('sweep', now(), now() + interval '200 days'), ('other', now(), now() - interval '1 minute')`;
  await sql`
    insert into syncs (tenant_id, cause, "fetch", not_before) values ('acme', 'schedule', true, now() + interval '200 days')`;
  const worker = startWorker({ database, concurrency: 2, log, tasks: tasksOf(advance), crontab: '' });
  onTestFinished(() => worker.stop(0));
  await vi.waitFor(() => expect(advance).toHaveBeenCalledWith('acme', expect.anything()), 10_000);
  expect(await sql`select id from syncs where not_before > now()`).toEqual([]);
  const [behind] = await sql<{ n: number }[]>`
    select count(*)::int as n from graphile_worker._private_known_crontabs where last_execution <= now()`;
  expect(behind?.n).toBe(2);
});
