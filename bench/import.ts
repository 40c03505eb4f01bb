/**
 * The whole way from a committed upload to committed rows, against psql's `\copy` of the same rows into a typed table
 * with a primary key, side by side in one run.
 * usage: npm run bench:import -- [rows=1000000] [runs=5] [DATABASE_URL]
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import { recordUpload } from '../src/db/arrivals.ts';
import { openDatabase } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { createTenant } from '../src/db/tenants.ts';
import { createEvents } from '../src/events.ts';
import type { VirtualPath } from '../src/model/path.ts';
import { openDiskSpool } from '../src/spool/disk.ts';
import { createAdvance } from '../src/sync/advance.ts';
import { startReader } from '../src/sync/reader.ts';
import { median } from './median.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'arrivage-bench-'));
await chmod(folder, 0o755);
const embedded = process.argv[4] === undefined ? await startEmbedded(folder) : undefined;
const url = process.argv[4] ?? embedded?.url ?? '';
await migrateDatabase(url);
const database = openDatabase(url, { statementMs: 0 });
const generator = new URL('../../shared/tools/generate-exports.mjs', import.meta.url).pathname;
spawnSync(process.execPath, [generator, String(rows), '50000', '1000', `${folder}/`], { stdio: 'ignore' });
const files = await variants(`${folder}/ecritures.csv`);

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

await preparePeer();
const results: Record<string, number[]> = { copy: [], full: [], oneLine: [], percent: [] };
for (let run = 0; run < runs; run++) {
  results['copy']?.push(await copyPeer());
  const tenant = `bench-${run}`;
  await createTenant(database.db, { id: tenant, name: tenant, state: 'live', trigger: 'each', maxFileBytes: 1e12 });
  await send(tenant, 'clients.csv', `${folder}/clients.csv`);
  results['full']?.push(await send(tenant, 'ecritures.csv', files.base));
  results['oneLine']?.push(await send(tenant, 'ecritures.csv', files.oneLine));
  results['percent']?.push(await send(tenant, 'ecritures.csv', files.percent));
  await report(tenant);
  await database.sql`delete from ecritures where tenant_id = ${tenant}`;
  await database.sql`vacuum ecritures`;
}
clearInterval(watch);
const base = median(results['copy'] ?? []);
for (const [name, times] of Object.entries(results))
  console.log(
    `${name.padEnd(10)} ${(median(times) / 1000).toFixed(2)} s  ${(median(times) / base).toFixed(2)} × \\copy   ${times.map((t) => Math.round(t)).join(' ')}`,
  );
console.log(`peak RSS ${Math.round(peak / 1048576)} MB`);
await reader.close();
await database.close();
await embedded?.stop({ force: true });
await rm(folder, { recursive: true, force: true });

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

async function send(tenant: string, name: string, path: string): Promise<number> {
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
  return timed(() => advance(tenant, { hurry: true }, new AbortController().signal));
}

async function report(tenant: string) {
  const rows = await database.sql`
    select s.id, s.state, s.durations, f.read, f.inserted, f.updated, f.unchanged, f.settled, f.rejected, f.duplicate
    from syncs s join sync_files f on f.tenant_id = s.tenant_id and f.sync_id = s.id
    where s.tenant_id = ${tenant} and f.dataset = 'ecritures' order by s.id`;
  for (const row of rows) console.log(JSON.stringify(row));
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
  await database.sql`delete from ecritures where tenant_id = 'peer'`;
  await database.sql`vacuum ecritures`;
}

async function copyPeer(): Promise<number> {
  await database.sql`truncate peer`;
  return timed(() => {
    psql(`\\copy peer from '${folder}/peer.copy'`);
    return Promise.resolve();
  });
}

function psql(command: string): void {
  const { status } = spawnSync('psql', [url, '-qc', command], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`psql ended with ${String(status)}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  await database.sql`checkpoint`;
  const began = performance.now();
  await work();
  return performance.now() - began;
}
