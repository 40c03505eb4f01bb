import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '../db/client.ts';
import { beforeSealing } from '../db/queries/access/sealed-secrets.ts';
import {
  addWebhook,
  findWebhook,
  replaceSecret,
  type ListedWebhook,
  type WebhookChange,
} from '../db/queries/events/webhooks.ts';
import { ArrivageError } from '../errors.ts';
import type { StoredEventType } from '../model/stored-event.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { secretContext } from './deliver.ts';
import { makeWebhookSecret } from './signature.ts';
import { parseWebhookUrl, webhookTarget } from './webhook-url.ts';

export interface WebhookDeps {
  database: Pick<Database, 'db'>;
  keyring: Keyring;
  /** `config.privateTargets`. */
  privateTargets: readonly string[];
}

/** Webhooks of one tenant. */
const MOST = 20;

/**
 * Makes a webhook with a secret, which is shown now and never again.
 * @param record keeps it on record, in its transaction
 * @throws webhook_url_refused, host_not_found, target_refused, too_many_webhooks
 */
export async function createWebhook(
  { database, keyring, privateTargets }: WebhookDeps,
  tenantId: TenantId,
  given: { url: string; types: StoredEventType[] },
  record: (tx: Tx, webhook: ListedWebhook) => Promise<void>,
): Promise<{ webhook: ListedWebhook; secret: string }> {
  const url = await checkedUrl(given.url, privateTargets, tenantId);
  const id = randomUUID();
  const secret = makeWebhookSecret();
  const webhook = await database.db.transaction(async (tx) => {
    await beforeSealing(tx);
    const sealedSecret = keyring.seal(secret, secretContext(tenantId, id));
    const added = await addWebhook(tx, { tenantId, id, url, types: given.types, sealedSecret }, MOST);
    if (!added) throw new ArrivageError('too_many_webhooks', { limit: MOST });
    await record(tx, added);
    return added;
  });
  return { webhook, secret };
}

/** A change as it may be stored. @throws webhook_url_refused, host_not_found, target_refused */
export async function checkedChange(
  { privateTargets }: Pick<WebhookDeps, 'privateTargets'>,
  tenantId: TenantId,
  change: WebhookChange,
): Promise<WebhookChange> {
  return change.url === undefined ? change : { ...change, url: await checkedUrl(change.url, privateTargets, tenantId) };
}

/**
 * Gives a webhook a new secret, shown now and never again; for a day both sign, so that a receiver can change over
 * without losing a message. @returns undefined where there is no such webhook
 */
export async function rotateSecret(
  { database, keyring }: Omit<WebhookDeps, 'privateTargets'>,
  tenantId: TenantId,
  id: string,
  record: (tx: Tx) => Promise<void>,
): Promise<string | undefined> {
  if (!(await findWebhook(database.db, tenantId, id))) return undefined;
  const secret = makeWebhookSecret();
  const replaced = await database.db.transaction(async (tx) => {
    await beforeSealing(tx);
    const done = await replaceSecret(tx, tenantId, id, keyring.seal(secret, secretContext(tenantId, id)));
    if (done) await record(tx);
    return done;
  });
  return replaced ? secret : undefined;
}

async function checkedUrl(text: string, privateTargets: readonly string[], tenantId: TenantId): Promise<string> {
  const url = parseWebhookUrl(text);
  await webhookTarget(url, privateTargets, tenantId);
  return url.href;
}
