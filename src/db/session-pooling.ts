import postgres from 'postgres';
import { within } from '../base/within.ts';
import { ArrivageError } from '../errors.ts';
import { oneConnection } from './one-connection.ts';

const CONNECTIONS = 3;
const ROUNDS = 3;
const WAIT_MS = 10_000;

/**
 * That a connection stays with one server process for its life. Where a pooler lends processes by transaction, locks and
 * prepared statements stay behind with whoever comes next: one command would lock every later start out.
 *
 * A pooler makes up the process number that it greets with, so whoever is told the true one talks to Postgres itself
 * and is asked once. Else several connections, open at once, ask in turn, inside of transactions and out: two that get
 * the same process, or one that gets two, prove it. Nothing here holds anything after its transaction.
 * @returns whether a pooler stands between, which takes no settings as a connection starts
 * @throws database_pooled
 */
export async function requireSession(url: string): Promise<{ pooled: boolean }> {
  const connections = Array.from({ length: CONNECTIONS }, () => oneConnection(url, { name: 'arrivage' }));
  try {
    const pooled = await isPooled(connections[0] as postgres.Sql);
    if (pooled) await within(WAIT_MS, compare(connections), tooFew);
    return { pooled };
  } finally {
    await Promise.all(connections.map((one) => one.end({ timeout: 1 })));
  }
}

async function isPooled(connection: postgres.Sql): Promise<boolean> {
  const asked = await connection.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid').catch(refused);
  const { pid: told } = (asked as unknown as { state: { pid: number } }).state;
  return told !== asked[0]?.pid;
}

function tooFew(): never {
  throw new Error(`the pooler lends no ${CONNECTIONS} connections at once: raise its default_pool_size.`);
}

/** The order changes, lest a pooler that takes its processes in turn should give each connection its own again. */
async function compare(connections: readonly postgres.Sql[]): Promise<void> {
  const owners = new Map<number, postgres.Sql>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of connections) judge(owners, one, await processOf(one, 'select 1'));
    for (const one of connections.toReversed()) judge(owners, one, await processOf(one, 'begin'));
    for (const one of connections) await one.unsafe('commit');
  }
}

function judge(owners: Map<number, postgres.Sql>, connection: postgres.Sql, process: number): void {
  const before = [...owners].find(([, owner]) => owner === connection)?.[0];
  const owner = owners.get(process);
  if ((owner && owner !== connection) || (before !== undefined && before !== process))
    throw new ArrivageError('database_pooled');
  owners.set(process, connection);
}

async function processOf(connection: postgres.Sql, first: string): Promise<number> {
  await connection.unsafe(first).catch(refused);
  const [row] = await connection.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid').catch(refused);
  return row?.pid ?? 0;
}

/** A pooler by statement refuses transactions (08P01). */
function refused(error: unknown): never {
  if (error instanceof postgres.PostgresError && /statement pooling mode/.test(error.message))
    throw new ArrivageError('database_pooled', {}, error);
  throw error;
}
