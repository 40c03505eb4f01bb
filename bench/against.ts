/**
 * Imports the same files by this checkout and by another, turn and turn about in one run against one Postgres: a first
 * import, one line changed, 1 % changed. Medians in wall-clock and in processor seconds (the importer's and Postgres's),
 * and this one's as a share of the other's. The other needs its dependencies and `npm run build`.
 * The encoding is pinned by a mapping, so that both read the same text however they guess.
 * usage: npm run bench:against -- OTHER_CHECKOUT [rows=1000000] [rounds=5]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import type { Answer, Order } from './against-side.ts';
import { generateExport } from './generate.ts';
import { median } from './median.ts';
import { embeddedServer, serverSeconds } from './postgres.ts';
import { variantsOf } from './variants.ts';

const [, , other, rows = '1000000', rounds = '5'] = process.argv;
if (other === undefined) throw new Error('usage: npm run bench:against -- OTHER_CHECKOUT [rows] [rounds]');

interface Side {
  name: string;
  process: ChildProcess;
  took: Record<Step, { seconds: number; processor: number }[]>;
}
const steps = ['base', 'oneLine', 'percent'] as const;
type Step = (typeof steps)[number];

const folder = await mkdtemp(join(tmpdir(), 'arrivage-against-'));
const server = await embeddedServer(folder);
const postgresSeconds = await serverSeconds(server.url);
await generateExport(folder, { rows: Number(rows), clients: 50_000, contacts: 1000 });
const files = await variantsOf(join(folder, 'ecritures.csv'));
const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
const sides = [
  await startSide('this', fileURLToPath(new URL('..', import.meta.url))),
  await startSide('other', resolve(other)),
];
for (let round = 0; round < Number(rounds); round++)
  for (const side of round % 2 === 0 ? sides : sides.toReversed()) await importAll(side, `round-${round}`);

console.log(`${rows} rows, ${rounds} rounds, ${server.name}; medians, this / other`);
for (const step of steps) {
  const figures = (['seconds', 'processor'] as const).map((what) => {
    const [own = NaN, theirs = NaN] = sides.map(({ took }) => median(took[step].map((one) => one[what])));
    return `${own.toFixed(2)} / ${theirs.toFixed(2)} s = ${(own / theirs).toFixed(3)}`;
  });
  console.log(`${step.padEnd(8)} ${figures.join('   processor ')}`);
}
for (const { process: child } of sides) {
  child.disconnect();
  await once(child, 'exit');
}
await sql.end();
await server.stop();
await rm(folder, { recursive: true, force: true });

async function startSide(name: string, checkout: string): Promise<Side> {
  await sql.unsafe(`create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const own = join(folder, name);
  await mkdir(own);
  const child = fork(fileURLToPath(new URL('against-side.ts', import.meta.url)), [checkout, url.href, own], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await answerOf(child);
  return { name, process: child, took: { base: [], oneLine: [], percent: [] } };
}

async function importAll({ name, process: child, took }: Side, tenant: string): Promise<void> {
  const ask = async (order: Order): Promise<Answer> => {
    child.send(order);
    return answerOf(child);
  };
  await ask({ do: 'tenant', tenant });
  await ask({ do: 'commit', tenant, name: 'clients.csv', path: join(folder, 'clients.csv') });
  await ask({ do: 'advance', tenant });
  for (const step of steps) {
    await ask({ do: 'commit', tenant, name: 'ecritures.csv', path: files[step] });
    await sql`checkpoint`;
    const [before, began] = [postgresSeconds(), performance.now()];
    const { processor = NaN } = await ask({ do: 'advance', tenant });
    const seconds = (performance.now() - began) / 1000;
    took[step].push({ seconds, processor: processor + postgresSeconds() - before });
  }
  const { outcomes = [] } = await ask({ do: 'finish', tenant });
  for (const outcome of outcomes) console.log(name, JSON.stringify(outcome));
}

/** @throws where the side has died */
async function answerOf(child: ChildProcess): Promise<Answer> {
  const died = new AbortController();
  const { signal } = died;
  try {
    const answer = once(child, 'message', { signal }).then(([message]) => message as Answer);
    const death = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('an importer has died')));
    return await Promise.race([answer, death]);
  } finally {
    died.abort();
  }
}
