import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { Logger, runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { reachable } from './client.ts';
import { oneConnection } from './one-connection.ts';
import { openQueuePool } from './queue-pool.ts';
import { requireSession } from './session-pooling.ts';
import { requireWritable } from './usable.ts';

/** The same place seen from src/db and from dist/db. */
const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Any number that nothing else locks: "arrivage" cut to 32 bits. */
const MIGRATION_LOCK = 0x61727269;
const LOCK_WAIT = '120s';
const quiet = new Logger(() => () => undefined);

/**
 * Brings our tables and those of the job queue up to date. Nodes that start together wait for one another, since
 * neither drizzle nor graphile-worker locks by itself.
 * @returns whether a pooler stands between
 * @throws database_unavailable, database_pooled, database_standby, database_read_only, and Error where the server is none that we can use
 */
export async function migrateDatabase(url: string): Promise<{ pooled: boolean }> {
  const between = await reachable(requireSession(url));
  const sql = oneConnection(url);
  try {
    await reachable(migrateWith(sql, url));
    return between;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function migrateWith(sql: postgres.Sql, url: string): Promise<void> {
  await requireWritable(sql);
  await sql`select set_config('lock_timeout', ${LOCK_WAIT}, false)`;
  await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
  await checkServer(sql);
  await migrate(drizzle(sql), { migrationsFolder });
  await migrateQueue(url);
}

async function migrateQueue(url: string): Promise<void> {
  // What a connection said is thrown by the query that lost it.
  const connections = openQueuePool(url, 1, () => undefined);
  try {
    await runMigrations({ pgPool: connections.pool, schema: 'graphile_worker', logger: quiet });
  } finally {
    await connections.end();
  }
}

export interface Server {
  version: string;
  /** As Postgres counts it: 150004 is 15.4. */
  number: number;
  encoding: string;
  /** When our last migration and the last one that it has were made, in ms since 1970. */
  newest: number;
  last: number;
}

/** @throws Error saying why our tables cannot be made or used there */
export async function checkServer(sql: postgres.Sql): Promise<void> {
  const { known, last } = await migrationsOf(sql);
  const [server] = await sql<Omit<Server, 'newest' | 'last'>[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      current_setting('server_encoding') as encoding`;
  const flaw = server && flawOf({ ...server, newest: Math.max(...known), last });
  if (flaw !== undefined) throw new Error(flaw);
}

export function flawOf({ version, number, encoding, newest, last }: Server): string | undefined {
  if (number < 150_000) return `it is Postgres ${version}: arrivage needs 15 or newer.`;
  if (encoding !== 'UTF8') return `its encoding is ${encoding}: make it anew with "createdb -T template0 -E UTF8".`;
  if (last > newest) return 'a newer arrivage has changed its tables: run that one, or restore the backup.';
  return undefined;
}

/** How many of our migrations the database lacks. `isEmpty`: it was never migrated. */
export async function pendingMigrations(sql: postgres.Sql): Promise<{ count: number; isEmpty: boolean }> {
  const { known, last } = await migrationsOf(sql);
  return { count: known.filter((millis) => millis > last).length, isEmpty: last === 0 };
}

/** When our migrations were made, and the last one that the database has; 0 where it has none. */
async function migrationsOf(sql: postgres.Sql): Promise<{ known: number[]; last: number }> {
  const known = readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis);
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`;
  if (table?.['exists'] !== true) return { known, last: 0 };
  const [row] = await sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`;
  return { known, last: Number(row?.['at'] ?? 0) };
}
