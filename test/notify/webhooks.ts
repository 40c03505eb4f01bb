import type { TenantId } from '../../src/model/tenant.ts';
import type { StoredEventType } from '../../src/model/stored-event.ts';
import * as webhooks from '../../src/notify/webhooks.ts';

const unrecorded = (): Promise<void> => Promise.resolve();

/** As whoever keeps nothing on record: what the audit says of webhooks is told by its own tests. */
export const createWebhook = (
  deps: webhooks.WebhookDeps,
  tenant: TenantId,
  given: { url: string; types: StoredEventType[] },
) => webhooks.createWebhook(deps, tenant, given, unrecorded);

export const rotateSecret = (deps: webhooks.WebhookDeps, tenant: TenantId, id: string) =>
  webhooks.rotateSecret(deps, tenant, id, unrecorded);
