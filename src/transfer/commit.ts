import { within } from '../base/within.ts';
import { isOrphan, isUnavailable } from '../db/client.ts';
import { mayBeRecorded, recordUpload } from '../db/queries/uploads/arrivals.ts';
import { ArrivageError } from '../errors.ts';
import type { Arrival } from '../model/arrival.ts';
import type { TenantId } from '../model/tenant.ts';
import { ifPresent } from '../spool/failures.ts';
import type { Depot } from './depot.ts';

/** A sender waits for our answer; a database that says nothing for this long is away. */
const PATIENCE_MS = 10_000;

/**
 * The durable moment of a partial whose bytes are fsynced: promote, then one transaction with the upload row, the
 * view and the job. Resolves only when both are certain.
 *
 * Where the connection breaks in mid-transaction nobody knows the outcome, so the statement is repeated: it is
 * idempotent by id, and waits for a first one that may still be running. If that is no answer either, the bytes stay
 * promoted, nothing is acknowledged, and the sweep compares bytes and rows once the database is back.
 * @throws database_unavailable, disk_full, no_such_resource where the tenant is gone, transfer_incomplete where the
 * bytes are: with their tenant, or overtaken by another transfer of the name
 */
export async function commitArrival(depot: Depot, arrival: Arrival): Promise<void> {
  const { spool } = depot;
  const promoted = await ifPresent(spool.partials.promote(arrival.tenant, arrival.id).then(() => true));
  if (!promoted) throw new ArrivageError('transfer_incomplete');
  const outcome = await record(depot, arrival);
  if (outcome !== 'recorded') {
    if (isOrphan(outcome.error)) return refuseGone(depot, arrival);
    await (outcome.certain ? takeBack(depot, arrival) : keepName(depot, arrival));
    throw new ArrivageError('database_unavailable', {}, outcome.error);
  }
  tidyNote(depot, arrival);
  const { modified: _, origin: __, inherited: ___, ...fact } = arrival;
  depot.events.emit('upload.committed', fact);
}

type Outcome = 'recorded' | { error: unknown; certain: boolean };

async function record(depot: Depot, arrival: Arrival): Promise<Outcome> {
  const first = await attempt(depot, arrival);
  // A refusal stands, and who was silent once is not asked again: the sender has waited long enough.
  if (first === 'recorded' || first.error instanceof Silence || !isUnavailable(first.error)) return first;
  const second = await attempt(depot, arrival);
  return second === 'recorded' ? second : { ...second, certain: first.certain && second.certain };
}

async function attempt(depot: Depot, arrival: Arrival): Promise<Outcome> {
  try {
    await within(PATIENCE_MS, recordUpload(depot.database.sql, arrival), silent);
    return 'recorded';
  } catch (error) {
    return { error, certain: !mayBeRecorded(error) };
  }
}

class Silence extends Error {
  override readonly message = 'the database does not answer';
}

function silent(): never {
  throw new Silence();
}

/** The tenant was deleted while the bytes came: they go, too. */
async function refuseGone({ spool }: Depot, { tenant, id }: Arrival): Promise<never> {
  await spool.committed.remove(tenant, id);
  await spool.partials.remove(tenant, id);
  throw new ArrivageError('no_such_resource');
}

async function takeBack(depot: Depot, { tenant, id }: Arrival): Promise<void> {
  try {
    await depot.spool.partials.demote(tenant, id);
  } catch (error) {
    depot.log.error(
      { err: error, tenant, id },
      'an upload that was not recorded could not be taken back; the sweep will',
    );
  }
}

/** Whether there is a row is not known yet; if the sweep finds none, the bytes need their name. */
async function keepName({ spool, log }: Depot, { tenant, id }: Arrival): Promise<void> {
  await spool.partials.note(tenant, id, { complete: true }).catch((error: unknown) => {
    log.error({ err: error, tenant, id }, 'the name of an upload in doubt could not be noted');
  });
}

/** The note beside the bytes has served; the sender need not wait for that. */
function tidyNote({ spool, log }: Depot, { tenant, id }: Arrival): void {
  spool.partials.remove(tenant, id).catch((error: unknown) => {
    log.warn({ err: error, tenant, id }, 'the note of a committed upload could not be removed; the sweep will');
  });
}

/** Partials that a finished transfer of the same name has overtaken. */
export function removeSuperseded({ spool, log }: Depot, tenant: TenantId, ids: readonly string[]): void {
  Promise.all(ids.map((id) => spool.partials.remove(tenant, id))).catch((error: unknown) => {
    log.warn({ err: error, tenant }, 'an overtaken partial could not be removed; it will expire');
  });
}
