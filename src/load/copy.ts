import type { Writable } from 'node:stream';
import { ident, type Tx } from './query.ts';

/** One COPY into a table. Whoever opens it ends or aborts it before the next query on the same connection. */
export interface CopyWriter {
  /**
   * Takes whole or partial lines of COPY text; resolves when the socket has taken them, which is the back-pressure.
   * @throws what the server refused the COPY with, as soon as it has said so
   */
  write(lines: Uint8Array): Promise<void>;
  /** @returns how many rows were stored @throws what the server refused the COPY with */
  end(): Promise<number>;
  /** Makes the server forget the COPY, and so the transaction; never throws. */
  abort(reason: string): Promise<void>;
}

/**
 * postgres.js 3.4.9 resolves a COPY's query with the stream and then drops whatever the server answers at the end:
 * a refusal after `end()` fires neither `finish` nor `error`, and the transaction, hence the pool's connection, waits
 * for ever. It does report both the outcome (`CommandComplete`) and every failure (ErrorResponse, a lost socket) to
 * the query's own `resolve` and `reject`; this listens there. `test/load/copy.test.ts` holds the version to it.
 */
interface Reporting {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** @throws postgres.PostgresError at once where the table or a column does not exist */
export async function openCopy(tx: Tx, table: string, columns: readonly string[]): Promise<CopyWriter> {
  const pending = tx.unsafe(`copy ${ident(table)} (${columns.map(ident).join(', ')}) from stdin`);
  const outcome = listen(pending as unknown as Reporting);
  const stream = await pending.writable();
  // The outcome tells it better, and an `error` event without a listener ends the process.
  stream.on('error', () => undefined);
  return {
    write: (lines) => Promise.race([written(stream, lines), failed(outcome)]),
    end: () => {
      stream.end();
      return outcome;
    },
    abort: async (reason) => {
      stream.destroy(new Error(reason));
      await outcome.catch(() => undefined);
    },
  };
}

/** Resolves with the count of the second report (the first is the stream), rejects with any failure. */
function listen(query: Reporting): Promise<number> {
  const { resolve, reject } = query;
  let opened = false;
  const outcome = new Promise<number>((done, fail) => {
    query.resolve = (value) => {
      if (opened) done(Number((value as { count: unknown }).count));
      opened = true;
      resolve(value);
    };
    query.reject = (error) => {
      fail(error instanceof Error ? error : new Error(String(error)));
      reject(error);
    };
  });
  // It has an owner only once someone writes or ends.
  outcome.catch(() => undefined);
  return outcome;
}

/** Only ever resolves: a failed write says less than the outcome, which every failure reaches. */
const written = (stream: Writable, lines: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    stream.write(lines, (error) => {
      if (!error) resolve();
    });
  });

/** Only ever rejects: an outcome that is a success is for `end`. */
const failed = (outcome: Promise<number>): Promise<never> => outcome.then(() => new Promise<never>(() => undefined));
