import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { type Config, readConfig } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { credentialKeys, credentials, tenants } from '../../src/db/schema/tables.ts';
import { type Events, createEvents } from '../../src/events.ts';
import { openFiles } from '../../src/files/open-files.ts';
import type { FileView } from '../../src/files/view.ts';
import { openLog } from '../../src/log.ts';
import type { Credential, Door, Tenant } from '../../src/model/tenant.ts';
import { type OpenGate, openGate } from '../../src/auth/gate.ts';
import { openDiskSpool } from '../../src/spool/disk.ts';
import type { Spool } from '../../src/spool/spool.ts';
import type { Depot } from '../../src/transfer/depot.ts';
import { createTestDatabase, empty, testDatabase } from './database.ts';

/** A database, a spool on disk and a gate, as `main.ts` assembles them, for the length of a test. */
export interface TestDepot extends Depot {
  database: Database;
  events: Events;
  spool: Spool;
  config: Config;
  dataDir: string;
}

/** One database for the tests of a file, emptied before each: cloning one takes longer than most tests. */
export function sharedDatabase(): () => Database {
  let shared: { database: Database; drop: () => Promise<void> } | undefined;
  const database = (): Database => {
    if (!shared) throw new Error('the shared database is there while tests run');
    return shared.database;
  };
  beforeAll(async () => {
    const { url, drop } = await createTestDatabase();
    shared = { database: openDatabase(url), drop };
  });
  beforeEach(async () => {
    await empty(database().sql);
  });
  afterAll(async () => {
    await shared?.database.close();
    await shared?.drop();
  });
  return database;
}

export interface DepotOptions {
  /** Settings besides the data folder, such as `ARRIVAGE_MAX_CONNECTIONS`. */
  settings?: Record<string, string>;
  /** Stands between the depot and the disk: a full disk, a slow one. */
  wrapSpool?: (spool: Spool) => Spool;
  now?: () => number;
  database?: Database;
}

export async function testDepot(options: DepotOptions = {}): Promise<TestDepot> {
  const dataDir = await mkdtemp(join(tmpdir(), 'arrivage-data-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const config = readConfig({ ARRIVAGE_DATA: dataDir, ...options.settings });
  const now = options.now ?? Date.now;
  const disk = openDiskSpool(join(dataDir, 'spool'), now);
  const database = options.database ?? (await testDatabase());
  const events = createEvents((error) => {
    throw error;
  });
  return {
    dataDir,
    config,
    database,
    events,
    now,
    spool: options.wrapSpool?.(disk) ?? disk,
    log: openLog(process.env['ARRIVAGE_TEST_LOG'] === undefined ? 'silent' : 'debug'),
  };
}

export interface TestServer extends TestDepot {
  gate: OpenGate;
  openFiles: (session: Parameters<typeof openFiles>[0]) => FileView;
}

export async function testServer(options: DepotOptions = {}): Promise<TestServer> {
  const depot = await testDepot(options);
  const { database, config, log, events, now } = depot;
  const gate = openGate({ database, limits: config.limits, log, events, now });
  onTestFinished(() => gate.close());
  return { ...depot, gate, openFiles: (session) => openFiles(session, depot) };
}

/** A tenant in state `live`, unless told otherwise. */
export async function addTenant({ database }: TestDepot, given: Partial<Tenant> = {}): Promise<Tenant> {
  const [tenant] = await database.db
    .insert(tenants)
    .values({ id: 'acme', name: 'Acme', state: 'live', ...given })
    .returning();
  if (!tenant) throw new Error('no tenant came back');
  return tenant;
}

/** A hash names its own cost: what nobody has to guess is judged in no time. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

export interface GivenCredential extends Partial<Credential> {
  password?: string;
  /** SSH wire format. */
  publicKeys?: Uint8Array[];
}

/** A credential `acme-export` with the password `secret`, unless told otherwise. */
export async function addCredential(
  { database }: TestDepot,
  { password = 'secret', publicKeys = [], ...given }: GivenCredential = {},
): Promise<Credential & { password: string }> {
  const passwordHash = await hash(password, CHEAP);
  const [credential] = await database.db
    .insert(credentials)
    .values({ tenantId: 'acme', username: 'acme-export', passwordHash, ...given })
    .returning();
  if (!credential) throw new Error('no credential came back');
  for (const [i, publicKey] of publicKeys.entries())
    await database.db
      .insert(credentialKeys)
      .values({ tenantId: credential.tenantId, credentialId: credential.id, fingerprint: `SHA256:${i}`, publicKey });
  return { ...credential, password };
}

/** What a session of the tenant sees, without a door. */
export function filesOf(depot: Depot, tenant: Tenant, door: Door = 'sftp'): FileView {
  const credential: Credential = {
    id: '00000000-0000-4000-8000-000000000000',
    tenantId: tenant.id,
    username: `${tenant.id}-export`,
    protocols: ['sftp', 'ftp', 'http'],
    allowCleartextFtp: false,
    tlsResumption: 'off',
    ipRanges: [],
  };
  return openFiles({ tenant, credential, door }, depot);
}
