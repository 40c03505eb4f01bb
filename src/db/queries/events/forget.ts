import type { Sql } from '../../client.ts';
import { termTime } from '../uploads/term-clock.ts';

const DAYS = 90;

/** Drops events and deliveries that are older than 90 days, with the log of their attempts; see `termTime`. */
export async function forgetOldEvents(sql: Sql): Promise<void> {
  const { now, heldUntil } = await termTime(sql);
  if (heldUntil) return;
  const before = sql`${now}::timestamptz - make_interval(days => ${DAYS})`;
  await sql`
    with old as (delete from deliveries where created_at < ${before} returning tenant_id, id)
    delete from delivery_attempts a using old where a.tenant_id = old.tenant_id and a.delivery_id = old.id`;
  await sql`delete from events where at < ${before}`;
}
