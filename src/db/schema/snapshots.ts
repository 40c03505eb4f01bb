import { bigint, char, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Dataset } from '../../model/dataset.ts';
import type { Evidence } from '../../model/evidence.ts';
import { bytea, tenantId } from './columns.ts';
import { tenants } from './tables.ts';

/**
 * What the next snapshot of a dataset may be compared with line by line: the last one of each scope that was applied, as
 * long as nothing else has touched its rows since. See docs/decisions/0008-unchanged-lines.md.
 */
export const lastSnapshots = pgTable(
  'last_snapshots',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    dataset: text('dataset').$type<Dataset>().notNull(),
    /** JSON of the one `Scope` of which it speaks. */
    scope: text('scope').notNull(),
    syncId: bigint('sync_id', { mode: 'number' }).notNull(),
    uploadId: uuid('upload_id').notNull(),
    /** A hash of everything besides the bytes that decided how its lines were read. */
    reading: char('reading', { length: 64 }).notNull(),
    /** Deflated (RFC 1951), one bit for each physical line, the first lowest: see `CleanLines`. */
    clean: bytea('clean').notNull(),
    evidence: jsonb('evidence').$type<Evidence>().notNull(),
    /** How many entries each client has: see `ClientCounts`; null: too many clients to count. */
    clients: bytea('clients'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.dataset, t.scope] })],
);
