import { pino } from 'pino';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { findSchedule, setSchedule } from '../../src/db/queries/tenants/schedules.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import type { Schedule } from '../../src/model/schedule.ts';
import { nextRun } from '../../src/queue/schedule.ts';
import { fireDueSlots, startScheduler } from '../../src/queue/scheduler.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();
const log = pino({ level: 'silent' });
const nightly: Schedule = {
  slots: [{ days: [1, 2, 3, 4, 5, 6, 7], time: '02:30' }],
  cron: null,
  timeZone: 'Europe/Paris',
  enabled: true,
};

let now: Date;
const clock = () => now;
const look = () => fireDueSlots({ database: database(), log, now: clock });
const syncs = () => database().sql`select tenant_id as tenant, state, cause from syncs order by id`;
/** As if every sync asked for so far had run. */
const runAll = () => database().sql`update syncs set state = 'unchanged' where state = 'queued'`;

async function plan(tenant: string, schedule = nightly): Promise<void> {
  await createTenant(database().db, { id: tenant, name: tenant, state: 'live' });
  await setSchedule(database().db, tenant, schedule, nextRun(schedule, now));
}

beforeEach(() => {
  now = new Date('2026-10-24T12:00:00Z');
});

it('fires each slot once, on the night that has 02:30 twice as on others', async () => {
  await plan('acme');
  const fired: string[] = [];
  for (const end = Date.parse('2026-10-26T12:00:00Z'); now.getTime() <= end; now = new Date(now.getTime() + 900_000)) {
    await look();
    if ((await runAll()).count > 0) fired.push(now.toISOString());
  }
  expect(fired).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
});

it('fires on the night that has no 02:30, at 03:00', async () => {
  now = new Date('2026-03-28T12:00:00Z');
  await plan('acme');
  now = new Date('2026-03-29T00:59:59Z');
  await look();
  expect(await syncs()).toEqual([]);
  now = new Date('2026-03-29T01:00:00Z');
  await look();
  expect(await syncs()).toEqual([{ tenant: 'acme', state: 'queued', cause: 'schedule' }]);
  expect(await database().sql`select key from graphile_worker.jobs`).toEqual([{ key: 'advance:acme' }]);
});

it('fires slots that were missed once, late, and shows what comes next', async () => {
  await plan('acme');
  now = new Date('2026-10-28T09:00:00Z');
  await look();
  await look();
  expect(await syncs()).toHaveLength(1);
  expect(await findSchedule(database().db, 'acme')).toMatchObject({
    lastSlot: new Date('2026-10-25T00:30:00Z'),
    nextRun: new Date('2026-10-29T01:30:00Z'),
  });
});

it('fires a slot once, however many nodes look at the same time', async () => {
  for (let i = 0; i < 5; i++) await plan(`t${i}`);
  const other = openDatabase(database().url);
  onTestFinished(() => other.close());
  for (let night = 0; night < 3; night++) {
    now = new Date(now.getTime() + 86_400_000);
    await Promise.all(
      [database(), other, database(), other].map((one) => fireDueSlots({ database: one, log, now: clock })),
    );
    expect((await runAll()).count).toBe(5);
  }
});

it('leaves a tenant alone that is suspended, and goes on with the others where a schedule is broken', async () => {
  await plan('asleep');
  await plan('broken');
  await plan('sound');
  await database().sql`update tenants set state = 'suspended' where id = 'asleep'`;
  await database().sql`update schedules set time_zone = 'Nowhere/At_all' where tenant_id = 'broken'`;
  now = new Date('2026-10-25T03:00:00Z');
  await look();
  expect(await syncs()).toMatchObject([{ tenant: 'sound' }]);
  expect((await findSchedule(database().db, 'asleep'))?.nextRun).toEqual(new Date('2026-10-26T01:30:00Z'));
});

it('fires nothing while a schedule is off', async () => {
  await plan('acme', { ...nightly, enabled: false });
  now = new Date('2026-10-25T03:00:00Z');
  await look();
  expect(await syncs()).toEqual([]);
});

it('keeps looking, and looks again after the database was away', async () => {
  await plan('acme');
  const scheduler = startScheduler({ database: database(), log, now: clock });
  onTestFinished(() => scheduler.stop());
  await database().sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  now = new Date('2026-10-25T03:00:00Z');
  await vi.waitFor(async () => expect(await syncs()).toHaveLength(1), { timeout: 20_000, interval: 100 });
});
