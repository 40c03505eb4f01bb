import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type TransactionSql } from 'postgres';
import { ArrivageError } from '../errors.ts';
import { mendBegin } from './begin.ts';
import * as tables from './schema/tables.ts';

export type Sql = postgres.Sql;
export type Db = PostgresJsDatabase<typeof tables>;
/** What `db.transaction` hands to its callback; query functions that take a `Db` take it too. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/**
 * The same transaction for SQL that drizzle has no words for. What begins a transaction of its own in it joins it, and
 * what it throws undoes the whole.
 */
export function sqlOf(tx: Tx): Sql {
  const { client } = tx._.session as unknown as { client: TransactionSql };
  const begin = (work: (within: TransactionSql) => unknown) => work(client);
  return new Proxy(client as unknown as Sql, {
    get: (target, name, self) => (name === 'begin' ? begin : (Reflect.get(target, name, self) as unknown)),
  });
}

export interface Database {
  readonly url: string;
  /** For SQL that drizzle has no words for. */
  readonly sql: Sql;
  readonly db: Db;
  /** Waits up to 5 s for running queries, then cuts them off. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. */
  max?: number;
  /** Milliseconds that one statement may take on the server; 0 sets no limit, as a load needs. */
  statementMs?: number;
  /** A pooler stands between, which refuses connections that start with a limit. */
  pooled?: boolean;
}

const CONNECT_SECONDS = 5;
const STATEMENT_MS = 15_000;
const CLOSE_SECONDS = 5;

/**
 * The arrays that our SQL knows, by OID: of text, char, uuid, integer and bigint. postgres.js 3.4.9 would ask each new
 * connection for them, in a promise that nobody owns: a database lost at that moment ends the process. Every client
 * that we open therefore has `fetch_types: false`.
 */
const arrayTypes = Object.fromEntries(
  [1009, 1014, 2951, 1007, 1016].map((oid) => {
    const parse = (text: string): unknown[] => (oid === 1007 ? parsePgArray(text).map(Number) : parsePgArray(text));
    return [oid, { to: oid, from: [oid], parse, serialize }];
  }),
);

/** Arrays that drizzle has written already come as text. */
function serialize(value: unknown): string {
  return Array.isArray(value) ? makePgArray(value) : String(value);
}

/** A pool that connects when it is first used, and again by itself after the database was away. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const sql = postgres(url, {
    max: options.max ?? 10,
    connect_timeout: CONNECT_SECONDS,
    // postgres.js would wait up to 20 s before it tries again; a sender is waiting for our answer.
    backoff: (attempts: number) => Math.min(attempts * 0.1, 1),
    keep_alive: 15,
    onnotice: () => undefined,
    fetch_types: false,
    types: arrayTypes,
    connection: {
      application_name: 'arrivage',
      statement_timeout: options.pooled ? 0 : (options.statementMs ?? STATEMENT_MS),
    },
  });
  mendBegin(sql, isUnavailable);
  return { url, sql, db: withDrizzle(sql), close: () => sql.end({ timeout: CLOSE_SECONDS }) };
}

/** OIDs: timestamptz, timestamp, date; json, jsonb. */
const DATES = [1184, 1114, 1082];
const JSONS = [114, 3802];

/** drizzle turns the driver's own writing of dates and JSON off and writes them itself; our raw SQL still needs it. */
function withDrizzle(sql: Sql): Db {
  const db = drizzle(sql, { schema: tables });
  const { serializers } = sql.options;
  for (const oid of DATES) serializers[oid] = (value: unknown) => (value instanceof Date ? value.toISOString() : value);
  for (const oid of JSONS)
    serializers[oid] = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return db;
}

/**
 * Codes that say "no database now" rather than "no such thing": those of postgres.js, of the network, and SQLSTATE
 * classes 08 (connection), 53300 (too many connections), 57P01-57P03 (shut down, crashed, starting up) and 25006
 * (read-only: a standby that has not taken over yet).
 */
const UNAVAILABLE =
  /^(CONNECT_TIMEOUT|CONNECTION_\w+|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08...|53300|57P0[123]|25006)$/;

/** Whether the database could not be reached, as opposed to having refused. */
export function isUnavailable(error: unknown): boolean {
  // drizzle wraps what the driver threw, and Node gathers the attempts on several addresses.
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && UNAVAILABLE.test(at.code)) return true;
    if (at instanceof AggregateError && at.errors.some(isUnavailable)) return true;
  }
  return false;
}

/**
 * Awaits database work and turns a lost connection into a refusal of the catalogue. A transaction that fails this way
 * may have been committed all the same: its caller must look again, or be idempotent.
 * @throws database_unavailable, and whatever else the work throws
 */
export async function reachable<T>(work: PromiseLike<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isUnavailable(error)) throw new ArrivageError('database_unavailable', {}, error);
    throw error;
  }
}

/** Whether Postgres says of itself that it starts or recovers, and will be there (SQLSTATE 57P03). */
export const isStarting = (error: unknown): boolean => hasState(error, ['57P03']);

/** Whether a unique index holds such a row already (SQLSTATE 23505). */
export const isTaken = (error: unknown): boolean => hasState(error, ['23505']);

/** Whether the row that it belongs to does not exist (SQLSTATE 23503). */
export const isOrphan = (error: unknown): boolean => hasState(error, ['23503']);

/** Whether a text holds what Postgres cannot store: a NUL (SQLSTATE 22021; in JSON 22P05). */
export const isUnstorable = (error: unknown): boolean => hasState(error, ['22021', '22P05']);

/** Whether a text is none of the type that it is sent as: a number, a date or a position that cannot be (22003, 22007, 22008, 22P02). */
export const isMisread = (error: unknown): boolean => hasState(error, ['22003', '22007', '22008', '22P02']);

function hasState(error: unknown, states: readonly string[]): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && states.includes(String(at.code))) return true;
  return false;
}
