import { and, asc, desc, eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { Fragment, ISql } from 'postgres';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Sql } from '../../client.ts';
import { deliveries, deliveryAttempts, webhooks } from '../../schema/notify.ts';
import { findWebhook } from './webhooks.ts';

export interface Attempt {
  attempt: number;
  at: Date;
  /** The receiver's HTTP status; null where there was no answer, and `error` says why. */
  status: number | null;
  error: string | null;
  durationMs: number;
}

export interface ListedDelivery {
  id: string;
  webhookId: string;
  eventId: number | null;
  type: string;
  state: 'pending' | 'delivered' | 'failed';
  createdAt: Date;
  nextAttemptAt: Date | null;
  /** Oldest first. */
  attempts: Attempt[];
}

/** A delivery with what an attempt needs of its webhook. */
export interface OpenDelivery {
  tenantId: TenantId;
  id: string;
  webhookId: string;
  url: string;
  enabled: boolean;
  /** The secret in force first. */
  sealedSecrets: string[];
  payload: Record<string, unknown>;
  /** Attempts since it was made or sent again. */
  attempts: number;
}

/** What follows an attempt. */
export type Sequel =
  { state: 'delivered' } | { state: 'failed'; disable: boolean } | { state: 'pending'; nextAttemptAt: Date };

const JOB_ATTEMPTS = 25;

/** How many attempts of one tenant run at once, whichever node runs them. */
const LANES = 4;

/**
 * The SQL expression that queues an attempt. Those of one webhook run one after the other, in one of the tenant's few
 * lanes, so that receivers that hang keep few workers. Of attempts that are due a tenant's tenth comes behind another's
 * first: the more of its deliveries wait, the later the next one's turn. Columns are named with their table: they stand
 * within queries of their own.
 */
export function deliverJob(sql: ISql, of: Record<'tenant' | 'webhook' | 'delivery' | 'at', Fragment>) {
  return sql`graphile_worker.add_job('deliver', json_build_object('tenant', ${of.tenant}, 'delivery', ${of.delivery}),
    queue_name := ${laneOf(sql, of)}, run_at := ${of.at}, max_attempts := ${JOB_ATTEMPTS},
    job_key := 'deliver:' || ${of.delivery}, job_key_mode := 'replace', priority := ${waitingOf(sql, of)})`;
}

/** By the webhook's place among its tenant's, so that the first four have a lane each. */
const laneOf = (sql: ISql, { tenant, webhook }: Record<'tenant' | 'webhook', Fragment>) => sql`
  'webhooks:' || ${tenant} || ':' || (select count(*) % ${LANES} from webhooks other join webhooks own
    on own.tenant_id = other.tenant_id and own.tenant_id = ${tenant} and own.id = ${webhook}::uuid
    and (other.created_at, other.id) < (own.created_at, own.id))`;

/** From 1 on: what fans events out, and mails, are never behind a delivery. */
const waitingOf = (sql: ISql, { tenant }: Record<'tenant', Fragment>) => sql`
  (1 + (select count(*) from (select from deliveries d where d.tenant_id = ${tenant} and d.state = 'pending'
    limit 1000) waiting))::int`;

const isDelivery = (tenantId: TenantId, id: string) => and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, id));

/** @returns undefined where there is nothing to deliver any more */
export async function openDelivery(db: Db, tenantId: TenantId, id: string): Promise<OpenDelivery | undefined> {
  const [row] = await db
    .select({ delivery: deliveries, webhook: webhooks, both: sql<boolean>`${webhooks.previousSecretUntil} > now()` })
    .from(deliveries)
    .innerJoin(webhooks, and(eq(webhooks.tenantId, deliveries.tenantId), eq(webhooks.id, deliveries.webhookId)))
    .where(and(isDelivery(tenantId, id), eq(deliveries.state, 'pending')));
  if (!row) return undefined;
  const { delivery, webhook, both } = row;
  const { sealedSecret, sealedPreviousSecret: previous } = webhook;
  return {
    ...{ tenantId, id, webhookId: webhook.id, url: webhook.url, enabled: webhook.enabled },
    ...{ payload: delivery.payload, attempts: delivery.attempts },
    sealedSecrets: both && previous !== null ? [sealedSecret, previous] : [sealedSecret],
  };
}

/** A delivery of a test: of no event, and attempted once, by whoever asks. @returns its id, if the webhook exists */
export async function addTestDelivery(
  db: Db,
  tenantId: TenantId,
  webhookId: string,
  payload: { type: string } & Record<string, unknown>,
): Promise<string | undefined> {
  if (!(await findWebhook(db, tenantId, webhookId))) return undefined;
  const [row] = await db
    .insert(deliveries)
    .values({ tenantId, webhookId, type: payload.type, payload })
    .returning({ id: deliveries.id });
  return row?.id;
}

/** Logs an attempt, and in the same transaction what follows it. */
export async function recordAttempt(
  sql: Sql,
  { tenantId, id, webhookId }: OpenDelivery,
  { at, status, error, durationMs }: Omit<Attempt, 'attempt'>,
  sequel: Sequel,
): Promise<void> {
  const next = sequel.state === 'pending' ? sequel.nextAttemptAt : null;
  await sql.begin(async (tx) => {
    await tx`
      insert into delivery_attempts (tenant_id, delivery_id, attempt, at, status, error, duration_ms)
      select ${tenantId}, ${id}, coalesce(max(attempt), 0) + 1, ${at}, ${status}, ${error}, ${durationMs}
      from delivery_attempts where tenant_id = ${tenantId} and delivery_id = ${id}`;
    await tx`
      update deliveries set state = ${sequel.state}, attempts = attempts + 1, next_attempt_at = ${next}
      where tenant_id = ${tenantId} and id = ${id}`;
    if (next !== null) await tx`select ${deliverJob(tx, keysOf(tx, tenantId, webhookId, id, next))}`;
    if (sequel.state === 'failed' && sequel.disable)
      await tx`update webhooks set enabled = false where tenant_id = ${tenantId} and id = ${webhookId}`;
  });
}

const keysOf = (sql: ISql, tenant: TenantId, webhook: string, delivery: string, at: Date) => ({
  tenant: sql`${tenant}::text`,
  webhook: sql`${webhook}::text`,
  delivery: sql`${delivery}::text`,
  at: sql`${at}::timestamptz`,
});

/**
 * The latest deliveries of a webhook with their attempts, newest first.
 * @param before continues after the last one of the page before
 */
export async function listDeliveries(
  db: Db,
  tenantId: TenantId,
  webhookId: string,
  { limit, before }: { limit: number; before?: Pick<ListedDelivery, 'id' | 'createdAt'> },
): Promise<ListedDelivery[]> {
  const { createdAt, id } = deliveries;
  const older = before && or(lt(createdAt, before.createdAt), and(eq(createdAt, before.createdAt), lt(id, before.id)));
  const rows = await db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.webhookId, webhookId), older))
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
  return withAttempts(db, tenantId, rows);
}

export async function findDelivery(db: Db, tenantId: TenantId, id: string): Promise<ListedDelivery | undefined> {
  const rows = await db.select().from(deliveries).where(isDelivery(tenantId, id));
  const [found] = await withAttempts(db, tenantId, rows);
  return found;
}

async function withAttempts(
  db: Db,
  tenantId: TenantId,
  rows: (typeof deliveries.$inferSelect)[],
): Promise<ListedDelivery[]> {
  const ids = rows.map(({ id }) => id);
  const made = await db
    .select()
    .from(deliveryAttempts)
    .where(and(eq(deliveryAttempts.tenantId, tenantId), inArray(deliveryAttempts.deliveryId, ids)))
    .orderBy(asc(deliveryAttempts.attempt));
  return rows.map(({ id, webhookId, eventId, type, state, createdAt, nextAttemptAt }) => ({
    ...{ id, webhookId, eventId, type, state, createdAt, nextAttemptAt },
    attempts: made
      .filter(({ deliveryId }) => deliveryId === id)
      .map(({ attempt, at, status, error, durationMs }) => ({ attempt, at, status, error, durationMs })),
  }));
}

/**
 * Sends a delivery again from the beginning, at once, under the same message id.
 * @returns whether there is one of an event, whose webhook is enabled
 */
export async function resendDelivery(sql: Sql, tenantId: TenantId, id: string): Promise<boolean> {
  const at = new Date();
  const queued = await sql`
    with again as (
      update deliveries d set state = 'pending', attempts = 0, next_attempt_at = ${at}
      from webhooks w
      where d.tenant_id = ${tenantId} and d.id = ${id} and d.event_id is not null
        and w.tenant_id = d.tenant_id and w.id = d.webhook_id and w.enabled
      returning d.webhook_id
    )
    select ${deliverJob(sql, { ...keysOf(sql, tenantId, '', id, at), webhook: sql`again.webhook_id` })} from again`;
  return queued.length > 0;
}
