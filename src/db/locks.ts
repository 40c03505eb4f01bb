import type postgres from 'postgres';
import { within } from '../base/within.ts';
import { ArrivageError } from '../errors.ts';
import { reachable } from './client.ts';
import { oneConnection } from './one-connection.ts';

/** Locks that hold over all nodes, and end with the process that holds them, however it ends. */
export interface Locks {
  /**
   * Resolves with what gives the lock back (idempotent), or `undefined` while someone else has it. `onLost` is called
   * where the database went away and another node took the lock before we could again.
   * @throws database_unavailable
   */
  take(name: string, onLost: () => void): Promise<(() => void) | undefined>;
  close(): Promise<void>;
}

const RETAKE_MS = 1000;

const STATEMENT_MS = 5000;
/** Within which a statement is answered or has failed, connecting included. */
const ANSWER_MS = 15_000;

const unavailable = (): never => {
  throw new ArrivageError('database_unavailable');
};

/**
 * Advisory locks of Postgres on a connection of their own, which is opened for the first one.
 * @param pooled a pooler stands between, which refuses connections that start with a limit
 */
export function openLocks(url: string, pooled = false): Locks {
  const held = new Map<string, () => void>();
  /** Asked for, and not yet answered: nobody takes them again after a loss, or they would be held twice. */
  const asked = new Set<string>();
  let sql: postgres.Sql | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closing = false;
  let retaking = false;
  let losses = 0;

  function connect(): postgres.Sql {
    const limits = { name: 'arrivage locks', ...(!pooled && { statementMs: STATEMENT_MS }) };
    const opened: postgres.Sql = oneConnection(url, { ...limits, onclose: () => lost(opened) });
    return opened;
  }

  function lost(connection: postgres.Sql): void {
    if (sql !== connection) return;
    sql = undefined;
    void connection.end({ timeout: 0 });
    void retake();
  }

  /**
   * Sends one statement after the other, and after a loss on another client: what postgres.js 3.4.9 is given while a
   * connection closes it sends on the next one, or never (its `nextWriteTimer` stays set); a lock would be nobody's.
   * @param here the client that is used; without one there is nothing to do
   * @throws database_unavailable, also where the connection, with the lock, was lost after it was asked
   */
  function statement(
    work: (sql: postgres.Sql) => PromiseLike<postgres.Row[]>,
    here = (): postgres.Sql | undefined => (sql ??= connect()),
  ): Promise<boolean> {
    const before = losses;
    const isGone = (): boolean => closing || losses !== before;
    const answer = last.then(async () => {
      if (isGone()) throw new ArrivageError('database_unavailable');
      const at = here();
      if (!at) return false;
      const [row] = await answerOf(at, work(at));
      if (isGone()) throw new ArrivageError('database_unavailable');
      return row?.['done'] === true;
    });
    last = answer.catch(() => undefined);
    return answer;
  }

  async function answerOf<T>(at: postgres.Sql, work: PromiseLike<T>): Promise<T> {
    try {
      return await within(ANSWER_MS, reachable(work), unavailable, { ref: false });
    } catch (error) {
      // Known before the client says so: nothing more is sent on it.
      if (error instanceof ArrivageError) lost(at);
      throw error;
    }
  }

  const ask = (name: string): Promise<boolean> =>
    statement((sql) => sql`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as done`);

  /** As `ask`, of a lock that this very connection may hold already: a lock counts how often it was taken. */
  const askAgain = (name: string): Promise<boolean> =>
    statement(
      (sql) => sql`
      select case when exists (
        select from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and l.objsubid = 1
          and (l.classid::bigint << 32 | l.objid::bigint) = key
      ) then true else pg_try_advisory_lock(key) end as done
      from (select hashtextextended(${name}, 0) as key) of`,
    );

  /** A lock does not come back with the connection. While the database is away, nobody else gets it either. */
  async function retake(): Promise<void> {
    losses++;
    if (retaking) return;
    retaking = true;
    for (let seen = 0; !closing && held.size > 0 && seen !== losses;) {
      // A connection that is lost meanwhile takes with it what was taken again.
      seen = losses;
      try {
        for (const [name, onLost] of [...held]) if (held.has(name) && !(await askAgain(name))) lose(name, onLost);
      } catch {
        seen = 0;
        await new Promise((resolve) => setTimeout(resolve, RETAKE_MS).unref());
      }
    }
    retaking = false;
  }

  function lose(name: string, onLost: () => void): void {
    held.delete(name);
    onLost();
  }

  function release(name: string): void {
    if (!held.delete(name)) return;
    // Where this fails, the connection is gone, and the lock with it.
    const unlocked = statement(
      (sql) => sql`select pg_advisory_unlock(hashtextextended(${name}, 0)) as done`,
      () => sql,
    );
    unlocked.catch(() => undefined);
  }

  return {
    async take(name, onLost) {
      if (held.has(name) || asked.has(name)) return undefined;
      asked.add(name);
      try {
        if (!(await ask(name))) return undefined;
        held.set(name, onLost);
        return () => release(name);
      } catch (error) {
        throw error instanceof ArrivageError ? error : new ArrivageError('database_unavailable', {}, error);
      } finally {
        asked.delete(name);
      }
    },
    async close() {
      closing = true;
      await sql?.end({ timeout: 1 });
    },
  };
}
