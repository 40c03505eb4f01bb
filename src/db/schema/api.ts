import { integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { KeyScope } from '../../model/api-key.ts';
import { bytea, moment, tenantId } from './columns.ts';

/** Bearer keys of the API: shown once, kept as a hash. */
export const apiKeys = pgTable(
  'api_keys',
  {
    /** Empty for a key of the operator. */
    tenantId: tenantId(),
    id: uuid('id').notNull().defaultRandom(),
    name: text('name').notNull(),
    scope: text('scope').$type<KeyScope>().notNull(),
    /** SHA-256 of the key, which has 256 random bits and needs no slow hash. */
    hash: bytea('hash').notNull(),
    /** Its first characters, by which people tell keys apart. */
    prefix: text('prefix').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('api_keys_hash').on(t.hash)],
);

/** Answers kept for a day, so that a request that is sent again does nothing again. */
export const idempotentRequests = pgTable(
  'idempotent_requests',
  {
    tenantId: tenantId(),
    keyId: uuid('key_id').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    /** SHA-256 of method, path and body: the same key on another request is a mistake. */
    request: bytea('request').notNull(),
    /** Null while the first request is under way. */
    status: integer('status'),
    body: jsonb('body'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.keyId, t.idempotencyKey] })],
);
