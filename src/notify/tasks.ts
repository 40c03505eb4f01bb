import type { TaskList } from 'graphile-worker';
import { arrivalDays, recordMissing } from '../db/queries/uploads/arrival-days.ts';
import { queueDigests } from '../db/queries/events/digest.ts';
import { fanOut } from '../db/queries/events/fan-out.ts';
import { forgetOldEvents } from '../db/queries/events/forget.ts';
import type { Log } from '../log.ts';
import { deliver, type DeliverDeps } from './deliver.ts';
import { DIGEST_CRONTAB, digestDay } from './digest-time.ts';
import { learnsSince, missingEventData, missingNow } from './expected.ts';
import { sendMail, type MailJob } from './mail/mail.ts';
import type { SendMail } from './mail/send.ts';

export interface NotifyDeps extends DeliverDeps {
  log: Log;
  /** Undefined where no mail server is set up: nobody is written to then. */
  send: SendMail | undefined;
}

/** In UTC. What is missing is looked for every quarter of an hour; the night is for forgetting. */
export const notifyCrontab = [DIGEST_CRONTAB, '*/15 * * * * expected ?max=1', '23 2 * * * forget ?max=3'].join('\n');

/** The queue's tasks that tell people what happened. */
export const notifyTasks =
  (deps: NotifyDeps) =>
  (giveUp: AbortSignal): TaskList => ({
    notify: async (payload) => {
      const { tenant, eventId } = payload as { tenant: string; eventId: number };
      await fanOut(deps.database.sql, tenant, eventId, deps.send !== undefined);
    },
    deliver: async (payload) => {
      const { tenant, delivery } = payload as { tenant: string; delivery: string };
      await deliver(deps, tenant, delivery, giveUp);
    },
    mail: async (payload) => {
      const { send } = deps;
      if (send) await sendMail({ ...deps, send }, payload as MailJob);
    },
    digest: async (payload) => {
      const day = digestDay(new Date((payload as { _cron: { ts: string } })._cron.ts));
      if (deps.send && day !== undefined) await queueDigests(deps.database.sql, day);
    },
    expected: () => tellMissing(deps),
    forget: async () => {
      await forgetOldEvents(deps.database.sql);
    },
  });

/** Tells which datasets did not come by their usual times. */
async function tellMissing({ database, now }: Pick<NotifyDeps, 'database' | 'now'>): Promise<void> {
  const at = now();
  const arrivals = await arrivalDays(database.sql, learnsSince(at), at);
  for (const missing of missingNow(arrivals, at)) await recordMissing(database.sql, { ...missingEventData(missing) });
}
