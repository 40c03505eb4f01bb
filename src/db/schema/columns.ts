import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core';

/** Every table leads with the tenant, so that a distributed Postgres can shard by it unchanged. */
export const tenantId = () => text('tenant_id').notNull();
/**
 * The tenant in tables with millions of rows: compared byte by byte whatever the database's locale, since a locale's
 * order makes every step down an index slower (a fifth of a first import).
 */
export const tenantBytes = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const count = (name: string) => integer(name).notNull().default(0);
export const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
