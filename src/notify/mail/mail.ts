import { findRecipient } from '../../db/queries/events/recipients.ts';
import { findTenant } from '../../db/queries/tenants/tenants.ts';
import type { Database } from '../../db/client.ts';
import type { Events } from '../../events.ts';
import type { Log } from '../../log.ts';
import type { TenantId } from '../../model/tenant.ts';
import { dayLetter, eventLetter } from './compose.ts';
import { isRefusedForGood, type SendMail } from './send.ts';

export interface MailDeps {
  database: Database;
  events: Pick<Events, 'emit'>;
  log: Log;
  send: SendMail;
}

/** A mail to one recipient: about an event, or the digest of a day such as `2026-11-24`. */
export type MailJob = { tenant: TenantId; email: string } & ({ event: number } | { digest: string });

/**
 * Writes and sends one mail. SMTP has no transactions: a process that ends between the server's yes and the end of the
 * job sends it again, under the same Message-ID.
 * @throws Error where the server did not take it now: the queue tries again, for a day and a bit
 */
export async function sendMail({ database, events, log, send }: MailDeps, job: MailJob): Promise<void> {
  const tenant = await findTenant(database.db, job.tenant);
  const recipient = await findRecipient(database.db, job.tenant, job.email);
  if (!tenant || !recipient) return;
  const letter =
    'event' in job
      ? await eventLetter(database, tenant, recipient.language, job.event)
      : await dayLetter(database, tenant, recipient.language, job.digest);
  if (!letter) return;
  const key = 'event' in job ? `event ${job.event}` : `digest ${job.tenant} ${job.digest}`;
  const told = (state: 'delivered' | 'pending' | 'failed') =>
    events.emit('mail.attempted', { tenant: tenant.id, state });
  try {
    await send(recipient.email, letter, key);
    told('delivered');
  } catch (error) {
    told(isRefusedForGood(error) ? 'failed' : 'pending');
    if (!isRefusedForGood(error)) throw error;
    log.warn({ err: error, tenant: tenant.id, email: recipient.email }, 'the mail server refuses a mail for good');
  }
}
