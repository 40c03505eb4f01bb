/**
 * The whole way from a committed upload to committed rows, against psql's `\copy` of the same rows into a typed table
 * with a primary key, and against pgloader reading the same file as text; side by side in one run, in wall-clock and in
 * processor seconds (ours, Postgres's and the client's), since other work on the machine makes the former wrong.
 * usage: npm run bench:import -- [rows=1000000] [runs=5] [embedded | system | DATABASE_URL]
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../src/db/client.ts';
import { generateExport } from './generate.ts';
import { openImporter } from './importer.ts';
import { median } from './median.ts';
import { embeddedServer, runTimed, serverSeconds, systemServer, type Server } from './postgres.ts';
import { variantsOf } from './variants.ts';

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
const importer = await openImporter(fileURLToPath(new URL('..', import.meta.url)), url, folder);
const database = openDatabase(url, { statementMs: 0 });
const postgresSeconds = await serverSeconds(url);
await generateExport(folder, { rows, clients: 50_000, contacts: 1000 });
const files = await variantsOf(`${folder}/ecritures.csv`);
const hasLoader = spawnSync('pgloader', ['--version']).status === 0;

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);

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
  await importer.tenant(tenant);
  await send(tenant, 'clients.csv', `${folder}/clients.csv`);
  results['full']?.push(await send(tenant, 'ecritures.csv', files.base));
  results['oneLine']?.push(await send(tenant, 'ecritures.csv', files.oneLine));
  results['percent']?.push(await send(tenant, 'ecritures.csv', files.percent));
  for (const outcome of await importer.outcomes(tenant)) console.log(JSON.stringify(outcome));
  // The next run finds an empty table, as the first one did.
  await importer.empty();
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
await importer.close();
await database.close();
await server.stop();
await rm(folder, { recursive: true, force: true });

function serverOf(which: string): Promise<Server | undefined> {
  if (which === 'embedded') return embeddedServer(folder);
  if (which === 'system') return systemServer(folder);
  return Promise.resolve({ name: 'the given Postgres', url: which, stop: () => Promise.resolve() });
}

async function send(tenant: string, name: string, path: string): Promise<Took> {
  await importer.commit(tenant, name, path);
  return timed(() => importer.advance(tenant));
}

/** The peer: a table of the same types and a key, and COPY text of the rows that an import makes of the same file. */
async function preparePeer(): Promise<void> {
  await importer.tenant('peer');
  await send('peer', 'clients.csv', `${folder}/clients.csv`);
  await send('peer', 'ecritures.csv', files.base);
  await database.sql.unsafe(`
    create table peer as select tenant_id, row_number() over () as id, client_code, journal, piece_number, entry_type,
      entry_date, due_date, amount, balance, currency, label, payment_mode, letter, tag1, tag2
    from ecritures where tenant_id = 'peer'`);
  psql(`\\copy peer to '${folder}/peer.copy'`);
  await database.sql`alter table peer add primary key (tenant_id, id)`;
  await importer.empty();
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
