import { eq, ne, sql } from 'drizzle-orm';
import type postgres from 'postgres';
import { mendBegin } from '../db/begin.ts';
import { isUnavailable, type Database } from '../db/client.ts';
import { oneConnection } from '../db/one-connection.ts';
import { nodes } from '../db/schema/tables.ts';

/** First half of the two-part advisory lock that each living node holds; the second is its id. */
const NODE_LOCK = 0x6e6f6465;

/** This process, as the others see it. */
export interface Node {
  readonly id: number;
  /** Names a queue worker of this node, so that its jobs can be given back if the node dies. */
  addWorker(workerId: string): Promise<void>;
  /** Throws when the lock's connection is lost: others may then take this node for dead. */
  check(): Promise<void>;
  /** Unlocks the jobs of nodes that are dead. @returns how many nodes were */
  reap(): Promise<number>;
  leave(): Promise<void>;
}

/**
 * Registers this process. It holds an advisory lock on a connection of its own, which Postgres frees the moment that
 * the process is gone, however it went.
 */
export async function joinNodes(database: Database): Promise<Node> {
  let lost = false;
  // Not a connection reserved from the pool: a query on one that was lost brings postgres.js 3.4.9, and us, down.
  const connection = oneConnection(database.url, { name: 'arrivage node', onclose: () => (lost = true) });
  mendBegin(connection, isUnavailable);
  try {
    const id = await register(connection);
    return nodeOf(database, connection, id, () => lost);
  } catch (error) {
    await connection.end({ timeout: 1 });
    throw error;
  }
}

function nodeOf(database: Database, connection: postgres.Sql, id: number, isLost: () => boolean): Node {
  const workerIds: string[] = [];
  return {
    id,
    addWorker: async (workerId) => {
      workerIds.push(workerId);
      await database.db
        .update(nodes)
        .set({ workerIds: sql`array_append(${nodes.workerIds}, ${workerId})` })
        .where(eq(nodes.id, id));
    },
    check: async () => {
      await connection`select 1`;
      // postgres.js connects again by itself, but a lock does not come back.
      if (isLost()) throw new Error('the connection that holds the lock of this node was lost');
    },
    reap: () => reapDead(database, id),
    leave: async () => {
      try {
        await database.db.transaction(async (tx) => {
          await tx.delete(nodes).where(eq(nodes.id, id));
          await tx.execute(unlockJobs(workerIds));
        });
      } finally {
        await connection.end({ timeout: 1 });
      }
    },
  };
}

/** The row appears to others only once its lock is held, so that nobody takes a node that starts for a dead one. */
async function register(connection: postgres.Sql): Promise<number> {
  return connection.begin(async (tx) => {
    const [row] = await tx<{ id: number }[]>`insert into nodes default values returning id`;
    if (!row) throw new Error('insert returned no row');
    // Held by the session: it outlives the transaction.
    await tx`select pg_advisory_lock(${NODE_LOCK}, ${row.id})`;
    return row.id;
  });
}

const unlockJobs = (workerIds: string[]) =>
  sql`select graphile_worker.force_unlock_workers(${sql.param(workerIds)}::text[])`;

async function reapDead(database: Database, self: number): Promise<number> {
  const others = await database.db.select().from(nodes).where(ne(nodes.id, self));
  let dead = 0;
  for (const other of others) dead += await reapIfDead(database, other);
  await unlockStrangers(database);
  return dead;
}

/** A worker names itself a moment after it starts: one that was killed in between is in no row. */
async function unlockStrangers({ sql: query }: Database): Promise<void> {
  await query`
    select graphile_worker.force_unlock_workers(array(
      select distinct j.locked_by from graphile_worker._private_jobs j
      where j.locked_at < now() - interval '1 minute'
        and not exists (select from nodes n where j.locked_by = any(n.worker_ids))))`;
}

async function reapIfDead(database: Database, other: typeof nodes.$inferSelect): Promise<number> {
  return database.sql.begin(async (tx) => {
    const [lock] = await tx`select pg_try_advisory_xact_lock(${NODE_LOCK}, ${other.id}) as free`;
    if (lock?.['free'] !== true) return 0;
    await tx`select graphile_worker.force_unlock_workers(${other.workerIds}::text[])`;
    await tx`delete from nodes where id = ${other.id}`;
    return 1;
  });
}

/** Whether a process is alive that takes jobs from this database's queue. */
export async function anyNodeLives({ sql: query }: Pick<Database, 'sql'>): Promise<boolean> {
  const [found] = await query`
    select 1 from nodes n
    join pg_locks l on l.locktype = 'advisory' and l.granted and l.objsubid = 2
      and l.classid::bigint = ${NODE_LOCK} and l.objid::bigint = n.id
    join pg_database d on d.oid = l.database and d.datname = current_database() limit 1`;
  return found !== undefined;
}
