import type { TransactionSql } from 'postgres';
import type { StoredEventType } from '../../../model/stored-event.ts';
import type { TenantId } from '../../../model/tenant.ts';

/** Key of the advisory lock under which ids of events are given: "even" in ASCII. */
const EVENTS_LOCK = 0x6576656e;
const ATTEMPTS = 25;

export interface NewEvent {
  type: StoredEventType;
  syncId: number | null;
  /** What a receiver needs, small and bounded; `docs/webhooks.md` shows each type. */
  data: Record<string, unknown>;
}

/**
 * Waits until no other transaction is adding events. Whoever holds this lock keeps it until its commit, so that ids
 * grow in the order of commits, and a reader that has seen an id has seen every lower one: take it as late as possible.
 */
export async function lockEvents(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${EVENTS_LOCK})`;
}

/** Stores events in the transaction that makes them true, each with the job that tells it; call it last. */
export async function recordEvents(tx: TransactionSql, tenantId: TenantId, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await lockEvents(tx);
  await tx`
    with stored as (
      insert into events (tenant_id, type, sync_id, data, at)
      select ${tenantId}, e->>'type', (e->>'syncId')::bigint, e->'data', clock_timestamp()
      from jsonb_array_elements(${tx.json(events as never)}) with ordinality as given (e, place) order by place
      returning id
    )
    select graphile_worker.add_job('notify', json_build_object('tenant', ${tenantId}::text, 'eventId', id),
      max_attempts := ${ATTEMPTS}) from stored order by id`;
}

/** As `recordEvents`, for one. */
export async function recordEvent(
  tx: TransactionSql,
  tenantId: TenantId,
  type: StoredEventType,
  syncId: number | null,
  data: Record<string, unknown>,
): Promise<void> {
  await recordEvents(tx, tenantId, [{ type, syncId, data }]);
}
