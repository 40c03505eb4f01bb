import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import { lockDueSlot, noteSlot, type DueSlot } from '../db/queries/tenants/schedules.ts';
import { requestSlot } from '../db/queries/syncs/requests.ts';
import type { Log } from '../log.ts';
import type { TenantId } from '../model/tenant.ts';
import { nextRun } from './schedule.ts';

export interface SchedulerOptions {
  database: Pick<Database, 'sql'>;
  log: Log;
  now: () => Date;
}

export interface Scheduler {
  stop(): Promise<void>;
}

/** How late a slot fires at most, while a scheduler runs. */
const LOOK_MS = 1_000;

/** Fires the slots of all tenants as they come due. There may be one in each of several nodes. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const stopping = new AbortController();
  const ended = keepLooking(options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function keepLooking(options: SchedulerOptions, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await fireDueSlots(options).catch((error: unknown) => options.log.warn({ err: error }, 'schedules not looked at'));
    await sleep(LOOK_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/**
 * Asks for the sync of every slot that is due. Slots that were missed while no scheduler ran fire once, late: the next
 * is counted from now. A slot and its sync are one transaction, and the row's lock lets one node alone fire it.
 */
export async function fireDueSlots({ database, log, now }: SchedulerOptions): Promise<void> {
  const troubled: TenantId[] = [];
  for (;;) {
    let slot: DueSlot | undefined;
    try {
      const isDone = await database.sql.begin(async (tx) => {
        slot = await lockDueSlot(tx, now(), troubled);
        if (!slot) return true;
        await noteSlot(tx, slot, nextRun(slot.schedule, now()));
        const sync = await requestSlot(tx, slot.tenantId);
        log.info({ tenant: slot.tenantId, planned: slot.planned, ...sync }, 'slot fired');
        return false;
      });
      if (isDone) return;
    } catch (error) {
      if (!slot) throw error;
      // A schedule that cannot be understood holds nobody else up.
      log.error({ err: error, tenant: slot.tenantId }, 'slot not fired');
      troubled.push(slot.tenantId);
    }
  }
}
