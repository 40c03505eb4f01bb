import { waitAtLeast } from '../db/queries/uploads/arrivals.ts';
import { reachable } from '../db/client.ts';
import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Spool } from '../spool/spool.ts';
import type { Depot, Sender } from './depot.ts';

/** Far more than any delivery has, and what a tenant's syncs work off within hours. */
const MOST_WAITING = 10_000;
/** A sender gets no further beyond the bound than it comes within this time. */
const LOOK_MS = 1000;

interface Look {
  at: number;
  isFull: boolean;
}

const looks = new WeakMap<Spool, Map<TenantId, Look>>();

/**
 * Lets no more uploads of a tenant wait for their sync than that: who sends faster than can be imported, or never sends
 * the file that says "all is there", is to come again. Pulled files belong to a sync that is under way.
 * @throws too_many_waiting
 */
export async function refuseBacklog(depot: Depot, { tenant: { id }, door }: Sender): Promise<void> {
  if (door === 'pull') return;
  const known = looks.get(depot.spool) ?? new Map<TenantId, Look>();
  looks.set(depot.spool, known);
  let look = known.get(id);
  if (!look || Math.abs(depot.now() - look.at) >= LOOK_MS) {
    const isFull = await reachable(waitAtLeast(depot.database.sql, id, MOST_WAITING));
    if (isFull && !look?.isFull)
      depot.log.info({ tenant: id, waiting: MOST_WAITING }, 'too many uploads wait: refused');
    known.set(id, (look = { at: depot.now(), isFull }));
  }
  if (!look.isFull) return;
  depot.events.emit('upload.refused', { tenant: id, door, code: 'too_many_waiting' });
  throw new ArrivageError('too_many_waiting', { limit: MOST_WAITING });
}
