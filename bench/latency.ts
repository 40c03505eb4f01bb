/**
 * From the acknowledgement of a 1,000-row file (trigger `each`, a client's CLOSE answered) to its committed rows, over
 * SFTP, in a started server on the embedded Postgres. Prints each stage's median too. `npx tsx bench/latency.ts [runs]`
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import ssh2 from 'ssh2';
import { startEmbedded } from '../src/embedded-postgres/start.ts';
import { median } from './median.ts';

const ROWS = 1000;
const RUNS = Number(process.argv[2] ?? 20);
const bin = new URL('../bin/arrivage.js', import.meta.url).pathname;

function rowsOf(run: number): Buffer {
  const lines = Array.from({ length: ROWS }, (_, i) => `R${run}-${i};Société ${i};3000${i % 10};Nîmes`);
  return Buffer.from(`Code client;Raison sociale;CP;Ville\r\n${lines.join('\r\n')}\r\n`);
}

async function connect(port: number): Promise<ssh2.SFTPWrapper> {
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve()).on('error', reject);
    client.connect({ host: '127.0.0.1', port, username: 'bench', password: 'bench' });
  });
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });
}

const put = (sftp: ssh2.SFTPWrapper, path: string, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    sftp.writeFile(path, bytes, (error) => (error ? reject(error) : resolve()));
  });

async function measure(sql: postgres.Sql, sftp: ssh2.SFTPWrapper, run: number): Promise<number> {
  await put(sftp, `/clients-${run}.csv`, rowsOf(run));
  const acknowledged = performance.now();
  for (;;) {
    const [row] = await sql`select count(*)::int as n from syncs where state = 'applied'`;
    if (row?.['n'] === run + 1) return performance.now() - acknowledged;
    if (performance.now() - acknowledged > 30_000) throw new Error('no sync came to its end within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function main(folder: string): Promise<void> {
  const env = { ...process.env, ARRIVAGE_DATA: join(folder, 'data'), ARRIVAGE_LOG_LEVEL: 'warn' };
  for (const door of ['SFTP', 'FTP', 'FTPS', 'HTTP']) Object.assign(env, { [`ARRIVAGE_${door}_PORT`]: '0' });
  const cli = (args: string[], input = '') => execFileSync(process.execPath, [bin, ...args], { env, input });
  const embedded = await startEmbedded(join(folder, 'data'));
  cli(['tenant', 'create', 'bench', '--name', 'Bench', '--live', '--trigger', 'each']);
  cli(['credential', 'add', 'bench', 'bench', '--password-stdin'], 'bench');
  const server = spawn(process.execPath, [bin, 'serve', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const started = await new Promise<Buffer>((resolve) => server.stdout.once('data', resolve));
  const sql = postgres(embedded.url, { max: 1, onnotice: () => undefined, fetch_types: false });
  try {
    const sftp = await connect((JSON.parse(started.toString().split('\n')[0] ?? '') as { sftp: number }).sftp);
    // The first run starts the parsing thread.
    const [first = NaN, ...warm] = await inTurn(RUNS + 1, (run) => measure(sql, sftp, run));
    const sorted = [...warm].sort((a, b) => a - b);
    console.log(`acknowledged to committed, ${ROWS} rows, ${RUNS} runs (target: median under 250 ms)`);
    console.log(
      `median ${median(warm).toFixed(0)} ms, best ${sorted[0]?.toFixed(0)}, worst ${sorted.at(-1)?.toFixed(0)}`,
    );
    console.log(`first, which starts the parsing thread: ${first.toFixed(0)} ms`);
    for (const row of await sql`
      select key, percentile_cont(0.5) within group (order by value::float8) as median
      from syncs, jsonb_each_text(durations) where id > 1 group by key order by 2 desc`)
      console.log(`  ${String(row['key']).padEnd(14)} ${Number(row['median']).toFixed(0)} ms`);
    const [wait] = await sql`
      select percentile_cont(0.5) within group (order by 1000 * extract(epoch from s.started_at - u.received_at)) as ms
      from syncs s join uploads u on u.tenant_id = s.tenant_id and u.sync_id = s.id where s.id > 1`;
    console.log(`  received to started ${Number(wait?.['ms']).toFixed(0)} ms`);
  } finally {
    await sql.end();
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    await embedded.stop({ force: true });
  }
}

async function inTurn(count: number, work: (run: number) => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let run = 0; run < count; run++) results.push(await work(run));
  return results;
}

const folder = mkdtempSync(join(tmpdir(), 'arrivage-latency-'));
execFileSync('chmod', ['755', folder]);
await main(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
process.exit(0);
