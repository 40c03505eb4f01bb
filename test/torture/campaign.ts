import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbedded } from '../../src/embedded-postgres/start.ts';
import { until } from '../support/clients.ts';
import { age, decide, deleteTenant, makeTenant, operator, type Operator } from './decisions.ts';
import { falseClock, type Clock } from './clock.ts';
import { diceOf, type Dice } from './dice.ts';
import { baseFile, doors, nextFile, type Door, type Sent } from './files.ts';
import { judge, type Ledger, type Verdict } from './judge.ts';
import { ageDrafts, awaiting, dropped, leftFiles, orphans } from './leftovers.ts';
import { connect, type Client } from './senders.ts';
import {
  backends,
  command,
  holds,
  postmaster,
  query,
  startServer,
  type Ports,
  type Server,
  type Site,
} from './server.ts';

/** Two tenants that stay, and one that is deleted and made again. */
const STAYING = ['nord', 'sud'];
const LEAVING = 'gone';

/** What is killed, and in the middle of what. */
const kinds = [
  'server',
  'server in a sync',
  'server at its start',
  'server in a purge and sweep',
  'server in a revert',
  'server in a deletion',
  'server on a full disk',
  'clock',
  'database',
  'a process of the database',
  'database and server',
] as const;
type Kind = (typeof kinds)[number];

export interface Campaign extends Verdict {
  kills: Record<string, number>;
  leftOut: string[];
  /** What the last server held before and after the kills of its database. */
  before: Held;
  after: Held;
}

interface Held {
  descriptors: number;
  rssMb: number;
}

/** Descriptors and resident memory that a server may have more of after work and kills than before. */
const MORE_DESCRIPTORS = 24;
const MORE_MB = 128;
const DISK_MB = 96;
const WAIT_MS = 120_000;
/** Until all that has come is imported, where machines are slow. */
const CALM_MS = 600_000;
const DRAIN_MS = 300_000;
const SWEEP_MS = 30_000;
/** A committed file without a row is one of a commit under way for that long. */
const ORPHAN_MS = 61_000;
/** By so many seconds the clock of the server is wrong. */
const STEPS = [-7200, -90, 0, 90, 7200, 200 * 86_400];
const FIRST_STARTS = 2;
const LAST_KILLS = 2;

export interface Options {
  seed: number;
  kills: number;
  say?: (text: string) => void;
}

/** Kills server and database while clients of every door upload and an operator decides; then judges what is there. */
export async function campaign({ seed, kills, say = () => undefined }: Options): Promise<Campaign> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-torture-'));
  await chmod(folder, 0o755);
  const clock = falseClock(folder);
  const site = await prepare(folder, clock);
  const disk = smallDisk(site);
  // A mount outlives a program that is interrupted.
  const interrupted = () => {
    disk?.remove();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    return await torture(site, { seed, kills, say }, { hasDisk: disk !== undefined, clock });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted);
    const pid = postmaster(site);
    if (pid !== undefined) process.kill(pid, 'SIGQUIT');
    await until('Postgres ends', () => postmaster(site) === undefined, 30_000).catch(() => undefined);
    disk?.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(folder: string, clock: Clock | undefined): Promise<Site> {
  const { PATH = '', HOME = '/' } = process.env;
  const data = join(folder, 'data');
  const temporary = join(folder, 'tmp');
  for (const path of [data, temporary, join(data, 'spool')]) await mkdir(path, { mode: 0o755 });
  const free = Object.fromEntries(['SFTP', 'FTP', 'FTPS', 'HTTP'].map((door) => [`ARRIVAGE_${door}_PORT`, '0']));
  const env = {
    ...{ PATH, HOME, LC_ALL: 'C.UTF-8', TMPDIR: temporary, ...free, ...clock?.env },
    ARRIVAGE_DATA: data,
    ARRIVAGE_MAX_REQUESTS_PER_MINUTE: '100000',
    ARRIVAGE_PARTIAL_HOURS: '1',
    ARRIVAGE_ARCHIVE_DAYS: '30',
  };
  return { data, env };
}

/** A disk of its own for the spool, where this may be mounted. */
function smallDisk({ data }: Site): { remove(): void } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const spool = join(data, 'spool');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=0700`, 'arrivage-torture', spool], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  return { remove: () => void execFileSync('umount', ['-l', spool], { stdio: 'ignore' }) };
}

/** What all parts of a campaign share. */
interface Arena {
  site: Site;
  clock: Clock | undefined;
  dice: Dice;
  server: Server;
  ports: Ports | undefined;
  key: string;
  by: Operator;
  ledger: Ledger;
  kills: Record<string, number>;
  say: (text: string) => void;
  renewing: Promise<void>;
  /** Nobody begins to send: what is not done where a sync is open would never be done. */
  isCalm: boolean;
  /** The campaign has failed: whoever insists on an answer gets none. */
  isBroken: boolean;
}

async function torture(
  site: Site,
  { seed, kills, say = () => undefined }: Options,
  { hasDisk, clock }: { hasDisk: boolean; clock: Clock | undefined },
): Promise<Campaign> {
  const dice = diceOf(seed);
  const killed: Record<string, number> = {};
  await firstStarts(site, dice, killed);
  const arena = await open(site, clock, { dice, kills: killed, say });
  try {
    const base = await populate(arena);
    const impossible = [...(hasDisk ? [] : ['server on a full disk']), ...(clock ? [] : ['clock'])];
    const possible = kinds.filter((kind) => !impossible.includes(kind));
    await underLoad(arena, async () => {
      for (let i = 0; i < kills; i++) {
        const kind = i < possible.length ? possible[(i + seed) % possible.length] : dice.pick(possible);
        await strike(arena, kind as Kind);
        killed[kind as Kind] = (killed[kind as Kind] ?? 0) + 1;
        say(`${i + 1}/${kills} ${kind}, ${acknowledged(arena)} acknowledged`);
      }
    });
    clock?.step(0);
    say('quiet: everything that was acknowledged is imported');
    await drain(arena);
    const { before, after, grown } = await holdsSteady(arena);
    await settle(arena);
    const verdict = await judge(site, base, arena.ledger);
    const left = await leftFiles(site, { reports: clock !== undefined });
    verdict.wrong.push(...grown, ...left, ...(await stop(arena)));
    const leftOut = [
      ...(clock ? [] : ['steps of the clock (libfaketime is not installed)']),
      ...(hasDisk ? [] : ['a full disk (no tmpfs could be mounted)']),
    ];
    return { ...verdict, kills: killed, leftOut, before, after };
  } finally {
    arena.server.signal('SIGKILL');
    await arena.server.ended;
  }
}

const acknowledged = ({ ledger }: Arena): number =>
  ledger.sent.filter(({ outcome }) => outcome === 'acknowledged').length;

/** On an empty data folder: in the making of the database and in the migrations. */
async function firstStarts(site: Site, dice: Dice, killed: Record<string, number>): Promise<void> {
  for (let i = 0; i < FIRST_STARTS; i++) {
    const server = startServer(site);
    try {
      await Promise.race([pause(200 + dice.below(4000)), server.serves]);
    } finally {
      server.signal('SIGKILL');
      await server.ended;
    }
  }
  killed['server at its first start'] = FIRST_STARTS;
}

async function open(
  site: Site,
  clock: Clock | undefined,
  { dice, kills, say }: Pick<Arena, 'dice' | 'kills' | 'say'>,
): Promise<Arena> {
  const server = startServer(site);
  const ports = await server.serves;
  const { key } = await command<{ key: string }>(site, ['key', 'create', '--scope', 'operator', '--name', 'torture']);
  const ledger: Ledger = { sent: [], decided: [], lives: new Map() };
  const arena: Arena = {
    ...{
      site,
      clock,
      dice,
      server,
      ports,
      key,
      ledger,
      kills,
      say,
      isBroken: false,
      isCalm: false,
      renewing: Promise.resolve(),
    },
    by: operator(() => arena.ports?.http, key),
  };
  return arena;
}

/** Makes the tenants, and sends each the clients that every other file speaks of. */
async function populate(arena: Arena): Promise<Sent[]> {
  const base: Sent[] = [];
  for (const tenant of [...STAYING, LEAVING]) {
    await makeTenant(arena.by, tenant, () => arena.isBroken);
    if (tenant !== LEAVING) base.push(await sendBase(arena, tenant));
  }
  return base;
}

async function sendBase(arena: Arena, tenant: string): Promise<Sent> {
  const file = nextFile({ tenant, life: 1, door: 'http', number: 0 }, arena.dice);
  const { bytes, rows, sha256 } = baseFile(tenant);
  const client = await connect.http(target(arena, tenant));
  await client.send('/clients-base.csv', bytes);
  return { ...file, dataset: 'clients', path: '/clients-base.csv', bytes, rows, sha256, outcome: 'acknowledged' };
}

function target({ ports, key, site }: Arena, tenant: string) {
  if (!ports) throw new Error('no server');
  return { ports, key, tenant, dropFolder: join(site.data, 'drop') };
}

/** Clients of all doors, an operator who decides, and one who deletes and makes a tenant, for as long as the work takes. */
async function underLoad(arena: Arena, work: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const isOver = () => over.signal.aborted;
  const busy = [
    ...STAYING.flatMap((tenant) => doors.map((door) => keepSending(arena, { tenant, door }, isOver))),
    keepSending(arena, { tenant: LEAVING, door: 'sftp' }, isOver),
    keepDeciding(arena, isOver),
  ];
  // Whichever fails is a fault of this program, and ends the campaign.
  const broken = Promise.all(busy);
  try {
    await Promise.race([work(), broken]);
  } catch (error) {
    arena.isBroken = true;
    throw error;
  } finally {
    over.abort();
    await broken;
  }
}

async function keepSending(
  arena: Arena,
  { tenant, door }: { tenant: string; door: Door },
  isOver: () => boolean,
): Promise<void> {
  const dice = arena.dice.fork();
  const own = (one: Sent) => one.tenant === tenant && one.door === door;
  let number = Math.max(0, ...arena.ledger.sent.filter(own).map((one) => one.number));
  let client: Client | undefined;
  while (!isOver()) {
    try {
      if (!arena.ports || arena.isCalm) throw new Error('no server, or none to be asked');
      client ??= await connect[door](target(arena, tenant));
      const life = arena.ledger.lives.get(tenant) ?? 1;
      const file: Sent = { ...nextFile({ tenant, life, door, number: ++number }, dice), outcome: 'open' };
      // By clear FTP the end of the data is the end of the file, and a file in a folder is there or not.
      const isCut = door !== 'ftp' && door !== 'drop' && dice.below(10) === 0;
      if (isCut) file.outcome = 'cut';
      arena.ledger.sent.push(file);
      await client.send(file.path, file.bytes, isCut ? 1 + dice.below(file.bytes.length - 1) : undefined);
      if (isCut) throw new Error('broken off');
      file.outcome = 'acknowledged';
      await pause(dice.below(500));
    } catch {
      client?.close();
      client = undefined;
      await pause(100 + dice.below(200));
    }
  }
  client?.close();
}

async function keepDeciding(arena: Arena, isOver: () => boolean): Promise<void> {
  const dice = arena.dice.fork();
  const { by, ledger } = arena;
  while (!isOver()) {
    await pause(200 + dice.below(500));
    const decided = await decide(by, dice.pick(STAYING), dice);
    if (decided) ledger.decided.push(decided);
    if (dice.below(12) === 0) await renew(arena);
  }
}

/**
 * Deletes the tenant that leaves, and makes it again, one such after the other. What is sent once it is gone is of its
 * next life.
 */
function renew(arena: Arena): Promise<void> {
  const { by, ledger } = arena;
  const gaveUp = () => arena.isBroken;
  arena.renewing = arena.renewing.then(async () => {
    await deleteTenant(by, LEAVING, gaveUp);
    ledger.lives.set(LEAVING, (ledger.lives.get(LEAVING) ?? 1) + 1);
    await makeTenant(by, LEAVING, gaveUp);
  });
  return arena.renewing;
}

async function kill(arena: Arena): Promise<void> {
  unexpected(arena);
  arena.ports = undefined;
  arena.server.signal('SIGKILL');
  await arena.server.ended;
}

function unexpected({ server }: Arena): void {
  if (server.isOver()) throw new Error(`the server ended by itself:\n${server.stderr().slice(-20_000)}`);
}

async function killDatabase(arena: Arena): Promise<void> {
  const pid = postmaster(arena.site);
  if (pid === undefined) return;
  signal(pid);
  const isBack = () => {
    unexpected(arena);
    const now = postmaster(arena.site);
    return now !== undefined && now !== pid;
  };
  await until('Postgres is there again', isBack, WAIT_MS);
}

/** A process may have ended by itself meanwhile. */
function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Nothing is left to be killed.
  }
}

async function start(arena: Arena): Promise<void> {
  arena.server = startServer(arena.site);
  arena.ports = await arena.server.serves;
}

/** Brings one of the kinds about, and leaves with a server that takes files. */
async function strike(arena: Arena, kind: Kind): Promise<void> {
  await alive(arena);
  await strikes[kind](arena);
}

/** Until somebody is told yes. */
async function alive(arena: Arena): Promise<void> {
  const before = acknowledged(arena);
  await until(
    'a file is acknowledged',
    () => {
      unexpected(arena);
      return acknowledged(arena) > before;
    },
    WAIT_MS,
  );
}

const strikes: Record<Kind, (arena: Arena) => Promise<void>> = {
  async server(arena) {
    await pause(arena.dice.below(800));
    await kill(arena);
    await start(arena);
  },
  async 'server in a sync'(arena) {
    const runs = async () => {
      const [row] = await query(arena.site, (sql) => sql`select from syncs where state = 'running'`);
      return row !== undefined;
    };
    // The database may still be recovering from an earlier kill.
    await until('a sync runs', () => runs().catch(() => false), WAIT_MS);
    await pause(arena.dice.below(60));
    await kill(arena);
    await start(arena);
  },
  async 'server at its start'(arena) {
    await kill(arena);
    arena.server = startServer(arena.site);
    await Promise.race([pause(arena.dice.below(3000)), arena.server.serves]);
    await kill(arena);
    await start(arena);
  },
  async 'server in a purge and sweep'(arena) {
    const isAged = () =>
      age(arena.site).then(
        () => true,
        () => false,
      );
    await until('what is finished is aged', isAged, WAIT_MS);
    await kill(arena);
    await start(arena);
    await pause(arena.dice.below(400));
    await kill(arena);
    await start(arena);
  },
  async 'server in a revert'(arena) {
    const reverts = () => decide(arena.by, arena.dice.pick(STAYING), arena.dice, ['revert']);
    arena.isCalm = true;
    await until(
      'a revert is accepted',
      async () => {
        const decided = await reverts();
        if (decided) arena.ledger.decided.push(decided);
        return decided !== undefined;
      },
      CALM_MS,
    );
    arena.isCalm = false;
    await pause(arena.dice.below(150));
    await kill(arena);
    await start(arena);
  },
  async 'server in a deletion'(arena) {
    const deleting = renew(arena);
    await pause(arena.dice.below(300));
    await kill(arena);
    await start(arena);
    await deleting;
  },
  async 'server on a full disk'(arena) {
    const ballast = join(arena.site.data, 'spool', '.ballast');
    await writeFile(ballast, Buffer.alloc(DISK_MB * 1024 * 1024)).catch(() => undefined);
    await pause(500 + arena.dice.below(1500));
    const isKilled = arena.dice.below(2) === 0;
    if (isKilled) await kill(arena);
    await rm(ballast);
    if (isKilled) await start(arena);
    else unexpected(arena);
  },
  async clock(arena) {
    arena.clock?.step(arena.dice.pick(STEPS));
    await pause(500 + arena.dice.below(2000));
    const isKilled = arena.dice.below(2) === 0;
    if (isKilled) await kill(arena);
    if (isKilled) await start(arena);
    else unexpected(arena);
  },
  async database(arena) {
    await pause(arena.dice.below(800));
    await killDatabase(arena);
  },
  async 'a process of the database'(arena) {
    await pause(arena.dice.below(800));
    const some = backends(arena.site);
    if (some.length > 0) signal(arena.dice.pick(some));
  },
  async 'database and server'(arena) {
    await pause(arena.dice.below(800));
    const pid = postmaster(arena.site);
    arena.server.signal('SIGKILL');
    if (pid !== undefined) signal(pid);
    await kill(arena);
    await start(arena);
  },
};

/** Until nothing waits, runs, or is to be committed. */
async function drain(arena: Arena): Promise<void> {
  const left = async () => {
    unexpected(arena);
    const [row] = await query(
      arena.site,
      (sql) => sql<{ n: number }[]>`
        select (select count(*)::int from uploads where state = 'waiting')
             + (select count(*)::int from syncs where state in ('queued', 'running')) as n`,
    );
    return dropped(arena.site).length + awaiting(arena.site).length + (row?.n ?? 0);
  };
  await until('nothing waits or runs', async () => (await left().catch(() => 1)) === 0, DRAIN_MS).catch(
    async (error: unknown) => {
      throw new Error(`${(error as Error).message}: ${JSON.stringify(await undone(arena))}`, { cause: error });
    },
  );
}

/** What is not done, for whoever has to find out why. */
const undone = ({ site }: Arena) =>
  query(
    site,
    (sql) => sql`
      select (select json_agg(s) from (
          select tenant_id, id, cause, state, attempts, errors, not_before from syncs where state in ('queued', 'running')) s) as syncs,
        (select json_agg(u) from (
          select tenant_id, door, count(*) from uploads where state = 'waiting' group by 1, 2) u) as uploads,
        (select json_agg(j) from (
          select payload, attempts, run_at, locked_at, last_error from graphile_worker._private_jobs) j) as jobs`,
  );

/** Whether a server that outlives kills of its database holds no more afterwards than before. */
async function holdsSteady(arena: Arena): Promise<{ before: Held; after: Held; grown: string[] }> {
  const allDoors = async () => {
    const from = arena.ledger.sent.length;
    const done = ({ tenant, door }: { tenant: string; door: Door }) =>
      arena.ledger.sent
        .slice(from)
        .some((one) => one.tenant === tenant && one.door === door && one.outcome === 'acknowledged');
    const each = STAYING.flatMap((tenant) => doors.map((door) => ({ tenant, door })));
    await until('a file of each door is acknowledged', () => each.every(done), WAIT_MS);
  };
  await underLoad(arena, allDoors);
  await drain(arena);
  const before = held(arena);
  await underLoad(arena, async () => {
    for (let i = 0; i < LAST_KILLS; i++) {
      await strike(arena, 'database');
      arena.kills['database'] = (arena.kills['database'] ?? 0) + 1;
    }
    await allDoors();
  });
  await drain(arena);
  const isFlat = () => {
    const { descriptors, rssMb } = held(arena);
    return descriptors <= before.descriptors + MORE_DESCRIPTORS && rssMb <= before.rssMb + MORE_MB;
  };
  const isSteady = await until('descriptors and memory are where they were', isFlat, 30_000).then(
    () => true,
    () => false,
  );
  const after = held(arena);
  const grown = isSteady ? [] : [`the server holds more than before: ${JSON.stringify({ before, after })}`];
  return { before, after, grown };
}

function held({ server }: Arena): Held {
  if (process.platform !== 'linux') return { descriptors: 0, rssMb: 0 };
  const { descriptors, rss } = holds(server.pid);
  return { descriptors, rssMb: Math.round(rss / 2 ** 20) };
}

/** Lets sweeps end what kills left: committed bytes without a row become partials, and the term of partials ends. */
async function settle(arena: Arena): Promise<void> {
  const { site, clock } = arena;
  const { names, latest } = await orphans(site);
  if (names.length > 0) {
    await pause(Math.max(0, latest + ORPHAN_MS - Date.now()));
    await startAgain(arena);
    const isSwept = async () => (await orphans(site)).names.length === 0;
    await until('committed bytes without a row are swept', isSwept, SWEEP_MS).catch(() => undefined);
  }
  // Report files without a row are left alone for an hour; partials do not expire by a clock that differs from the database's.
  if (clock) {
    clock.step(2 * 3600);
    await startAgain(arena);
    const isSwept = async () => !(await leftFiles(site, { reports: true })).some((left) => left.includes('reports/'));
    await until('report files without a row are swept', isSwept, SWEEP_MS).catch(() => undefined);
    clock.step(0);
  }
  await startAgain(arena);
  // What is still there after the sweep is named by the verdict.
  const isTidy = async () => (await leftFiles(site, { reports: clock !== undefined })).length === 0;
  await until('the sweep is over', isTidy, SWEEP_MS).catch(() => undefined);
}

async function startAgain(arena: Arena): Promise<void> {
  await kill(arena);
  ageDrafts(arena.site, 48);
  await start(arena);
  await drain(arena);
}

/** Stops the server as an operator does. @returns what it left in the database */
async function stop({ server, site }: Arena): Promise<string[]> {
  const embedded = await startEmbedded(site.data);
  try {
    server.signal('SIGTERM');
    const code = await server.ended;
    const wrong = code === 0 ? [] : [`the server ended with ${code}`];
    const left = await query(
      site,
      (sql) => sql<{ what: string }[]>`
        select 'a lock of ' || coalesce(a.application_name, '?') as what from pg_locks l left join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
        union all select 'a connection: ' || application_name || ', ' || state from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        union all select 'a node: ' || id from nodes
        union all select 'a locked job: ' || id from graphile_worker._private_jobs where locked_at is not null
        union all select 'a locked queue: ' || queue_name from graphile_worker._private_job_queues where locked_at is not null
        union all select 'a job without attempts left: ' || id || ' ' || coalesce(last_error, '') from graphile_worker._private_jobs
        where attempts >= max_attempts`,
    );
    return [...wrong, ...left.map(({ what }) => `left behind: ${what}`)];
  } finally {
    await embedded.stop({ force: true });
  }
}
