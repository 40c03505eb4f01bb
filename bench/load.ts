/**
 * The load alone, from the end of COPY to the commit, against psql's `\copy` of the same rows into a typed table with a
 * primary key (= 1.0): an empty tenant, the same file with one line changed, 1 % changed and 0.5 % vanished.
 *
 *   npx tsx bench/load.ts postgres://user@host:port/database [rows] [rounds]
 *
 * The database must be migrated; tenants `bench-…` are left in it as it was found: without any row.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import postgres from 'postgres';
import { openCopy } from '../src/load/copy.ts';
import { load } from '../src/load/load.ts';
import { copyColumns, createStaging } from '../src/load/staging.ts';
import type { StagingLayout } from '../src/model/staging.ts';
import { median } from './median.ts';

const [url = '', rowsText = '1000000', roundsText = '3'] = process.argv.slice(2);
const rows = Number(rowsText);
const rounds = Number(roundsText);
const clientCount = 50_000;

const layout: StagingLayout = {
  dataset: 'ecritures',
  mode: 'snapshot',
  columns: [
    'company',
    'client_code',
    'journal',
    'piece_number',
    'entry_type',
    'entry_date',
    'due_date',
    'label',
    'amount',
    'balance',
    'letter',
    'currency',
    'payment_mode',
    'tag1',
    'tag2',
  ],
  identified: false,
};

/** The columns of one row after the meta columns; `salt` makes another content under the same key. */
function columnsOf(i: number, salt: string): string {
  const random = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  const day = `202${2 + (random % 4)}-0${1 + (random % 9)}-1${random % 10}`;
  const cents = (random % 5_000_000) + 1;
  const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const invoice = random % 10 < 6;
  const letter = random % 2 === 0 ? `A${random % 97}` : '\\N';
  return [
    '',
    `CLI${String(random % clientCount).padStart(6, '0')}`,
    ['VE', 'BQ', 'OD', 'AN'][random % 4],
    `FA${String(i).padStart(8, '0')}`,
    invoice ? 'invoice' : 'payment',
    day,
    day,
    `Échéance ${i} d’Équipement Île-de-France Services${salt}`,
    invoice ? amount : `-${amount}`,
    random % 2 === 0 ? '0.00' : invoice ? amount : `-${amount}`,
    letter,
    'EUR',
    'VIR',
    random % 3 === 0 ? 'Région Sud' : '\\N',
    random % 5 === 0 ? 'Litige à traiter' : '\\N',
  ].join('\t');
}

interface Variant {
  name: string;
  target: number;
  /** What to write for row `i`: a salt, or `null` to leave it out. */
  row: (i: number) => string | null;
}

const variants: Variant[] = [
  { name: 'empty tenant', target: 0.9, row: () => '' },
  { name: 'one line changed', target: 0.35, row: (i) => (i === 1000 ? '!' : '') },
  { name: '1 % changed, 0.5 % vanished', target: 0.5, row: (i) => (i % 200 === 7 ? null : i % 100 === 3 ? '?' : '') },
];

async function write(path: string, lines: Iterable<string>): Promise<void> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  let block = '';
  for (const line of lines) {
    block += line;
    if (block.length < 1 << 18) continue;
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block);
  await once(out, 'finish');
}

function* staged({ row }: Variant): Generator<string> {
  for (let i = 0; i < rows; i++) {
    const salt = row(i);
    if (salt === null) continue;
    const digest = createHash('md5').update(`key ${i}`).digest();
    const hash = createHash('md5').update(`${i} ${salt}`).digest().readBigInt64LE(0);
    yield `1\t${i + 2}\t${digest.toString('hex')}\t${hash}\t${i % 997 === 0 ? 't' : 'f'}\t${columnsOf(i, salt)}\n`;
  }
}

function* reference(): Generator<string> {
  for (let i = 0; i < rows; i++) yield `bench\t${i}\t${columnsOf(i, '')}\n`;
}

const sql = postgres(url, { max: 1, onnotice: () => undefined });
const folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
const psql = (...commands: string[]) => execFileSync('psql', ['-qX', url, ...commands.flatMap((c) => ['-c', c])]);

/** Elapsed, and processor time of the server's process where this is Linux: a shared machine disturbs that less. */
interface Took {
  ms: number;
  processor: number;
}

function processorOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const processorAt = (pid: number) => processorOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));

function copyReference(): Took {
  psql('drop table if exists bench_reference', referenceTable, 'checkpoint');
  const script = `select pg_backend_pid() as pid \\gset\n\\setenv PID :pid\n\\copy bench_reference from '${folder}/reference'\n\\! cat /proc/$PID/stat\n`;
  const began = performance.now();
  const stat = execFileSync('psql', ['-qXAt', url], { input: script, encoding: 'utf8' });
  return { ms: performance.now() - began, processor: processorOf(stat) };
}

const referenceTable = `create table bench_reference (tenant_id text, id int, company text, client_code text, journal text,
  piece_number text, entry_type text, entry_date date, due_date date, label text, amount numeric(15,2),
  balance numeric(15,2), letter text, currency text, payment_mode text, tag1 text, tag2 text, primary key (tenant_id, id))`;

async function loadVariant(index: number, sync: number) {
  psql('checkpoint');
  const [backend] = await sql`select pg_backend_pid() as pid`;
  const pid = Number(backend?.['pid']);
  const clock = () => ({ ms: performance.now(), processor: processorAt(pid) });
  const since = (from: Took): Took => ({ ms: clock().ms - from.ms, processor: clock().processor - from.processor });
  const start = clock();
  let end = start;
  const outcome = await sql.begin(async (tx) => {
    const staging = await createStaging(tx, [{ fileNo: 1, layout }]);
    const copy = await openCopy(tx, staging.table, copyColumns(layout));
    for await (const block of createReadStream(`${folder}/${index}`, { highWaterMark: 1 << 18 }))
      await copy.write(block as Buffer);
    const count = await copy.end();
    end = clock();
    const { durations, tallies } = await load(tx, {
      tenant: 'bench',
      syncId: sync,
      defaultCompany: '',
      limits: { guardSettle: 0.3, guardRows: 0.5 },
      approved: false,
      now: new Date(),
      datasets: [
        {
          staging,
          mode: 'snapshot',
          staged: new Map([[1, count]]),
          allowSettle: true,
          scope: [{ companies: [''], journal: null, from: null }],
          hasSpared: false,
          isDifference: false,
          direct: 0,
        },
      ],
      examples: 0,
    });
    return { ...durations, ...tallies.get('ecritures')?.get(1) };
  });
  return { copied: { ms: end.ms - start.ms, processor: end.processor - start.processor }, loaded: since(end), outcome };
}

async function empty(): Promise<void> {
  for (const table of ['ecritures', 'clients', 'changes'])
    await sql.unsafe(`delete from ${table} where tenant_id = 'bench'`);
  await sql.unsafe('vacuum ecritures');
}

try {
  await write(`${folder}/reference`, reference());
  for (const [index, variant] of variants.entries()) await write(`${folder}/${index}`, staged(variant));
  const figures = variants.map(() => ({ copied: [] as Took[], loaded: [] as Took[] }));
  const references: Took[] = [];
  for (let round = 0; round < rounds; round++) {
    references.push(copyReference());
    await empty();
    await sql`insert into clients (tenant_id, key, client_code, name, first_seen, last_changed)
      select 'bench', gen_random_uuid(), 'CLI' || lpad(n::text, 6, '0'), 'Client', 0, 0 from generate_series(0, ${clientCount}) n`;
    for (const [index, variant] of variants.entries()) {
      const { copied, loaded, outcome } = await loadVariant(index, 1 + index);
      figures[index]?.copied.push(copied);
      figures[index]?.loaded.push(loaded);
      console.log(`  ${variant.name}: ${Math.round(loaded.ms)} ms`, JSON.stringify(outcome));
    }
  }
  const middle = (all: Took[]) => ({
    ms: median(all.map((t) => t.ms)),
    processor: median(all.map((t) => t.processor)),
  });
  const one = middle(references);
  const ratio = (all: Took[]) =>
    `${(middle(all).ms / one.ms).toFixed(2)} (processor ${(middle(all).processor / one.processor).toFixed(2)})`;
  console.log(
    `\\copy: ${Math.round(one.ms)} ms, processor ${one.processor} ms = 1.0 (${rows} rows, median of ${rounds})`,
  );
  for (const [index, { name, target }] of variants.entries()) {
    const { copied = [], loaded = [] } = figures[index] ?? {};
    console.log(`${name}: load ${ratio(loaded)}, target ${target}; staging ${ratio(copied)}`);
  }
} finally {
  await empty();
  psql('drop table if exists bench_reference');
  await sql.end();
  await rm(folder, { recursive: true, force: true });
}
