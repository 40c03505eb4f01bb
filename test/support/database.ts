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
    /** Of a database to which nothing happened since it was migrated. */
    shape: string;
  }
}

const TEMPLATE = 'arrivage_template';
/** How the names of databases begin that nobody uses now. */
const SPARE = 'arrivage_spare_';

/** Global setup: one embedded Postgres for the whole suite, and a migrated database to clone, unless only units are tested. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.vitest.projects.every(({ name }) => name === 'unit')) return undefined;
  const given = process.env['ARRIVAGE_TEST_DATABASE_URL'];
  const own = given === undefined ? await startOwn() : undefined;
  const serverUrl = given ?? own?.url ?? '';
  await recreate(serverUrl);
  await migrateDatabase(urlOf(serverUrl, TEMPLATE));
  project.provide('serverUrl', serverUrl);
  project.provide('shape', await onServer(urlOf(serverUrl, TEMPLATE), shapeOf));
  return () => (own ? own.stop() : onServer(serverUrl, dropSpares));
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

async function dropSpares(sql: postgres.Sql): Promise<void> {
  const spares = await sql<{ datname: string }[]>`
    select datname from pg_database where starts_with(datname, ${SPARE})`;
  for (const { datname } of spares) await sql`drop database ${sql(datname)}`;
}

async function onServer<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** A migrated database as a new one is; call `drop` once nothing uses it. */
export async function createTestDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const serverUrl = inject('serverUrl');
  const name = `arrivage_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (sql) => {
    while (await takeSpare(sql, name)) {
      if (await onServer(urlOf(serverUrl, name), asNew)) return;
      await sql`drop database ${sql(name)} with (force)`;
    }
    // Cloning needs the template to itself, and test files run side by side.
    await sql`select pg_advisory_lock(1)`;
    await sql`create database ${sql(name)} template ${sql(TEMPLATE)}`;
  });
  return { url: urlOf(serverUrl, name), drop: () => onServer(serverUrl, (sql) => giveBack(sql, name)) };
}

/** Gives a database that somebody gave back the name of ours: emptying one is cheaper than a clone. */
async function takeSpare(sql: postgres.Sql, name: string): Promise<boolean> {
  for (;;) {
    const [spare] = await sql<{ datname: string }[]>`
      select datname from pg_database where starts_with(datname, ${SPARE}) order by random() limit 1`;
    if (!spare) return false;
    try {
      await sql`alter database ${sql(spare.datname)} rename to ${sql(name)}`;
      return true;
    } catch (error) {
      // Another test file was quicker.
      if (!(error instanceof postgres.PostgresError && error.code === '3D000')) throw error;
    }
  }
}

/** Under a name that nobody knows: whatever a test left running does not find it again. */
async function giveBack(sql: postgres.Sql, name: string): Promise<void> {
  await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${name}`;
  try {
    await sql`alter database ${sql(name)} rename to ${sql(`${SPARE}${randomBytes(6).toString('hex')}`)}`;
  } catch {
    // Somebody connects again and again, or the test dropped it.
    await sql`drop database if exists ${sql(name)} with (force)`;
  }
}

/** Empties it. @returns whether it is as a new one then: a test may have changed tables, functions or settings */
export async function asNew(sql: postgres.Sql): Promise<boolean> {
  const shape = await shapeOf(sql).catch((error: unknown) => {
    // Not even what says which migrations there were.
    if (error instanceof postgres.PostgresError && /^(42P01|3F000)$/.test(error.code)) return undefined;
    throw error;
  });
  if (shape !== inject('shape')) return false;
  await empty(sql);
  return true;
}

/** What tests may not leave changed: everything but rows, and the rows of the tables that say what is migrated. */
async function shapeOf(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ shape: string }[]>`
    with ours as (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
    facts as (
      select format('relation %s.%s %s %s', nspname, relname, relkind, reloptions) as fact
        from pg_class c join ours on ours.oid = relnamespace
      union all select format('column %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
        from pg_attribute a join pg_class c on c.oid = attrelid join ours on ours.oid = relnamespace where attnum > 0
      union all select format('constraint %s %s', conname, pg_get_constraintdef(c.oid))
        from pg_constraint c join ours on ours.oid = connamespace
      union all select format('index %s', pg_get_indexdef(indexrelid))
        from pg_index i join pg_class c on c.oid = indexrelid join ours on ours.oid = relnamespace
      union all select format('function %s %s', p.oid::regprocedure, md5(prosrc))
        from pg_proc p join ours on ours.oid = pronamespace
      union all select format('trigger %s %s', tgenabled, pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
      union all select format('setting %s', setconfig)
        from pg_db_role_setting s join pg_database d on d.oid = setdatabase where datname = current_database()
      union all select format('migrations %s %s', count(*), max(created_at)) from drizzle.__drizzle_migrations
      union all select format('migrations of the queue %s', max(id)) from graphile_worker.migrations)
    select md5(string_agg(fact, chr(10) order by fact)) as shape from facts`;
  return row?.shape ?? '';
}

/** Takes away every row, and what sequences counted. Of many tables a test fills few: only those cost anything. */
export async function empty(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    do $$
    declare
      one regclass;
      has_rows boolean;
      filled text;
    begin
      for one in
        select c.oid from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind = 'r' and nspname in ('public', 'graphile_worker') and relname <> 'migrations'
      loop
        execute format('select exists (select from %s)', one) into has_rows;
        if has_rows then filled := concat_ws(', ', filled, one); end if;
      end loop;
      if filled is not null then execute format('truncate %s cascade', filled); end if;
      for one in
        select format('%I.%I', schemaname, sequencename)::regclass from pg_sequences
        where last_value is not null and schemaname in ('public', 'graphile_worker')
      loop
        execute format('alter sequence %s restart', one);
      end loop;
    end $$`);
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
