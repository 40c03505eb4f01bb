import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject, onTestFinished } from 'vitest';
import type { TestProject } from 'vitest/node';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/embedded-postgres/start.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { serverPid } from './postmaster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which databases can be made and dropped. */
    serverUrl: string;
  }
}

const TEMPLATE = 'arrivage_template';

/** Global setup: one embedded Postgres for the whole suite, and a migrated database to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ARRIVAGE_TEST_DATABASE_URL'];
  const own = given === undefined ? await startOwn() : undefined;
  const serverUrl = given ?? own?.url ?? '';
  await recreate(serverUrl);
  await migrateDatabase(urlOf(serverUrl, TEMPLATE));
  project.provide('serverUrl', serverUrl);
  return async () => own?.stop();
}

async function startOwn() {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-test-'));
  await chmod(folder, 0o755);
  const embedded = await startEmbedded(folder, { max_connections: '300', fsync: 'off' });
  // Vitest leaves without a teardown when it is interrupted.
  const cutShort = () => {
    process.kill(serverPid(folder), 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', cutShort);
  return {
    url: embedded.url,
    stop: async () => {
      process.off('exit', cutShort);
      await embedded.stop({ force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function recreate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, async (sql) => {
    await sql`drop database if exists ${sql(TEMPLATE)}`;
    await sql`create database ${sql(TEMPLATE)}`;
  });
}

async function onServer(serverUrl: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** A fresh, migrated database; call `drop` once nothing uses it. */
export async function createTestDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const serverUrl = inject('serverUrl');
  const name = `arrivage_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (sql) => {
    // Cloning needs the template to itself, and test files run side by side.
    await sql`select pg_advisory_lock(1)`;
    await sql`create database ${sql(name)} template ${sql(TEMPLATE)}`;
  });
  const drop = () =>
    onServer(serverUrl, async (sql) => {
      await sql`drop database if exists ${sql(name)} with (force)`;
    });
  return { url: urlOf(serverUrl, name), drop };
}

/** A fresh database for one test, open until it ends. */
export async function testDatabase(options?: DatabaseOptions): Promise<Database> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase(url, options);
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  return database;
}
