import { sqlOf } from '../db/client.ts';
import { findDelivery, resendDelivery as queueDelivery, type ListedDelivery } from '../db/queries/events/deliveries.ts';
import {
  deleteWebhook,
  findWebhook,
  updateWebhook,
  type ListedWebhook,
  type WebhookChange,
} from '../db/queries/events/webhooks.ts';
import { inTurn } from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { StoredEventType } from '../model/stored-event.ts';
import type { TenantId } from '../model/tenant.ts';
import { sendTest, type Tried } from '../notify/deliver.ts';
import { checkedChange, createWebhook, rotateSecret } from '../notify/webhooks.ts';
import { audited, noted, type Admin, type AdminParts, type Precondition } from './admin.ts';

/** A webhook as every front shows it: without its secret. */
export type WebhookView = ReturnType<typeof webhookView>;

export const webhookView = ({ createdAt, ...webhook }: ListedWebhook) => ({
  ...webhook,
  createdAt: createdAt.toISOString(),
});

/** What was sent to a webhook, with each attempt, as every front shows it. */
export const deliveryView = ({ webhookId: _, createdAt, nextAttemptAt, attempts, ...delivery }: ListedDelivery) => ({
  ...delivery,
  createdAt: createdAt.toISOString(),
  nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  attempts: attempts.map(({ at, ...each }) => ({ ...each, at: at.toISOString() })),
});

/** What its secrets need. */
type Sealing = Pick<AdminParts, 'keyring' | 'privateTargets'>;

/** @throws no_such_resource */
export async function knownWebhook(
  { database }: { database: Pick<Admin['database'], 'db'> },
  tenant: TenantId,
  id: string,
): Promise<WebhookView> {
  return webhookView(found(await findWebhook(database.db, tenant, id)));
}

/**
 * Tells an address what happens to a tenant.
 * @returns with the secret that signs, which is shown now and never again
 * @throws webhook_url_refused, host_not_found, target_refused, too_many_webhooks
 */
export async function addWebhook(
  admin: Admin & Sealing,
  tenant: TenantId,
  asked: { url: string; types: StoredEventType[] },
): Promise<WebhookView & { secret: string }> {
  const { webhook, secret } = await createWebhook(admin, tenant, asked, (tx, { id }) =>
    audited(admin, tx, tenant, 'webhook.add', { id, ...auditable(asked) }),
  );
  return { ...webhookView(webhook), secret };
}

/** @throws no_such_resource, webhook_url_refused, host_not_found, target_refused; what the precondition throws */
export async function changeWebhook(
  admin: Admin & Sealing,
  tenant: TenantId,
  id: string,
  asked: WebhookChange,
  precondition?: Precondition<WebhookView>,
): Promise<WebhookView> {
  await knownWebhook(admin, tenant, id);
  // Asks for the name of its host, for which nobody else should wait.
  const checked = await checkedChange(admin, tenant, asked);
  return inTurn(admin.database.db, tenant, async (tx) => {
    const before = webhookView(found(await findWebhook(tx, tenant, id)));
    precondition?.(before);
    await audited(admin, tx, tenant, 'webhook.set', { id, ...auditable(asked) });
    return webhookView(found(await updateWebhook(tx, tenant, id, checked)));
  });
}

/** Deletes a webhook with the log of its deliveries. @throws no_such_resource; what the precondition throws */
export async function removeWebhook(
  admin: Admin,
  tenant: TenantId,
  id: string,
  precondition?: Precondition<WebhookView>,
): Promise<void> {
  await inTurn(admin.database.db, tenant, async (tx) => {
    const before = webhookView(found(await findWebhook(tx, tenant, id)));
    precondition?.(before);
    await deleteWebhook(tx, tenant, id);
    await audited(admin, tx, tenant, 'webhook.remove', { id });
  });
}

/** Gives a webhook a new secret; for a day both sign. @returns it, shown now and never again @throws no_such_resource */
export async function rotateWebhookSecret(
  admin: Admin & Pick<AdminParts, 'keyring'>,
  tenant: TenantId,
  id: string,
): Promise<string> {
  const record: Parameters<typeof rotateSecret>[3] = (tx) => audited(admin, tx, tenant, 'webhook.rotate', { id });
  return found(await rotateSecret(admin, tenant, id, record));
}

/** Sends a webhook a test event, once, and keeps on record that it did. @throws no_such_resource */
export async function testWebhook(
  admin: Admin & Sealing & Pick<AdminParts, 'now'>,
  tenant: TenantId,
  id: string,
  giveUp: AbortSignal,
): Promise<Tried> {
  const tried = found(await sendTest({ ...admin, now: () => new Date(admin.now()) }, tenant, id, giveUp));
  await noted(admin, tenant, 'webhook.test', { id, status: tried.status });
  return tried;
}

/**
 * Sends a delivery again, under the same message id.
 * @param webhook whose it must be, where that is known
 * @throws no_such_resource where it is none of an event to an enabled webhook
 */
export async function resendDelivery(
  admin: Admin,
  tenant: TenantId,
  delivery: string,
  webhook?: string,
): Promise<void> {
  const { webhookId: id } = found(await findDelivery(admin.database.db, tenant, delivery));
  if (webhook !== undefined && id !== webhook) throw new ArrivageError('no_such_resource');
  await admin.database.db.transaction(async (tx) => {
    if (!(await queueDelivery(sqlOf(tx), tenant, delivery))) throw new ArrivageError('no_such_resource');
    await audited(admin, tx, tenant, 'webhook.resend', { id, delivery });
  });
}

/** An address may hold a token, in its path as well as in its query: of it only the host goes on record. */
const auditable = ({ url: address, ...rest }: { url?: string }) => ({
  ...rest,
  ...(address !== undefined && { host: new URL(address).host }),
});

/** @throws no_such_resource */
function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new ArrivageError('no_such_resource');
  return thing;
}
