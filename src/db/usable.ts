import type postgres from 'postgres';
import { ArrivageError } from '../errors.ts';

/**
 * Whether the database takes what we write, for this user and now: a primary, and not read-only by its settings.
 * @throws database_standby, database_read_only
 */
export async function requireWritable(sql: postgres.Sql): Promise<void> {
  const [server] = await sql<{ standby: boolean; readOnly: boolean }[]>`
    select pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as "readOnly"`;
  if (server?.standby) throw new ArrivageError('database_standby');
  if (server?.readOnly) throw new ArrivageError('database_read_only');
}
