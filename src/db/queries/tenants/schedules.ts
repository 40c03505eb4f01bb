import { eq } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import type { Schedule } from '../../../model/schedule.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { schedules } from '../../schema/pull.ts';

export interface StoredSchedule extends Schedule {
  /** The slot that fired last, by its planned time. */
  lastSlot: Date | null;
  nextRun: Date | null;
}

export async function findSchedule(db: Db | Tx, tenantId: TenantId): Promise<StoredSchedule | undefined> {
  const [row] = await db
    .select({
      slots: schedules.slots,
      cron: schedules.cron,
      timeZone: schedules.timeZone,
      enabled: schedules.enabled,
      lastSlot: schedules.lastSlot,
      nextRun: schedules.nextRun,
    })
    .from(schedules)
    .where(eq(schedules.tenantId, tenantId));
  return row;
}

/** Makes or replaces a tenant's schedule. @param nextRun as `nextRun` of src/queue/schedule.ts computes it from now */
export async function setSchedule(
  db: Db | Tx,
  tenantId: TenantId,
  schedule: Schedule,
  nextRun: Date | null,
): Promise<void> {
  const { slots, cron, timeZone, enabled } = schedule;
  const values = { slots, cron, timeZone, enabled, nextRun, changedAt: new Date() };
  await db
    .insert(schedules)
    .values({ tenantId, ...values })
    .onConflictDoUpdate({ target: schedules.tenantId, set: values });
}

/** @returns whether there was one */
export async function removeSchedule(db: Db | Tx, tenantId: TenantId): Promise<boolean> {
  const removed = await db
    .delete(schedules)
    .where(eq(schedules.tenantId, tenantId))
    .returning({ tenantId: schedules.tenantId });
  return removed.length > 0;
}

export interface DueSlot {
  tenantId: TenantId;
  schedule: Schedule;
  planned: Date;
}

/**
 * Locks the schedule that is due first and that no other node is just firing.
 * @param passing tenants to pass over
 */
export async function lockDueSlot(
  tx: TransactionSql,
  now: Date,
  passing: readonly TenantId[],
): Promise<DueSlot | undefined> {
  const [row] = await tx<(Omit<Schedule, 'enabled'> & { tenantId: TenantId; planned: string })[]>`
    select tenant_id as "tenantId", slots, cron, time_zone as "timeZone", next_run as planned from schedules
    where enabled and next_run <= ${now} and tenant_id <> all(${[...passing]}::text[])
    order by next_run limit 1 for update skip locked`;
  if (!row) return undefined;
  const { tenantId, planned, ...schedule } = row;
  return { tenantId, schedule: { ...schedule, enabled: true }, planned: new Date(planned) };
}

export async function noteSlot(
  tx: TransactionSql,
  { tenantId, planned }: DueSlot,
  nextRun: Date | null,
): Promise<void> {
  await tx`update schedules set last_slot = ${planned}, next_run = ${nextRun} where tenant_id = ${tenantId}`;
}
