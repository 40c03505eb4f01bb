import { sql } from 'drizzle-orm';
import { bigint, boolean, char, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { AfterReading, ConnectorProtocol, FetchRule } from '../../model/connector.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Slot } from '../../model/schedule.ts';
import { moment, tenantId } from './columns.ts';
import { tenants } from './tables.ts';

/** A tenant's one outbound link to its own server. What is sealed is opened by the keyring alone. */
export const connectors = pgTable('connectors', {
  tenantId: tenantId()
    .primaryKey()
    .references(() => tenants.id, { onDelete: 'cascade' }),
  protocol: text('protocol').$type<ConnectorProtocol>().notNull(),
  host: text('host').notNull(),
  port: integer('port').notNull(),
  username: text('username').notNull(),
  sealedPassword: text('sealed_password'),
  sealedPrivateKey: text('sealed_private_key'),
  sealedPassphrase: text('sealed_passphrase'),
  directory: text('directory').notNull().default('.'),
  files: jsonb('files').$type<Partial<Record<Dataset, FetchRule>>>().notNull(),
  afterReading: jsonb('after_reading')
    .$type<AfterReading>()
    .notNull()
    .default(sql`'{"kind": "leave"}'::jsonb`),
  /** A file is whole when its size and time stay the same for this long. */
  stableSeconds: integer('stable_seconds').notNull().default(5),
  /** A pattern: nothing is taken until a file of such a name is there. */
  doneFile: text('done_file'),
  /** `SHA256:…` of the host key that was confirmed (sftp). */
  hostKey: text('host_key'),
  /** SHA-256 of the certificate that is accepted whatever its chain, in hexadecimal (ftps). */
  certificateFingerprint: text('certificate_fingerprint'),
  /** PEM of the authority that is trusted besides the usual ones (ftps). */
  ca: text('ca'),
  changedAt: moment('changed_at').notNull().defaultNow(),
});

/** What was taken from a connector before, so that it is not taken again. */
export const fetchedFiles = pgTable(
  'fetched_files',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    modifiedAt: moment('modified_at').notNull(),
    sha256: char('sha256', { length: 64 }).notNull(),
    uploadId: uuid('upload_id').notNull(),
    fetchedAt: moment('fetched_at').notNull().defaultNow(),
    /** When it was moved or deleted at its source; null while that is still owed, or not wanted. */
    disposedAt: moment('disposed_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.name, t.size, t.modifiedAt] })],
);

/** When a tenant's sync runs by itself. */
export const schedules = pgTable(
  'schedules',
  {
    tenantId: tenantId()
      .primaryKey()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    slots: jsonb('slots').$type<Slot[]>().notNull(),
    /** An expression of five fields, besides the slots. */
    cron: text('cron'),
    timeZone: text('time_zone').notNull().default('Europe/Paris'),
    enabled: boolean('enabled').notNull().default(true),
    /** The slot that fired last, by its planned time. */
    lastSlot: moment('last_slot'),
    nextRun: moment('next_run'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (t) => [
    index('schedules_due')
      .on(t.nextRun)
      .where(sql`enabled`),
  ],
);
