import { lstat, mkdir, realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { watch } from 'chokidar';
import { type Database, reachable } from '../db/client.ts';
import { findTenant } from '../db/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Depot } from '../transfer/depot.ts';
import { removeNote, writeNote } from './note.ts';
import { type Place, placeOf } from './place.ts';
import { type Look, type Watched, lookAgain, sameLook } from './stillness.ts';
import { type Taken, takeFile } from './take.ts';

const STILL_MS = 2000;
const LOOK_MS = 250;
const POLL_MS = 1000;
const RETRY_MS = 10_000;
const UNCLAIMED_MS = 60_000;
/** The tenant's folder and the folders that a virtual path may have. */
const DEPTH = 17;
const MOST_WATCHED = 50_000;

export interface DropOptions {
  depot: Depot & { database: Database };
  /** `<data>/drop`; its folders bear the tenants' ids. */
  folder: string;
  /** Looks at the folder again and again, for network mounts that tell nobody of changes. */
  polling: boolean;
  /** How long a file must lie still. */
  stillMs?: number;
}

export interface DropFolder {
  /** Stops watching; a file that is being taken is taken to its end. */
  close(): Promise<void>;
}

/**
 * The door for files that rsync, a share or an older server leaves: every file that has lain still is committed like
 * one that came over a connection, and then removed. What is refused stays, with a note beside it.
 */
export async function openDropFolder(options: DropOptions): Promise<DropFolder> {
  const { depot, polling, stillMs = STILL_MS } = options;
  const { log, now } = depot;
  await mkdir(options.folder, { recursive: true });
  const folder = await realpath(options.folder);
  const watched = new Map<string, Watched>();
  /** Files that were refused as they are; they have another chance once they change. */
  const refused = new Map<string, Look>();
  const unclaimedTenants = new Set<string>();
  let round: Promise<void> | undefined;
  let closing = false;

  const found = (file: string): void => {
    if (watched.has(file)) return;
    if (watched.size < MOST_WATCHED) watched.set(file, { look: undefined, since: now() });
    else log.warn({ file }, 'too many files in the drop folder: this one has to wait for the next start');
  };
  const gone = (file: string): void => {
    watched.delete(file);
    refused.delete(file);
  };

  async function lookAt(file: string, known: Watched): Promise<void> {
    const look = await lstat(file).catch(() => undefined);
    if (!look) {
      gone(file);
      return;
    }
    if (!look.isFile()) {
      log.warn({ file }, 'links and special files are not taken from the drop folder');
      gone(file);
      return;
    }
    const { watched: next, still } = lookAgain(known, look, now(), stillMs);
    watched.set(file, next);
    if (!still || now() < next.since) return;
    if (sameLook(refused.get(file), look)) watched.delete(file);
    else await take(file, look);
  }

  async function take(file: string, look: Look): Promise<void> {
    let tenant: Tenant | undefined;
    try {
      const place = placeOf(relative(folder, file));
      tenant = place && (await tenantOf(place));
      if (!place) watched.delete(file);
      else if (!tenant) unclaimed(file, place);
      else await settle(file, look, await takeFile(depot, tenant, file, place.path));
    } catch (error) {
      await failed(file, look, tenant, error);
    }
  }

  async function settle(file: string, look: Look, outcome: Taken): Promise<void> {
    if (outcome === 'changed') later(file, 0);
    if (outcome === 'special') {
      log.warn({ file }, 'a file in the drop folder lies behind a link, or is none: left there');
      leave(file, look);
    }
    if (outcome === 'taken') {
      gone(file);
      await removeNote(file);
    }
  }

  /** The tenant may be created, or let in again, while the file lies there. */
  function unclaimed(file: string, { tenant }: Place): void {
    if (!unclaimedTenants.has(tenant)) log.warn({ file, tenant }, 'files in the drop folder belong to no open tenant');
    if (unclaimedTenants.size < MOST_WATCHED) unclaimedTenants.add(tenant);
    later(file, UNCLAIMED_MS);
  }

  function leave(file: string, look: Look): void {
    refused.set(file, look);
    watched.delete(file);
  }

  const later = (file: string, ms: number): void => {
    watched.set(file, { look: undefined, since: now() + ms });
  };

  async function failed(file: string, look: Look, tenant: Tenant | undefined, error: unknown): Promise<void> {
    log.warn({ err: error, file }, 'a file in the drop folder could not be taken');
    if (!(error instanceof ArrivageError) || error.entry.retryable) later(file, RETRY_MS);
    else leave(file, look);
    const senders = error instanceof ArrivageError && !TRANSIENT.has(error.code) ? error : undefined;
    if (senders) await writeNote(file, senders, tenant?.language ?? 'fr').catch(() => undefined);
  }

  async function tenantOf({ tenant: id }: Place): Promise<Tenant | undefined> {
    const tenant = await reachable(findTenant(depot.database.db, id));
    return tenant?.state === 'suspended' ? undefined : tenant;
  }

  async function lookAround(): Promise<void> {
    for (const [file, known] of [...watched]) {
      if (closing) return;
      if (known.look === undefined && now() < known.since) continue;
      await lookAt(file, known).catch((error: unknown) => log.error({ err: error, file }, 'drop folder'));
    }
  }

  const watcher = watch(folder, { followSymlinks: false, usePolling: polling, interval: POLL_MS, depth: DEPTH });
  watcher.on('add', found).on('change', found).on('unlink', gone);
  watcher.on('error', (error) =>
    log.error({ err: error }, 'the drop folder cannot be watched: see ARRIVAGE_DROP_POLLING'),
  );
  const ready = new Promise<void>((resolve) => watcher.once('ready', resolve));
  const timer = setInterval(() => {
    round ??= lookAround().finally(() => (round = undefined));
  }, LOOK_MS);
  await ready;

  return {
    async close() {
      closing = true;
      clearInterval(timer);
      await watcher.close();
      await round;
    },
  };
}

/** What passes by itself; the sender need not be told. */
const TRANSIENT: ReadonlySet<string> = new Set(['database_unavailable', 'disk_full', 'internal', 'shutting_down']);
