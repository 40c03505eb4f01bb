import { openMail } from '../notify/mail/send.ts';
import { notifyCrontab, notifyTasks } from '../notify/tasks.ts';
import { startWorker, type Worker } from '../queue/worker.ts';
import type { Foundation } from './foundation.ts';

/** Deliveries and mails under way at once: they mostly wait for others, and one tenant has four lanes of the former and two of the latter. */
const CONCURRENCY = 24;

/** Starts what tells people. It has a worker of its own, so that a receiver that hangs holds up no import. */
export function startNotifying({ config, database, keyring, events, log }: Foundation): Worker {
  const tasks = notifyTasks({
    ...{ database, keyring, events, log, privateTargets: config.privateTargets },
    ...{ now: () => new Date(), chance: Math.random },
    send: config.mail && openMail(config.mail),
  });
  return startWorker({ database, concurrency: CONCURRENCY, log, tasks, crontab: notifyCrontab });
}
