import { type Stats } from 'node:fs';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { watch } from 'chokidar';
import { openDelivery } from './deliver.ts';
import { filesBelow } from './scan.ts';
import type { DropDepot } from './take.ts';
import { steadyNow } from '../base/steady.ts';
import { waitingFiles } from './waiting.ts';

const STILL_MS = 2000;
const LOOK_MS = 250;
const POLL_MS = 1000;
/** How often everything is looked for, whether or not the system told of it. */
const SCAN_MS = 60_000;
/** The tenant's folder and the folders that a virtual path may have. */
const DEPTH = 17;

export interface DropOptions {
  depot: DropDepot;
  /** `<data>/drop`; its folders bear the tenants' ids. */
  folder: string;
  /** Looks at the folder again and again, for network mounts that tell nobody of changes. */
  polling: boolean;
  /** How long a file must lie still. */
  stillMs?: number;
  /** A clock that nobody steps. */
  now?: () => number;
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
  const { depot, polling, stillMs = STILL_MS, now = steadyNow } = options;
  const { log } = depot;
  await mkdir(options.folder, { recursive: true });
  const folder = await realpath(options.folder);
  const waiting = waitingFiles(now, stillMs);
  const deliver = openDelivery(depot, folder);
  let round: Promise<void> | undefined;
  let closing = false;
  let scannedAt = now();

  function found(file: string): boolean {
    const isWatched = waiting.found(file);
    if (!isWatched) log.warn({ file }, 'too many files in the drop folder: this one has to wait for others to go');
    return isWatched;
  }

  /**
   * Looks at every file: chokidar 5 hears nothing more of a folder that takes another's place, and the system drops
   * what it would tell where too much happens at once.
   */
  async function scan(): Promise<void> {
    for await (const file of filesBelow(folder, DEPTH)) if (closing || !found(file)) return;
  }

  async function lookAt(file: string): Promise<void> {
    const look = await lstat(file).catch(() => undefined);
    if (look && !look.isFile()) log.warn({ file }, 'links and special files are not taken from the drop folder');
    if (!look?.isFile()) waiting.gone(file);
    else if (waiting.isReady(file, look)) await take(file, look);
  }

  async function take(file: string, look: Stats): Promise<void> {
    const delivery = await deliver(file);
    if (delivery === 'done') waiting.gone(file);
    else if (delivery === 'left') waiting.refuse(file, look);
    else waiting.later(file, delivery.again);
  }

  async function lookAround(): Promise<void> {
    if (Math.abs(now() - scannedAt) >= SCAN_MS) {
      scannedAt = now();
      await scan();
    }
    for (const file of waiting.due()) {
      if (closing) return;
      await lookAt(file).catch((error: unknown) => log.error({ err: error, file }, 'drop folder'));
    }
  }

  const watcher = watch(folder, { followSymlinks: false, usePolling: polling, interval: POLL_MS, depth: DEPTH });
  watcher
    .on('add', found)
    .on('change', found)
    .on('unlink', (file) => waiting.gone(file));
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
