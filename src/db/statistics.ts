import type { Sql } from './client.ts';

/**
 * Tables that the planner takes for nearly empty although they are not: they were vacuumed or analysed when their rows
 * were deleted, or not yet committed. Until the next autovacuum it would read all of them for each of a thousand rows.
 */
export async function refreshStatistics(sql: Sql): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = current_schema::regnamespace and relname in ('clients', 'contacts', 'ecritures')
      and reltuples between 0 and relpages and pg_relation_size(oid) > 1000000`;
  for (const { name } of tables) await sql`analyze (skip_locked) ${sql(name)}`;
}
