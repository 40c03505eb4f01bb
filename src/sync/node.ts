import { eq, ne, sql } from 'drizzle-orm';
import type { ReservedSql } from 'postgres';
import type { Database } from '../db/client.ts';
import { nodes } from '../db/tables.ts';

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
  const connection = await database.sql.reserve();
  const id = await register(connection);
  return {
    id,
    addWorker: async (workerId) => {
      await database.db
        .update(nodes)
        .set({ workerIds: sql`array_append(${nodes.workerIds}, ${workerId})` })
        .where(eq(nodes.id, id));
    },
    check: async () => {
      await connection`select 1`;
    },
    reap: () => reapDead(database, id),
    leave: async () => {
      await database.db.transaction(async (tx) => {
        const [own] = await tx.delete(nodes).where(eq(nodes.id, id)).returning();
        if (own) await tx.execute(unlockJobs(own.workerIds));
      });
      await connection`select pg_advisory_unlock_all()`;
      connection.release();
    },
  };
}

/** The row appears to others only once its lock is held, so that nobody takes a node that starts for a dead one. */
async function register(connection: ReservedSql): Promise<number> {
  await connection`begin`;
  const [row] = await connection<{ id: number }[]>`insert into nodes default values returning id`;
  if (!row) throw new Error('insert returned no row');
  await connection`select pg_advisory_lock(${NODE_LOCK}, ${row.id})`;
  await connection`commit`;
  return row.id;
}

const unlockJobs = (workerIds: string[]) =>
  sql`select graphile_worker.force_unlock_workers(${sql.param(workerIds)}::text[])`;

async function reapDead(database: Database, self: number): Promise<number> {
  const others = await database.db.select().from(nodes).where(ne(nodes.id, self));
  let dead = 0;
  for (const other of others) dead += await reapIfDead(database, other);
  return dead;
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
