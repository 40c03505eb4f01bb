import type { Fragment, ISql } from 'postgres';

/** The queue waits e, e², e³ … seconds between them, at most six hours: a day and a bit over all. */
const ATTEMPTS = 12;

/** How many mails of one tenant are sent at once, whichever node sends them. */
const LANES = 2;

/**
 * The SQL expression that queues a mail; `key` tells it apart from every other. A mail server may be slow with some
 * recipients, as one is that asks theirs first: those of a tenant share its few lanes, whose mails go one after the
 * other, so that however many wait, another tenant's find a worker.
 */
export function mailJob(sql: ISql, of: Record<'tenant' | 'email' | 'payload' | 'key', Fragment>) {
  return sql`graphile_worker.add_job('mail', ${of.payload}, max_attempts := ${ATTEMPTS}, job_key := 'mail:' || ${of.key},
    queue_name := 'mails:' || ${of.tenant} || ':' || abs(hashtext(${of.email}) % ${LANES}))`;
}
