import type { Fragment, ISql } from 'postgres';

/** The queue waits e, e², e³ … seconds between them, at most six hours: a day and a bit over all. */
const ATTEMPTS = 12;

/** The SQL expression that queues a mail; `key` tells it apart from every other. */
export function mailJob(sql: ISql, payload: Fragment, key: Fragment) {
  return sql`graphile_worker.add_job('mail', ${payload}, max_attempts := ${ATTEMPTS}, job_key := 'mail:' || ${key})`;
}
