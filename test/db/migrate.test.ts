import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { flawOf, migrateDatabase, pendingMigrations } from '../../src/db/migrate.ts';
import { testDatabase } from '../support/database.ts';

it('lets nodes that start together migrate an empty database once', async () => {
  const { url, sql } = await testDatabase();
  await sql.unsafe('drop schema public cascade; drop schema drizzle cascade; drop schema graphile_worker cascade');
  await sql`create schema public`;
  const { count: missing, isEmpty } = await pendingMigrations(sql);
  expect(missing).toBeGreaterThan(0);
  expect(isEmpty).toBe(true);
  await Promise.all([migrateDatabase(url), migrateDatabase(url), migrateDatabase(url)]);
  expect(await pendingMigrations(sql)).toEqual({ count: 0, isEmpty: false });
  const [applied] = await sql`select count(*)::int as n from drizzle.__drizzle_migrations`;
  expect(applied).toEqual({ n: missing });
  const [queue] = await sql`select to_regclass('graphile_worker.jobs') is not null as there`;
  expect(queue).toEqual({ there: true });
});

it('changes nothing in a database that a newer arrivage has changed', async () => {
  const { url, sql } = await testDatabase();
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of tomorrow', 4102444800000)`;
  await expect(migrateDatabase(url)).rejects.toThrow(/a newer arrivage has changed its tables/);
});

it('refuses a database whose encoding does not hold every name', async () => {
  const { url, sql } = await testDatabase();
  const name = `latin1_${randomBytes(6).toString('hex')}`;
  await sql.unsafe(`create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`);
  onTestFinished(async () => {
    await sql.unsafe(`drop database ${name} with (force)`);
  });
  const there = Object.assign(new URL(url), { pathname: `/${name}` });
  await expect(migrateDatabase(there.href)).rejects.toThrow(/its encoding is LATIN1: .*-E UTF8/);
});

it('knows from which version on a server will do', () => {
  const server = { version: '14.9', number: 140_009, encoding: 'UTF8', newest: 1, last: 1 };
  expect(flawOf(server)).toMatch(/Postgres 14\.9: arrivage needs 15/);
  expect(flawOf({ ...server, version: '15.0', number: 150_000 })).toBeUndefined();
});
