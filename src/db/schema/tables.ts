import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  char,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Inherited } from '../../model/arrival.ts';
import type { BanKind, BanSide } from '../../model/ban.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { StoredIdentity } from '../../model/identity.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { VirtualPath } from '../../model/path.ts';
import type { SyncState, UploadState } from '../../model/states.ts';
import type { GuardTrip, LeftAtSource, Progress, RowChange, SyncFailure, SyncFile, Undone } from '../../model/sync.ts';
import type { Door, Language, Protocol, TenantState, Trigger, TlsResumption } from '../../model/tenant.ts';
import { bytea, count, moment, tenantBytes, tenantId } from './columns.ts';
import { datasetColumns } from './dataset-columns.ts';

export const tenants = pgTable('tenants', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  state: text('state').$type<TenantState>().notNull().default('validation'),
  trigger: text('trigger').$type<Trigger>().notNull().default('settle'),
  donePatterns: text('done_patterns')
    .array()
    .notNull()
    .default(sql`'{*.done,fin.txt}'::text[]`),
  settleSeconds: integer('settle_seconds').notNull().default(30),
  settleMaxSeconds: integer('settle_max_seconds').notNull().default(900),
  expected: text('expected')
    .array()
    .$type<Dataset[]>()
    .notNull()
    .default(sql`'{clients,ecritures}'::text[]`),
  multiContact: boolean('multi_contact').notNull().default(false),
  defaultCompany: text('default_company').notNull().default(''),
  language: text('language').$type<Language>().notNull().default('fr'),
  fecAccounts: text('fec_accounts')
    .array()
    .notNull()
    .default(sql`'{411}'::text[]`),
  guardSettle: real('guard_settle').notNull().default(0.3),
  guardRows: real('guard_rows').notNull().default(0.5),
  quotaBytes: bigint('quota_bytes', { mode: 'number' }).notNull().default(10_737_418_240),
  /** No password and no file of theirs travels over FTP in clear, whatever a credential allows. */
  requireTls: boolean('require_tls').notNull().default(false),
  maxFileBytes: bigint('max_file_bytes', { mode: 'number' }).notNull().default(2_147_483_648),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const credentials = pgTable(
  'credentials',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    id: uuid('id').notNull().defaultRandom(),
    username: text('username').notNull(),
    passwordHash: text('password_hash'),
    protocols: text('protocols')
      .array()
      .$type<Protocol[]>()
      .notNull()
      .default(sql`'{sftp,ftp,http}'::text[]`),
    allowCleartextFtp: boolean('allow_cleartext_ftp').notNull().default(false),
    tlsResumption: text('tls_resumption').$type<TlsResumption>().notNull().default('off'),
    ipRanges: text('ip_ranges')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    createdAt: moment('created_at').notNull().defaultNow(),
    revokedAt: moment('revoked_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('credentials_username').on(t.username)],
);

export const credentialKeys = pgTable(
  'credential_keys',
  {
    tenantId: tenantId(),
    credentialId: uuid('credential_id').notNull(),
    /** `SHA256:…`, as OpenSSH prints it. */
    fingerprint: text('fingerprint').notNull(),
    /** SSH wire format (RFC 4253, section 6.6). */
    publicKey: bytea('public_key').notNull(),
    comment: text('comment').notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.credentialId, t.fingerprint] })],
);

/** Ports of a tenant's own, besides the shared ones. */
export const endpoints = pgTable(
  'endpoints',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    protocol: text('protocol').$type<'sftp' | 'ftp' | 'ftps'>().notNull(),
    port: integer('port').notNull(),
    /** Over SFTP: algorithms that are offered nowhere else are offered here. */
    legacy: boolean('legacy').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.protocol] }), uniqueIndex('endpoints_port').on(t.port)],
);

/** Append-only: the highest version is in force, and a report names the version it used. */
export const mappings = pgTable(
  'mappings',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    dataset: text('dataset').$type<Dataset>().notNull(),
    version: integer('version').notNull(),
    mapping: jsonb('mapping').$type<Mapping>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.dataset, t.version] })],
);

/** The only hand-over between the doors and the pipeline. */
export const uploads = pgTable(
  'uploads',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    /** Also the name of its bytes in the spool. */
    id: uuid('id').notNull(),
    /** The virtual path under which it arrived. */
    path: text('path').$type<VirtualPath>().notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    sha256: char('sha256', { length: 64 }).notNull(),
    door: text('door').$type<Door>().notNull(),
    username: text('username'),
    receivedAt: moment('received_at').notNull().defaultNow(),
    /** Its place among all arrivals: what was recorded later has a higher one, whatever the clock said. */
    arrival: bigserial('arrival', { mode: 'number' }).notNull(),
    state: text('state').$type<UploadState>().notNull().default('waiting'),
    /** The catalogue code and its parameters, where the state is quarantined, unrecognised or ignored. */
    reason: jsonb('reason').$type<{ code: string; params: Record<string, string> }>(),
    syncId: bigint('sync_id', { mode: 'number' }),
    purgedAt: moment('purged_at'),
    /** Where its sender went on from an earlier upload of the name. */
    inherited: jsonb('inherited').$type<Inherited>(),
    /** What it was found to hold, once that was asked. */
    identity: jsonb('identity').$type<StoredIdentity>(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('uploads_waiting')
      .on(t.tenantId, t.arrival)
      .where(sql`state = 'waiting'`),
  ],
);

/** What a client sees: the latest upload of each name, and the folders it made (`uploadId` is null). */
export const viewFiles = pgTable(
  'view_files',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    uploadId: uuid('upload_id'),
    modifiedAt: moment('modified_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.path] })],
);

export const syncs = pgTable(
  'syncs',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    state: text('state').$type<SyncState>().notNull().default('queued'),
    incomplete: boolean('incomplete').notNull().default(false),
    missing: text('missing')
      .array()
      .$type<Dataset[]>()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** What set it off: a trigger, a person or a command. */
    cause: text('cause').notNull(),
    dryRun: boolean('dry_run').notNull().default(false),
    /** Import even what was applied before. */
    force: boolean('force').notNull().default(false),
    /** Only these, where somebody asked for a sync of some. */
    datasets: text('datasets').array().$type<Dataset[]>(),
    /** Begins with fetching from the tenant's connector. */
    fetch: boolean('fetch').notNull().default(false),
    /** When everything that it fetches was there. */
    fetchedAt: moment('fetched_at'),
    /** What its fetch took, or an earlier one, and could not put away. */
    leftAtSource: jsonb('left_at_source').$type<LeftAtSource>(),
    /** Attempts to fetch that failed, and when the next one is due. */
    fetchFailures: count('fetch_failures'),
    notBefore: moment('not_before'),
    /** When its uploads were tied to it; null while it still has to take what waits. */
    gatheredAt: moment('gathered_at').defaultNow(),
    /** The sync that this one undoes, and what that took. */
    reverts: bigint('reverts', { mode: 'number' }),
    undone: jsonb('undone').$type<Undone[]>(),
    /** The sync that undid this one. */
    revertedBy: bigint('reverted_by', { mode: 'number' }),
    /** The person, key or command that asked for it. */
    requestedBy: text('requested_by'),
    /** Who let it pass the guard. */
    approvedBy: text('approved_by'),
    /** Runs that began; the fence of docs/decisions/0003. */
    attempts: integer('attempts').notNull().default(0),
    /** Runs that ended with an error of ours; the others of those that began were cut off. */
    errors: integer('errors').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
    /**
     * Its place among the ends of the tenant's syncs, given in the transaction of its end: what came later has a higher
     * one, whatever the clock said.
     */
    place: bigint('place', { mode: 'number' }),
    error: jsonb('error').$type<SyncFailure>(),
    guard: jsonb('guard').$type<GuardTrip[]>(),
    progress: jsonb('progress').$type<Progress>(),
    /** Examples of what a dry run or a held sync would change. */
    preview: jsonb('preview').$type<RowChange[]>(),
    /** Milliseconds of each stage. */
    durations: jsonb('durations').$type<Record<string, number>>(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('syncs_open')
      .on(t.tenantId, t.id)
      .where(sql`state in ('queued', 'running')`),
    uniqueIndex('syncs_place').on(t.tenantId, t.place),
  ],
);

export const syncFiles = pgTable(
  'sync_files',
  {
    tenantId: tenantId(),
    syncId: bigint('sync_id', { mode: 'number' }).notNull(),
    fileNo: integer('file_no').notNull(),
    uploadId: uuid('upload_id').notNull(),
    dataset: text('dataset').$type<Dataset>(),
    sha256: char('sha256', { length: 64 }).notNull(),
    read: count('read'),
    inserted: count('inserted'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    skipped: count('skipped'),
    duplicate: count('duplicate'),
    settled: count('settled'),
    reopened: count('reopened'),
    /** Format, mapping, columns, warnings: what the report shows besides the counts. */
    detail: jsonb('detail').$type<Omit<SyncFile, 'uploadId' | 'dataset' | 'sha256' | 'fileNo'>>().notNull(),
  },
  // An FEC stands here twice, as écritures and as the clients that it names.
  (t) => [unique('sync_files_file').on(t.tenantId, t.syncId, t.fileNo, t.dataset).nullsNotDistinct()],
);

export const rejections = pgTable(
  'rejections',
  {
    tenantId: tenantId(),
    syncId: bigint('sync_id', { mode: 'number' }).notNull(),
    fileNo: integer('file_no').notNull(),
    line: integer('line').notNull(),
    column: text('column_name'),
    code: text('code').notNull(),
    value: text('value'),
    raw: text('raw').notNull(),
  },
  // A line has one rejection, but a replay of a split file may number two records alike: an index, no key.
  (t) => [index('rejections_sync').on(t.tenantId, t.syncId, t.fileNo, t.line)],
);

/** The values before each change that a sync made; also what a revert puts back. */
export const changes = pgTable(
  'changes',
  {
    tenantId: tenantBytes('tenant_id').notNull(),
    syncId: bigint('sync_id', { mode: 'number' }).notNull(),
    dataset: text('dataset').$type<Dataset>().notNull(),
    key: uuid('key').notNull(),
    change: text('change').$type<Exclude<RowChange['change'], 'inserted'>>().notNull(),
    before: jsonb('before').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.syncId, t.dataset, t.key] })],
);

/** Report files in the tenant's `/reports`; the bytes lie in the spool under `id`. */
export const reportFiles = pgTable(
  'report_files',
  {
    tenantId: tenantId().references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    id: uuid('id').notNull(),
    syncId: bigint('sync_id', { mode: 'number' }).notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
);

export const audit = pgTable(
  'audit',
  {
    /** Empty where no tenant is known, as for a sign-in with an unknown username. */
    tenantId: tenantId(),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    at: moment('at').notNull().defaultNow(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index('audit_at').on(t.at)],
);

/** Processes that hold queue jobs; a row whose advisory lock is free belongs to a dead one. */
export const nodes = pgTable('nodes', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  workerIds: text('worker_ids')
    .array()
    .notNull()
    .default(sql`'{}'::text[]`),
  startedAt: moment('started_at').notNull().defaultNow(),
});

/** Failed sign-ins as all processes count them, and the bans that follow from them. */
export const penalties = pgTable(
  'penalties',
  {
    /** The doors and the API count apart: behind a proxy all callers of the API have one address. */
    side: text('side').$type<BanSide>().notNull(),
    kind: text('kind').$type<BanKind>().notNull(),
    subject: text('subject').notNull(),
    /** In a row, since the last ban. */
    failures: integer('failures').notNull(),
    failedAt: moment('failed_at').notNull().defaultNow(),
    /** The last ban: from when, and until when. */
    since: moment('since'),
    until: moment('until'),
    /** When the ban was laid or lifted, for processes that ask what is new. */
    changedAt: moment('changed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.side, t.kind, t.subject] }),
    index('penalties_changed_at')
      .on(t.changedAt)
      .where(sql`changed_at is not null`),
  ],
);

/** Who is signed in, over all processes: a place is its process's while that says so. Unlogged: nothing outlives it. */
export const sessionPlaces = pgTable(
  'session_places',
  {
    tenantId: tenantId(),
    /** From 1 to as many as a tenant may have. */
    place: integer('place').notNull(),
    /** The process. */
    keeper: uuid('keeper').notNull(),
    until: moment('until').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.place] }), index('session_places_keeper').on(t.keeper)],
);

/** Requests to the API within a minute, over all processes. Unlogged. */
export const requestCounts = pgTable('request_counts', {
  /** A key, or a tenant. */
  subject: text('subject').primaryKey(),
  used: integer('used').notNull(),
  endsAt: moment('ends_at').notNull(),
});

/** One row: when terms were last looked at, and until when none ends, since the clock had jumped. */
export const termClock = pgTable('term_clock', {
  id: integer('id').primaryKey().default(1),
  seenAt: moment('seen_at').notNull(),
  heldUntil: moment('held_until'),
});

// ---- the three datasets --------------------------------------------------------------------------------------

export const clients = pgTable('clients', datasetColumns('clients'), (t) => [
  primaryKey({ columns: [t.tenantId, t.key] }),
  uniqueIndex('clients_code').on(t.tenantId, t.company, t.clientCode),
]);

export const contacts = pgTable('contacts', datasetColumns('contacts'), (t) => [
  primaryKey({ columns: [t.tenantId, t.key] }),
]);

export const ecritures = pgTable('ecritures', datasetColumns('ecritures'), (t) => [
  primaryKey({ columns: [t.tenantId, t.key] }),
]);
