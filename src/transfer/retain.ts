import { reachable } from '../db/client.ts';
import { termTime } from '../db/queries/uploads/term-clock.ts';
import type { Depot } from './depot.ts';
import { purge } from './purge.ts';
import { sweep } from './sweep.ts';

/** Bytes of partials carry the node's time: where that is so far from the database's, their age is not known. */
const MOST_APART_MS = 3_600_000;

/**
 * Ends what has outlived its term, and makes the spool and the rows agree. No term ends by a clock that jumped.
 * @throws database_unavailable
 */
export async function retain(depot: Depot, terms: { archiveMs: number; partialMs: number }): Promise<void> {
  const { now, heldUntil } = await reachable(termTime(depot.database.sql));
  const apart = depot.now() - now.getTime();
  if (heldUntil) {
    depot.log.error(
      { now, until: heldUntil },
      'THE CLOCK HAS JUMPED, or nobody swept for days: nothing is purged and no partial expires until it has run on',
    );
  } else await purge(depot, terms.archiveMs, now);
  if (Math.abs(apart) > MOST_APART_MS)
    depot.log.error({ apartMs: apart }, 'the clocks of this machine and of the database differ: no partial expires');
  const isAgeKnown = heldUntil === undefined && Math.abs(apart) <= MOST_APART_MS;
  await sweep(depot, isAgeKnown ? terms.partialMs : Infinity);
}
