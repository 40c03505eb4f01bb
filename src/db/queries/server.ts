import type { Sql } from '../client.ts';

/** What the database says of itself, and of who works on it. */
export interface ServerFacts {
  database: { version: string; bytes: number };
  /** Workers of the queue, the oldest first. */
  nodes: { id: number; startedAt: Date }[];
  running: { tenant: string; syncId: number; startedAt: Date | null }[];
  queued: number;
}

const MOST_RUNNING = 100;

export async function serverFacts(sql: Sql): Promise<ServerFacts> {
  const [database] = await sql<{ version: string; bytes: number }[]>`
    select current_setting('server_version') as version, pg_database_size(current_database())::float8 as bytes`;
  const nodes = await sql<{ id: number; startedAt: string }[]>`
    select id, started_at as "startedAt" from nodes order by id`;
  const running = await sql<{ tenant: string; syncId: number; startedAt: string | null }[]>`
    select tenant_id as tenant, id::float8 as "syncId", started_at as "startedAt" from syncs
    where state = 'running' order by started_at, id limit ${MOST_RUNNING}`;
  const [waiting] = await sql<{ queued: number }[]>`select count(*)::int as queued from syncs where state = 'queued'`;
  return {
    database: database ?? { version: '', bytes: 0 },
    nodes: nodes.map((node) => ({ ...node, startedAt: new Date(node.startedAt) })),
    running: running.map((sync) => ({ ...sync, startedAt: sync.startedAt === null ? null : new Date(sync.startedAt) })),
    queued: waiting?.queued ?? 0,
  };
}
