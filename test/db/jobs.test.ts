import { expect, it } from 'vitest';
import {
  advanceForgotten,
  advanceHurry,
  advanceNow,
  failedAdvance,
  forgiveAttempts,
} from '../../src/db/queries/jobs.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();

it('tells why a tenant’s queue stands still, and nothing where it does not', async () => {
  const { sql } = database();
  await sql`select ${advanceHurry(sql, 'acme')}`;
  expect(await failedAdvance(sql, 'acme')).toBeUndefined();
  const next = new Date('2026-01-01T00:00:00Z');
  await sql`update graphile_worker._private_jobs set last_error = ${'EACCES: closed\n  at open'}, run_at = ${next}`;
  expect(await failedAdvance(sql, 'acme')).toEqual({ error: 'EACCES: closed', next });
  expect(await failedAdvance(sql, 'other')).toBeUndefined();
});

const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000);

async function waitingTenants(...ids: string[]): Promise<void> {
  const { sql } = database();
  for (const id of ids) {
    await sql`insert into tenants (id, name, state) values (${id}, ${id}, 'live')`;
    await sql`
      insert into uploads (tenant_id, id, path, size, sha256, door)
      values (${id}, gen_random_uuid(), '/clients.csv', 1, repeat('0', 64), 'sftp')`;
    await sql`select ${advanceNow(sql, id)}`;
  }
}

const exhaust = (tenant: string, at: Date) => database().sql`
  update graphile_worker._private_jobs set attempts = max_attempts, run_at = ${at} where key = ${`advance:${tenant}`}`;

const due = async () =>
  (
    await database().sql<{ tenant: string }[]>`
      select payload->>'tenant' as tenant from graphile_worker._private_jobs where is_available and run_at <= now() order by 1`
  ).map(({ tenant }) => tenant);

it('takes up a tenant’s files whose job has used up its attempts, within the hour and not at once', async () => {
  const { sql } = database();
  await waitingTenants('acme', 'beta', 'late');
  await exhaust('acme', minutesAgo(40));
  await exhaust('beta', minutesAgo(5));
  await sql`update graphile_worker._private_jobs set run_at = now() + interval '1 hour' where key = 'advance:late'`;
  expect(await advanceForgotten(sql)).toEqual(['acme']);
  expect(await due()).toEqual(['acme']);
  expect(await advanceForgotten(sql)).toEqual([]);
});

it('takes up files that wait without any job, but not those of a tenant that is suspended', async () => {
  const { sql } = database();
  await waitingTenants('acme', 'beta');
  await sql`update tenants set state = 'suspended' where id = 'beta'`;
  await sql`delete from graphile_worker._private_jobs`;
  expect(await advanceForgotten(sql)).toEqual(['acme']);
});

it('removes what is left of a job that a later one had replaced while it ran, once nobody runs it', async () => {
  const { sql } = database();
  await waitingTenants('acme');
  await sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'w', attempts = 1`;
  await sql`select ${advanceNow(sql, 'acme')}`;
  const left = async () => (await sql`select from graphile_worker._private_jobs`).length;
  await advanceForgotten(sql);
  expect(await left()).toBe(2);
  await sql`select graphile_worker.force_unlock_workers(array['w'])`;
  await advanceForgotten(sql);
  expect(await left()).toBe(1);
  expect(await due()).toEqual(['acme']);
});

it('forgives attempts that failed since the database or the disk was away, and revives nothing that was replaced', async () => {
  const { sql } = database();
  await waitingTenants('acme', 'beta');
  await exhaust('acme', minutesAgo(0));
  await sql`update graphile_worker._private_jobs set attempts = 25, key = null where key = 'advance:beta'`;
  for (const { id } of await sql<{ id: string }[]>`select id from graphile_worker._private_jobs`)
    await forgiveAttempts(sql, id);
  expect(await sql`select key, attempts from graphile_worker._private_jobs order by id`).toEqual([
    { key: 'advance:acme', attempts: 4 },
    { key: null, attempts: 25 },
  ]);
});
