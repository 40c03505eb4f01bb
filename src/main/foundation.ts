import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { openLocks, type Locks } from '../db/locks.ts';
import { startEmbedded } from '../embedded-postgres/start.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { createEvents, type Events } from '../events.ts';
import { openLog, type Log } from '../log.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { openKeyring } from '../secrets/open-keyring.ts';
import { openDiskSpool } from '../spool/disk.ts';
import type { Spool } from '../spool/spool.ts';
import { openDataFolder } from './data-folder.ts';
import { dataFolderTrouble, databaseTrouble, embeddedTrouble, starting } from './start-failure.ts';

/** What the server and every command stand on: database, spool, keyring, log. Also a `Depot`. */
export interface Foundation {
  config: Config;
  database: Database;
  /** Between nodes. */
  locks: Locks;
  spool: Spool;
  keyring: Keyring;
  events: Events;
  log: Log;
  now: () => number;
  /** Leaves the database; an embedded one stops if nobody else uses it. */
  close(): Promise<void>;
}

/**
 * Opens the database (the embedded one where no DATABASE_URL is set), brings it up to date, and opens the spool.
 * @throws StartFailure, ConfigError
 */
export async function openFoundation(config: Config, level: Config['logLevel']): Promise<Foundation> {
  await starting(openDataFolder(config.dataDir), dataFolderTrouble(config.dataDir));
  const keyring = await openKeyring(config);
  const { url, leave } = await reachDatabase(config);
  const { pooled } = await starting(migrateDatabase(url), databaseTrouble(url)).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  const database = openDatabase(url, { pooled });
  const locks = openLocks(url, pooled);
  const close = async () => {
    await locks.close();
    await database.close();
    await leave();
  };
  const log = openLog(level);
  const events = createEvents((error) => log.error({ err: error }, 'a listener failed'));
  const spool = openDiskSpool(spoolFolder(config), Date.now, locks);
  return { config, database, locks, spool, keyring, events, log, now: Date.now, close };
}

const spoolFolder = ({ dataDir }: Config): string => join(dataDir, 'spool');

/** The database of the settings, the embedded one started. @throws StartFailure */
export async function reachDatabase({ databaseUrl, dataDir }: Config) {
  if (databaseUrl !== undefined) return { url: databaseUrl, leave: () => Promise.resolve() };
  const embedded = await starting(startEmbedded(dataDir), embeddedTrouble);
  return { url: embedded.url, leave: () => embedded.stop() };
}
