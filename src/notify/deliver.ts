import type { Database } from '../db/client.ts';
import {
  addTestDelivery,
  openDelivery,
  recordAttempt,
  type Attempt,
  type OpenDelivery,
} from '../db/queries/events/deliveries.ts';
import type { Events } from '../events.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { sequelOf } from './pauses.ts';
import { post } from './post.ts';
import { signedHeaders } from './signature.ts';
import { parseWebhookUrl, webhookTarget } from './webhook-url.ts';

export interface DeliverDeps {
  database: Database;
  events: Pick<Events, 'emit'>;
  keyring: Keyring;
  /** CIDR ranges that may be connected to although they are private: `config.privateTargets`. */
  privateTargets: readonly string[];
  now: () => Date;
  /** From 0 to 1. */
  chance: () => number;
}

type SendDeps = Omit<DeliverDeps, 'chance' | 'events' | 'database'> & { database: Pick<Database, 'db' | 'sql'> };

export type Tried = Omit<Attempt, 'attempt'>;

const LONGEST_ERROR = 300;

/**
 * Makes one attempt of a delivery and stores it with what follows. A process that ends between the receiver's answer and
 * our note of it attempts again, under the same message id: at least once, and a receiver can tell.
 * @throws where the worker is stopping or the database is away: nothing is noted then, and the job runs again
 */
export async function deliver(deps: DeliverDeps, tenantId: TenantId, id: string, giveUp: AbortSignal): Promise<void> {
  const delivery = await openDelivery(deps.database.db, tenantId, id);
  if (!delivery) return;
  const tried = await attempt(deps, delivery, giveUp);
  giveUp.throwIfAborted();
  const sequel = delivery.enabled
    ? sequelOf(tried.status, delivery.attempts + 1, deps.now(), deps.chance())
    : ({ state: 'failed', disable: false } as const);
  await recordAttempt(deps.database.sql, delivery, tried, sequel);
  deps.events.emit('delivery.attempted', { tenant: tenantId, state: sequel.state });
}

/** Sends a webhook a test event, once, and gives what came of it. @returns undefined where there is no such webhook */
export async function sendTest(
  deps: SendDeps,
  tenantId: TenantId,
  webhookId: string,
  giveUp: AbortSignal,
): Promise<Tried | undefined> {
  const payload = { type: 'webhook.test', timestamp: deps.now().toISOString(), data: { tenant: tenantId } };
  const id = await addTestDelivery(deps.database.db, tenantId, webhookId, payload);
  const delivery = id === undefined ? undefined : await openDelivery(deps.database.db, tenantId, id);
  if (!delivery) return undefined;
  const tried = await attempt(deps, { ...delivery, enabled: true }, giveUp);
  const sequel = sequelOf(tried.status, Number.POSITIVE_INFINITY, deps.now(), 0);
  await recordAttempt(deps.database.sql, delivery, tried, sequel);
  return tried;
}

async function attempt(deps: SendDeps, delivery: OpenDelivery, giveUp: AbortSignal): Promise<Tried> {
  const at = deps.now();
  const began = performance.now();
  const outcome = await send(deps, delivery, at, giveUp).then(
    (status) => ({ status, error: null }),
    (error: unknown) => ({ status: null, error: textOf(error) }),
  );
  return { at, ...outcome, durationMs: Math.round(performance.now() - began) };
}

async function send(
  { keyring, privateTargets }: SendDeps,
  delivery: OpenDelivery,
  at: Date,
  giveUp: AbortSignal,
): Promise<number> {
  if (!delivery.enabled) throw new Error('the webhook is disabled');
  const url = parseWebhookUrl(delivery.url);
  const target = await webhookTarget(url, privateTargets, delivery.tenantId);
  const { type, timestamp, data } = delivery.payload;
  const body = JSON.stringify({ type, timestamp, data });
  const context = secretContext(delivery.tenantId, delivery.webhookId);
  const secrets = delivery.sealedSecrets.map((sealed) => keyring.open(sealed, context));
  const headers = {
    ...{ 'content-type': 'application/json', 'user-agent': 'arrivage' },
    ...signedHeaders(delivery.id, at, body, secrets),
  };
  return post({ url, headers, body, target }, giveUp);
}

/** What binds a sealed secret to its webhook. */
export const secretContext = (tenantId: TenantId, webhookId: string): string => `webhook/${tenantId}/${webhookId}`;

function textOf(error: unknown): string {
  // Node gathers the attempts on several addresses under an empty text.
  const told = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const text = told instanceof Error && told.message !== '' ? told.message : String(told);
  return text.slice(0, LONGEST_ERROR);
}
