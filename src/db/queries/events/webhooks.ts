import { and, asc, eq, sql } from 'drizzle-orm';
import type { StoredEventType } from '../../../model/stored-event.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { deliveries, deliveryAttempts, webhooks } from '../../schema/notify.ts';

/** A webhook as people see it: without its secret. */
export interface ListedWebhook {
  id: string;
  url: string;
  /** Empty: all. */
  types: StoredEventType[];
  enabled: boolean;
  createdAt: Date;
}

export type WebhookChange = Partial<Pick<ListedWebhook, 'url' | 'types' | 'enabled'>>;

export interface NewWebhook {
  tenantId: TenantId;
  id: string;
  url: string;
  types: StoredEventType[];
  sealedSecret: string;
}

/** How long the secret before a rotation goes on signing, beside the new one. */
const BOTH_SECRETS = sql`now() + interval '1 day'`;

const listed = {
  id: webhooks.id,
  url: webhooks.url,
  types: webhooks.types,
  enabled: webhooks.enabled,
  createdAt: webhooks.createdAt,
};

const isWebhook = (tenantId: TenantId, id: string) => and(eq(webhooks.tenantId, tenantId), eq(webhooks.id, id));

/** @returns undefined where the tenant has `most` already */
export async function addWebhook(db: Db | Tx, webhook: NewWebhook, most: number): Promise<ListedWebhook | undefined> {
  return db.transaction(async (tx) => {
    // Two that come at once must not both be the last one.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('webhooks'), hashtext(${webhook.tenantId}))`);
    if ((await tx.$count(webhooks, eq(webhooks.tenantId, webhook.tenantId))) >= most) return undefined;
    const [row] = await tx.insert(webhooks).values(webhook).returning(listed);
    return row;
  });
}

export async function listWebhooks(db: Db, tenantId: TenantId): Promise<ListedWebhook[]> {
  return db
    .select(listed)
    .from(webhooks)
    .where(eq(webhooks.tenantId, tenantId))
    .orderBy(asc(webhooks.createdAt), asc(webhooks.id));
}

export async function findWebhook(db: Db | Tx, tenantId: TenantId, id: string): Promise<ListedWebhook | undefined> {
  const [row] = await db.select(listed).from(webhooks).where(isWebhook(tenantId, id));
  return row;
}

/** @returns the webhook as it is now; undefined where there is none */
export async function updateWebhook(
  db: Db | Tx,
  tenantId: TenantId,
  id: string,
  change: WebhookChange,
): Promise<ListedWebhook | undefined> {
  if (Object.keys(change).length === 0) return findWebhook(db, tenantId, id);
  const [row] = await db.update(webhooks).set(change).where(isWebhook(tenantId, id)).returning(listed);
  return row;
}

/** Puts a new secret in force; the one before signs too for a day. @returns whether there is such a webhook */
export async function replaceSecret(
  db: Db | Tx,
  tenantId: TenantId,
  id: string,
  sealedSecret: string,
): Promise<boolean> {
  const changed = await db
    .update(webhooks)
    .set({ sealedSecret, sealedPreviousSecret: webhooks.sealedSecret, previousSecretUntil: BOTH_SECRETS })
    .where(isWebhook(tenantId, id))
    .returning({ id: webhooks.id });
  return changed.length > 0;
}

/** Deletes a webhook with its deliveries and their log. @returns whether there was one */
export async function deleteWebhook(db: Db | Tx, tenantId: TenantId, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const gone = await tx.delete(webhooks).where(isWebhook(tenantId, id)).returning({ id: webhooks.id });
    const itsOwn = and(eq(deliveries.tenantId, tenantId), eq(deliveries.webhookId, id));
    const ids = tx.select({ id: deliveries.id }).from(deliveries).where(itsOwn);
    await tx
      .delete(deliveryAttempts)
      .where(and(eq(deliveryAttempts.tenantId, tenantId), sql`${deliveryAttempts.deliveryId} in ${ids}`));
    await tx.delete(deliveries).where(itsOwn);
    return gone.length > 0;
  });
}
