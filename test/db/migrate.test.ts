import { expect, it } from 'vitest';
import { migrateDatabase, pendingMigrations } from '../../src/db/migrate.ts';
import { testDatabase } from '../support/database.ts';

it('lets nodes that start together migrate an empty database once', async () => {
  const { url, sql } = await testDatabase();
  await sql.unsafe('drop schema public cascade; drop schema drizzle cascade; drop schema graphile_worker cascade');
  await sql`create schema public`;
  const missing = await pendingMigrations(sql);
  expect(missing).toBeGreaterThan(0);
  await Promise.all([migrateDatabase(url), migrateDatabase(url), migrateDatabase(url)]);
  expect(await pendingMigrations(sql)).toBe(0);
  const [applied] = await sql`select count(*)::int as n from drizzle.__drizzle_migrations`;
  expect(applied).toEqual({ n: missing });
  const [queue] = await sql`select to_regclass('graphile_worker.jobs') is not null as there`;
  expect(queue).toEqual({ there: true });
});
