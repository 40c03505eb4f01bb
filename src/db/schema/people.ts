import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { LinkPurpose, Role } from '../../model/person.ts';
import type { Language } from '../../model/tenant.ts';
import { bytea, moment, tenantId } from './columns.ts';
import { tenants } from './tables.ts';

/** Those who sign in on the page. They belong to no tenant: an accountant may serve several. */
export const people = pgTable(
  'people',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    email: text('email').notNull(),
    language: text('language').$type<Language>().notNull(),
    isOperator: boolean('is_operator').notNull().default(false),
    /** argon2id; null until somebody invited has chosen one. */
    passwordHash: text('password_hash'),
    createdAt: moment('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    lastSignInAt: moment('last_sign_in_at'),
  },
  (t) => [uniqueIndex('people_email').on(sql`lower(${t.email})`)],
);

export const memberships = pgTable(
  'memberships',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    role: text('role').$type<Role>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.personId] }), index('memberships_person').on(t.personId)],
);

/** Browsers in which somebody is signed in. The cookie's token is kept as a hash. */
export const signedIn = pgTable(
  'signed_in',
  {
    /** SHA-256 of a token of 256 random bits. */
    hash: bytea('hash').primaryKey(),
    /** By which people name it; says nothing about the token. */
    id: uuid('id').notNull().defaultRandom(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    usedAt: moment('used_at').notNull().defaultNow(),
    address: text('address').notNull(),
    browser: text('browser').notNull(),
  },
  (t) => [index('signed_in_person').on(t.personId), index('signed_in_used').on(t.usedAt)],
);

/** Links that work once. */
export const links = pgTable(
  'links',
  {
    /** SHA-256 of a token of 256 random bits. */
    hash: bytea('hash').primaryKey(),
    purpose: text('purpose').$type<LinkPurpose>().notNull(),
    /** Null for the first operator, whom nobody knows yet. */
    personId: uuid('person_id').references(() => people.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [index('links_person').on(t.personId), index('links_expires').on(t.expiresAt)],
);
