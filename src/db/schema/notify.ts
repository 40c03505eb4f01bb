import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import type { StoredEventType } from '../../model/stored-event.ts';
import type { Language } from '../../model/tenant.ts';
import { count, moment, tenantId } from './columns.ts';
import { tenants } from './tables.ts';

/**
 * What happened, stored in the transaction that made it true: the feed of server-sent events, and what webhooks and
 * e-mail tell. Ids grow in the order of commits, since whoever adds a row holds a lock until its commit.
 */
export const events = pgTable(
  'events',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    type: text('type').$type<StoredEventType>().notNull(),
    syncId: bigint('sync_id', { mode: 'number' }),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    at: moment('at').notNull().defaultNow(),
    /** When its deliveries and mails were queued, all in one transaction. */
    fannedOutAt: moment('fanned_out_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index('events_id').on(t.id)],
);

export const webhooks = pgTable(
  'webhooks',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    id: uuid('id').notNull().defaultRandom(),
    url: text('url').notNull(),
    /** The signing secret (`whsec_…`), sealed. */
    sealedSecret: text('sealed_secret').notNull(),
    /** The secret before the last rotation, which signs too until the receiver has had time to change over. */
    sealedPreviousSecret: text('sealed_previous_secret'),
    previousSecretUntil: moment('previous_secret_until'),
    /** Empty: all. */
    types: text('types').array().$type<StoredEventType[]>().notNull(),
    enabled: boolean('enabled').notNull().default(true),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** One event on its way to one webhook. */
export const deliveries = pgTable(
  'deliveries',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    /** Also the message id that the receiver sees, the same in every attempt. */
    id: uuid('id').notNull().defaultRandom(),
    webhookId: uuid('webhook_id').notNull(),
    /** Null for a test. */
    eventId: bigint('event_id', { mode: 'number' }),
    type: text('type').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    state: text('state').$type<'pending' | 'delivered' | 'failed'>().notNull().default('pending'),
    /** Attempts since it was made or sent again. */
    attempts: count('attempts'),
    createdAt: moment('created_at').notNull().defaultNow(),
    nextAttemptAt: moment('next_attempt_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    // An event goes to a webhook once; tests, which have no event, as often as somebody asks.
    unique('deliveries_event').on(t.tenantId, t.webhookId, t.eventId),
    index('deliveries_webhook').on(t.tenantId, t.webhookId, t.createdAt),
  ],
);

export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    deliveryId: uuid('delivery_id').notNull(),
    attempt: integer('attempt').notNull(),
    at: moment('at').notNull().defaultNow(),
    /** The receiver's HTTP status; null where there was no answer, and `error` says why. */
    status: integer('status'),
    error: text('error'),
    durationMs: integer('duration_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.deliveryId, t.attempt] })],
);

/** Whom to write to, about what. */
export const recipients = pgTable(
  'recipients',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    language: text('language').$type<Language>().notNull().default('fr'),
    /** Empty: all. */
    types: text('types').array().$type<StoredEventType[]>().notNull(),
    digest: boolean('digest').notNull().default(false),
    /** The day of the last digest that was queued. */
    digestDay: date('digest_day'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.email] })],
);
