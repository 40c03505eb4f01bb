import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { Logger, runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { reachable } from './client.ts';

/** The same place seen from src/db and from dist/db. */
const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Any number that nothing else locks: "arrivage" cut to 32 bits. */
const MIGRATION_LOCK = 0x61727269;
const LOCK_WAIT = '120s';
const quiet = new Logger(() => () => undefined);

/**
 * Brings our tables and those of the job queue up to date. Nodes that start together wait for one another, since
 * neither drizzle nor graphile-worker locks by itself.
 * @throws database_unavailable
 */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    await reachable(migrateWith(sql, url));
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function migrateWith(sql: postgres.Sql, url: string): Promise<void> {
  await sql`select set_config('lock_timeout', ${LOCK_WAIT}, false)`;
  await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
  await migrate(drizzle(sql), { migrationsFolder });
  await runMigrations({ connectionString: url, maxPoolSize: 1, schema: 'graphile_worker', logger: quiet });
}

/** How many of our migrations the database lacks; all of them where it was never migrated. */
export async function pendingMigrations(sql: postgres.Sql): Promise<number> {
  const known = readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis);
  const [table] = await reachable(sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`);
  if (table?.['exists'] !== true) return known.length;
  const [last] = await reachable(sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`);
  const at = Number(last?.['at'] ?? 0);
  return known.filter((millis) => millis > at).length;
}
