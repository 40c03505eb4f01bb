import type { Sql } from './client.ts';

const DAYS = 90;

/** Drops events and deliveries that are older than 90 days, with the log of their attempts. */
export async function forgetOldEvents(sql: Sql, now: Date): Promise<void> {
  const before = sql`${now}::timestamptz - make_interval(days => ${DAYS})`;
  await sql`
    with old as (delete from deliveries where created_at < ${before} returning tenant_id, id)
    delete from delivery_attempts a using old where a.tenant_id = old.tenant_id and a.delivery_id = old.id`;
  await sql`delete from events where at < ${before}`;
}
