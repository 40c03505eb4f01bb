import type { TaskList } from 'graphile-worker';
import { fanOut } from '../db/fan-out.ts';
import { deliver, type DeliverDeps } from './deliver.ts';

export interface NotifyDeps extends DeliverDeps {
  /** Undefined where no mail server is set up: nothing is written to anybody then. */
  mail: undefined;
}

/** The queue's tasks that tell people what happened. */
export const notifyTasks =
  (deps: NotifyDeps) =>
  (giveUp: AbortSignal): TaskList => ({
    notify: async (payload) => {
      const { tenant, eventId } = payload as { tenant: string; eventId: number };
      await fanOut(deps.database.sql, tenant, eventId, deps.mail !== undefined);
    },
    deliver: async (payload) => {
      const { tenant, delivery } = payload as { tenant: string; delivery: string };
      await deliver(deps, tenant, delivery, giveUp);
    },
  });
