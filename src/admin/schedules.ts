import type { Db, Tx } from '../db/client.ts';
import {
  findSchedule,
  removeSchedule as dropSchedule,
  setSchedule as storeSchedule,
  type StoredSchedule,
} from '../db/queries/tenants/schedules.ts';
import { inTurn } from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { Schedule } from '../model/schedule.ts';
import type { TenantId } from '../model/tenant.ts';
import { nextRun } from '../queue/schedule.ts';
import { audited, type Admin, type AdminParts, type Precondition } from './admin.ts';

/** A schedule as every front shows it. */
export interface ScheduleView extends Schedule {
  /** ISO 8601. */
  nextRun: string | null;
  /** The slot that fired last, by its planned time. */
  lastSlot: string | null;
}

/** @returns undefined where the tenant has none */
export async function scheduleView(db: Db | Tx, tenant: TenantId): Promise<ScheduleView | undefined> {
  const stored = await findSchedule(db, tenant);
  return stored && viewOf(stored);
}

const viewOf = ({ nextRun: next, lastSlot, ...schedule }: StoredSchedule): ScheduleView => ({
  ...schedule,
  nextRun: next?.toISOString() ?? null,
  lastSlot: lastSlot?.toISOString() ?? null,
});

/** @throws no_such_resource where the tenant has none */
export async function knownSchedule(db: Db | Tx, tenant: TenantId): Promise<ScheduleView> {
  const found = await scheduleView(db, tenant);
  if (!found) throw new ArrivageError('no_such_resource');
  return found;
}

/**
 * Makes or replaces a tenant's schedule.
 * @param change makes it of the one that stands; what it throws is thrown
 * @param precondition is asked about undefined where there is none
 */
export async function setSchedule(
  admin: Admin & Pick<AdminParts, 'now'>,
  tenant: TenantId,
  change: (before: Schedule | undefined) => Schedule,
  precondition?: Precondition<ScheduleView | undefined>,
): Promise<ScheduleView> {
  return inTurn(admin.database.db, tenant, async (tx) => {
    const before = await scheduleView(tx, tenant);
    precondition?.(before);
    const schedule = change(before);
    await storeSchedule(tx, tenant, schedule, nextRun(schedule, new Date(admin.now())));
    await audited(admin, tx, tenant, 'schedule.set', { ...schedule });
    return knownSchedule(tx, tenant);
  });
}

/** From now on syncs run when somebody asks. @throws no_such_resource; what the precondition throws */
export async function removeSchedule(
  admin: Admin,
  tenant: TenantId,
  precondition?: Precondition<ScheduleView>,
): Promise<void> {
  await inTurn(admin.database.db, tenant, async (tx) => {
    const before = await knownSchedule(tx, tenant);
    precondition?.(before);
    await dropSchedule(tx, tenant);
    await audited(admin, tx, tenant, 'schedule.remove', {});
  });
}
