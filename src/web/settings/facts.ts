import type { MemberShape } from '../../api/routes/people.ts';
import type { Dataset, LoadMode } from '../../model/dataset.ts';
import type { StoredEventType } from '../../model/stored-event.ts';
import type { Language, TenantState, Trigger } from '../../model/tenant.ts';
import type { KeyScope } from '../../model/api-key.ts';
import type { Entry } from '../activity/table.tsx';
import { ask } from '../ask.ts';
import { may, type WebContext } from '../context.ts';

interface TenantSettings {
  name: string;
  state: TenantState;
  language: Language;
  trigger: Trigger;
  /** Shares between 0 and 1. */
  guardSettle: number;
  guardRows: number;
}

export interface ShownMapping {
  dataset: Dataset;
  version: number;
  columns?: Readonly<Record<string, string | number>>;
  mode?: LoadMode;
}

interface Recipient {
  email: string;
  language: Language;
  digest: boolean;
}

export interface Delivery {
  type: string;
  state: 'pending' | 'delivered' | 'failed';
  createdAt: string;
  nextAttemptAt: string | null;
  attempts: readonly { status: number | null; error: string | null }[];
}

export interface Webhook {
  id: string;
  url: string;
  types: readonly StoredEventType[];
  enabled: boolean;
  deliveries: readonly Delivery[];
}

export interface Key {
  id: string;
  name: string;
  scope: KeyScope;
  prefix: string;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/** What only whoever manages the tenant sees. */
export interface Managed {
  people: readonly MemberShape[];
  recipients: readonly Recipient[];
  webhooks: readonly Webhook[];
  keys: readonly Key[];
  activity: readonly Entry[];
}

export interface SettingsFacts {
  settings: TenantSettings;
  mappings: readonly ShownMapping[];
  managed: Managed | undefined;
}

interface List<T> {
  items: T[];
}

const DELIVERIES = 5;
const ENTRIES = 50;

export async function settingsFacts(c: WebContext): Promise<SettingsFacts> {
  const at = `/tenants/${c.var.tenant.id}`;
  const [settings, mappings, managed] = await Promise.all([
    ask<TenantSettings>(c, at),
    ask<List<ShownMapping>>(c, `${at}/mappings`),
    may(c.var.tenant.role, 'manage') ? managedOf(c, at) : undefined,
  ]);
  return { settings, mappings: mappings.items, managed };
}

async function managedOf(c: WebContext, at: string): Promise<Managed> {
  const [people, recipients, webhooks, keys, activity] = await Promise.all([
    ask<List<MemberShape>>(c, `${at}/people`),
    ask<List<Recipient>>(c, `${at}/recipients`),
    ask<List<Omit<Webhook, 'deliveries'>>>(c, `${at}/webhooks`),
    ask<List<Key>>(c, `${at}/keys`),
    ask<List<Entry>>(c, `/audit?tenant=${c.var.tenant.id}&limit=${ENTRIES}`),
  ]);
  const deliveriesOf = (id: string) => ask<List<Delivery>>(c, `${at}/webhooks/${id}/deliveries?limit=${DELIVERIES}`);
  return {
    ...{ people: people.items, recipients: recipients.items, keys: keys.items, activity: activity.items },
    webhooks: await Promise.all(
      webhooks.items.map(async (webhook) => ({ ...webhook, deliveries: (await deliveriesOf(webhook.id)).items })),
    ),
  };
}
