/**
 * The whole way from a committed upload to committed rows, against psql's `\copy` of the same rows into a typed table
 * with a primary key, and against pgloader reading the same file as text; side by side in one run, in wall-clock and in
 * processor seconds (ours, Postgres's and the client's), since other work on the machine makes the former wrong.
 * usage: npm run bench:import -- [rows=1000000] [runs=5] [embedded | system | DATABASE_URL]
 */
import { createHash, randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import { recordUpload } from '../src/db/arrivals.ts';
import { openDatabase } from '../src/db/client.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { createTenant } from '../src/db/tenants.ts';
import { createEvents } from '../src/events.ts';
import type { VirtualPath } from '../src/model/path.ts';
import { openDiskSpool } from '../src/spool/disk.ts';
import { createAdvance } from '../src/sync/advance.ts';
import { startReader } from '../src/sync/reader.ts';
import { median } from './median.ts';
import { embeddedServer, runTimed, serverSeconds, systemServer, type Server } from './postgres.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'arrivage-bench-'));
await chmod(folder, 0o755);
const server = await serverOf(process.argv[4] ?? 'embedded');
if (!server) {
  console.log("Debian's Postgres 15 is not installed: skipped");
  await rm(folder, { recursive: true });
  process.exit(0);
}
const { url } = server;
await migrateDatabase(url);
const database = openDatabase(url, { statementMs: 0 });
const postgresSeconds = await serverSeconds(url);
const generator = new URL('../../shared/tools/generate-exports.mjs', import.meta.url).pathname;
spawnSync(process.execPath, [generator, String(rows), '50000', '1000', `${folder}/`], { stdio: 'ignore' });
const files = await variants(`${folder}/ecritures.csv`);
const hasLoader = spawnSync('pgloader', ['--version']).status === 0;

const spool = openDiskSpool(join(folder, 'spool'));
const reader = startReader();
let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
const advance = createAdvance({
  database,
  loadDatabase: database,
  spool,
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
  withReader: (work) => work(reader),
  events: createEvents((error) => console.error(error)),
  log: pino({ level: 'error' }),
  now: () => new Date(),
  scratch: ({ syncId }) => join(folder, `scratch-${syncId}`),
});

interface Took {
  seconds: number;
  processor: number;
}
const results: Record<string, Took[]> = { copy: [], pgloader: [], full: [], oneLine: [], percent: [] };

await preparePeer();
for (let run = 0; run < runs; run++) {
  await database.sql`truncate peer`;
  results['copy']?.push(await timed(() => psql(`\\copy peer from '${folder}/peer.copy'`)));
  if (hasLoader) results['pgloader']?.push(await loadWithPgloader());
  const tenant = `bench-${run}`;
  await createTenant(database.db, { id: tenant, name: tenant, state: 'live', trigger: 'each', maxFileBytes: 1e12 });
  await send(tenant, 'clients.csv', `${folder}/clients.csv`);
  results['full']?.push(await send(tenant, 'ecritures.csv', files.base));
  results['oneLine']?.push(await send(tenant, 'ecritures.csv', files.oneLine));
  results['percent']?.push(await send(tenant, 'ecritures.csv', files.percent));
  await report(tenant);
  // The next run finds an empty table, as the first one did.
  await database.sql`truncate ecritures`;
}
clearInterval(watch);
console.log(`${rows} rows, ${runs} runs, ${server.name}; medians`);
const of = (times: readonly Took[], what: keyof Took) => median(times.map((took) => took[what]));
const base = results['copy'] ?? [];
for (const [name, times] of Object.entries(results).filter(([, times]) => times.length > 0)) {
  const figures = (['seconds', 'processor'] as const).map(
    (what) => `${of(times, what).toFixed(2)} s ${(of(times, what) / of(base, what)).toFixed(2)} ×`,
  );
  console.log(
    `${name.padEnd(9)} ${figures.join('   processor ')}   (${times.map((t) => t.seconds.toFixed(1)).join(' ')})`,
  );
}
if (!hasLoader) console.log('pgloader is not installed: skipped');
console.log(`peak RSS ${Math.round(peak / 1048576)} MB`);
await reader.close();
await database.close();
await server.stop();
await rm(folder, { recursive: true, force: true });

function serverOf(which: string): Promise<Server | undefined> {
  if (which === 'embedded') return embeddedServer(folder);
  if (which === 'system') return systemServer(folder);
  return Promise.resolve({ name: 'the given Postgres', url: which, stop: () => Promise.resolve() });
}

/** The file itself; one with a byte changed; one with 1 % of its lines changed and 0.5 % gone. */
async function variants(base: string) {
  const oneLine = `${base}.one`;
  const percent = `${base}.percent`;
  await edit(base, oneLine, (line, i) => (i === 500 ? line.replace(/;EUR;/, ';USD;') : line));
  await edit(base, percent, (line, i) =>
    i === 0 ? line : i % 200 === 7 ? undefined : i % 100 === 3 ? line.replace(/;EUR;/, ';USD;') : line,
  );
  return { base, oneLine, percent };
}

async function edit(from: string, to: string, change: (line: string, i: number) => string | undefined) {
  const out = createWriteStream(to, 'latin1');
  let rest = '';
  let i = 0;
  await pipeline(
    createReadStream(from, 'latin1'),
    async function* (chunks) {
      for await (const chunk of chunks) {
        const lines = (rest + String(chunk)).split('\r\n');
        rest = lines.pop() ?? '';
        yield lines
          .flatMap((line) => change(line, i++) ?? [])
          .map((line) => line + '\r\n')
          .join('');
      }
      yield rest;
    },
    out,
  );
}

async function send(tenant: string, name: string, path: string): Promise<Took> {
  const id = randomUUID();
  const { size } = await stat(path);
  const upload = `/${name}` as VirtualPath;
  const partial = await spool.createPartial(tenant, { id, path: upload });
  const hash = createHash('sha256');
  let at = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    await partial.write(chunk as Buffer, at);
    at += (chunk as Buffer).length;
  }
  await partial.sync();
  await partial.close();
  await spool.promote(tenant, id);
  const fact = { tenant, id, path: upload, size, door: 'import', username: null, modified: new Date() } as const;
  await recordUpload(database.sql, { ...fact, sha256: hash.digest('hex') });
  return timed(async () => {
    const before = process.cpuUsage();
    await advance(tenant, { hurry: true }, new AbortController().signal);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
}

async function report(tenant: string) {
  const syncs = await database.sql`
    select s.id, s.state, s.durations, f.read, f.inserted, f.updated, f.unchanged, f.settled, f.rejected, f.duplicate
    from syncs s join sync_files f on f.tenant_id = s.tenant_id and f.sync_id = s.id
    where s.tenant_id = ${tenant} and f.dataset = 'ecritures' order by s.id`;
  for (const row of syncs) console.log(JSON.stringify(row));
}

/** The peer: a table of the same types and a key, and COPY text of the rows that an import makes of the same file. */
async function preparePeer(): Promise<void> {
  await createTenant(database.db, { id: 'peer', name: 'peer', state: 'live', trigger: 'each', maxFileBytes: 1e12 });
  await send('peer', 'clients.csv', `${folder}/clients.csv`);
  await send('peer', 'ecritures.csv', files.base);
  await database.sql.unsafe(`
    create table peer as select tenant_id, row_number() over () as id, client_code, journal, piece_number, entry_type,
      entry_date, due_date, amount, balance, currency, label, payment_mode, letter, tag1, tag2
    from ecritures where tenant_id = 'peer'`);
  psql(`\\copy peer to '${folder}/peer.copy'`);
  await database.sql`alter table peer add primary key (tenant_id, id)`;
  await database.sql`truncate ecritures`;
  await database.sql.unsafe(
    `create table loaded (${Array.from({ length: 14 }, (_, i) => `c${i + 1} text`).join(', ')})`,
  );
}

/** Every column as text: without a type, a rule or a key. */
async function loadWithPgloader(): Promise<Took> {
  const script = join(folder, 'loaded.load');
  writeFileSync(
    script,
    `LOAD CSV FROM '${files.base}' WITH ENCODING windows-1252 INTO ${url} TARGET TABLE loaded
     WITH truncate, skip header = 1, fields terminated by ';', fields optionally enclosed by '"',
          fields escaped by double-quote;\n`,
  );
  return timed(() => runTimed('pgloader', ['--root-dir', folder, script]));
}

function psql(command: string): number {
  return runTimed('psql', [url, '-qc', command]);
}

/** @param work gives the processor seconds that it took outside Postgres */
async function timed(work: () => number | Promise<number>): Promise<Took> {
  await database.sql`checkpoint`;
  const [before, began] = [postgresSeconds(), performance.now()];
  const own = await work();
  return { seconds: (performance.now() - began) / 1000, processor: own + postgresSeconds() - before };
}
