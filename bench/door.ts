/** What the benches of the doors share: our server in a process of its own, a peer on a free port, and the race. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { startEmbedded } from '../src/embedded-postgres/start.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { tenants } from '../src/db/schema/tables.ts';
import { createEvents } from '../src/events.ts';
import { openFiles } from '../src/files/open-files.ts';
import { openLog } from '../src/log.ts';
import { openGate } from '../src/auth/gate.ts';
import { openDiskSpool } from '../src/spool/disk.ts';
import { median } from './median.ts';

const MiB = 1024 * 1024;
export const SMALL_FILES = 1000;
/** The tenant, its username, and its only credential. */
export const tenantId = 'bench';
export const credentialId = '00000000-0000-4000-8000-000000000000';

type World = Awaited<ReturnType<typeof openWorld>>;
interface Door {
  ports: readonly number[];
  close: (graceMs: number) => Promise<void>;
}

async function openWorld(folder: string) {
  const data = join(folder, 'data');
  const embedded = await startEmbedded(data);
  await migrateDatabase(embedded.url);
  const database = openDatabase(embedded.url);
  const config = readConfig({ ARRIVAGE_DATA: data });
  const [log, now, events] = [openLog('warn'), Date.now, createEvents(console.error)];
  await database.db.insert(tenants).values({ id: tenantId, name: 'Bench', quotaBytes: 2 ** 40, maxFileBytes: 2 ** 40 });
  const depot = { spool: openDiskSpool(join(data, 'spool')), database, log, events, now };
  const gate = openGate({ database, limits: config.limits, log, events, now });
  const view = (session: Parameters<typeof openFiles>[0]) => openFiles(session, depot);
  return { embedded, database, config, log, events, gate, openFiles: view };
}

/** Runs as the child: says its port, then its peak memory when asked, and ends. */
export async function serve(folder: string, open: (world: World) => Promise<Door>): Promise<void> {
  const world = await openWorld(folder);
  const door = await open(world);
  process.send?.({ port: door.ports[0] });
  process.once('message', () => {
    process.send?.({ peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }, () => {
      void (async () => {
        await door.close(0);
        await world.gate.close();
        await world.database.close();
        await world.embedded.stop({ force: true });
        process.exit(0);
      })();
    });
  });
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** A folder of the bench's own with `big.csv` of so many MiB and `small/f<i>.csv` of 1,000 bytes each. */
export function makeFiles(size: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'arrivage-bench-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'small'));
  for (let i = 0; i < SMALL_FILES; i++) writeFileSync(join(folder, 'small', `f${i}.csv`), randomBytes(1000));
  writeFileSync(join(folder, 'big.csv'), '');
  for (let i = 0; i < size; i += 16) writeFileSync(join(folder, 'big.csv'), randomBytes(16 * MiB), { flag: 'a' });
  return folder;
}

/** One side of a race: what a client does with the server of this process. */
export interface Runner {
  pid: number | undefined;
  /** Not measured. */
  before: () => void;
  run: () => void;
}

/**
 * Runs both sides in turn and prints medians of seconds with their ratio, and the processor seconds that our server
 * took: other work on the machine disturbs those less.
 */
export function race(name: string, peer: string, rounds: number, sides: { ours: Runner; theirs: Runner }): void {
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  const spent: number[] = [];
  for (const side of [sides.theirs, sides.ours]) secondsOf(side);
  for (let i = 0; i < rounds; i++) {
    seconds.theirs.push(secondsOf(sides.theirs));
    const before = cpuSeconds(sides.ours.pid);
    seconds.ours.push(secondsOf(sides.ours));
    spent.push(cpuSeconds(sides.ours.pid) - before);
  }
  const [a, b] = [median(seconds.ours), median(seconds.theirs)];
  console.log(
    `${name}: arrivage ${a.toFixed(2)} s (processor ${median(spent).toFixed(2)} s), ${peer} ${b.toFixed(2)} s, ratio ${(b / a).toFixed(2)}`,
  );
}

function secondsOf({ before, run }: Runner): number {
  before();
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

/** User and system time of a process; Linux counts it in hundredths (proc(5)). */
function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}

/**
 * Gives both servers the same memory to write into: what earlier runs left is removed and written back. A virtual
 * machine is slow to hand out pages that it has not used yet (0.19 s or 1.3 s for 512 MiB), and a server that keeps
 * every version would pay for that alone.
 */
export function settle(folder: string): void {
  for (const left of [join(folder, 'peer', 'in'), join(folder, 'data', 'spool', 'committed', tenantId)])
    for (const name of existsSync(left) ? readdirSync(left) : []) rmSync(join(left, name));
  execFileSync('sync');
}

/** Starts our server as a child of the bench at `url`, runs the races, prints its peak memory, and clears up. */
export async function against(
  url: string,
  folder: string,
  peer: ChildProcess,
  races: (port: number, pid: number | undefined) => void,
): Promise<void> {
  const server = fork(fileURLToPath(url), ['serve', folder]);
  const { port } = await answer<{ port: number }>(server);
  try {
    races(port, server.pid);
    server.send('stop');
    const { peakMb } = await answer<{ peakMb: number }>(server);
    console.log(`peak memory of arrivage: ${peakMb} MB`);
  } finally {
    await new Promise((resolve) => (server.exitCode === null ? server.once('exit', resolve) : resolve(undefined)));
    peer.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
