import type postgres from 'postgres';

/**
 * postgres.js 3.4.9 rejects `begin` when the connection of a transaction dies, but lets the transaction's body run on,
 * with a handle that still points to the same connection object. Once the pool has connected that object again, what
 * the body still sends (at least a ROLLBACK) reaches the new session: outside any transaction, or inside somebody
 * else's; and sent before that, it leaves the connection waiting for ever. This gives `begin` a body that ends with
 * its connection: its handle refuses further work, and its end is not told to postgres.js.
 * @param lost whether an error says that the connection is gone
 */
export function mendBegin(sql: postgres.Sql, lost: (error: unknown) => boolean): void {
  const begin = sql.begin.bind(sql) as (options: string, body: Body) => Promise<unknown>;
  const mended = async (options: string, body: Body): Promise<unknown> => {
    const state: State = { over: false, lost };
    try {
      return await begin(options, (tx) => bodyOf(state, tx, body));
    } finally {
      state.over = true;
    }
  };
  sql.begin = ((first: string | Body, second?: Body) =>
    typeof first === 'string' ? mended(first, second as Body) : mended('', first)) as postgres.Sql['begin'];
}

type Body = (tx: postgres.TransactionSql) => unknown;

interface State {
  over: boolean;
  lost: (error: unknown) => boolean;
}

const never = new Promise<never>(() => undefined);

/** How long a connection that failed a query may take to be reported as closed. */
const CLOSING_MS = 5000;

async function bodyOf(state: State, tx: postgres.TransactionSql, body: Body): Promise<unknown> {
  const unlessOver = (end: () => unknown) => (state.over ? never : end());
  try {
    const result = await (body(endingWith(state, tx)) as Promise<unknown>);
    return unlessOver(() => result);
  } catch (error) {
    // A query fails a moment before its connection is closed; where it was another connection's, nothing follows.
    if (!state.over && state.lost(error)) await pauseUnref(CLOSING_MS);
    return unlessOver(() => {
      throw error;
    });
  }
}

const pauseUnref = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

/** The handle, until the transaction is over. */
function endingWith(state: State, tx: postgres.TransactionSql): postgres.TransactionSql {
  const check = () => {
    if (state.over)
      throw Object.assign(new Error('The transaction ended with its connection'), { code: 'CONNECTION_CLOSED' });
  };
  return new Proxy(tx, {
    apply: (target, self, args) => {
      check();
      return Reflect.apply(target, self, args) as unknown;
    },
    get: (target, name, self) => {
      check();
      return Reflect.get(target, name, self) as unknown;
    },
  });
}
