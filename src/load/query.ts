import type postgres from 'postgres';

/** The connection on which the pipeline has opened the sync's transaction. */
export type Tx = postgres.ISql;

type Param = string | number | boolean | Date | null;
export type Params = Readonly<Record<string, Param>>;
export type Rows = readonly Record<string, unknown>[] & { readonly count: number };

/**
 * Runs one statement whose parameters are written `{name}`; each must be cast in the text (`{sync}::bigint`), since
 * the server cannot always tell its type.
 * @throws Error for a name without a value; postgres.PostgresError
 */
export async function query(tx: Tx, text: string, params: Params = {}): Promise<Rows> {
  const values: Param[] = [];
  const positions = new Map<string, number>();
  const numbered = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`No value for {${name}}`);
    if (!positions.has(name)) positions.set(name, values.push(value));
    return `$${positions.get(name) ?? 0}`;
  });
  return tx.unsafe(numbered, values);
}

/**
 * Lets the planner join in loops for one piece of work: where a few rows look others up by their whole key. Through an
 * index only: without statistics a loop over a whole table looks cheap to it, and took a quarter of an hour.
 */
export async function byKey<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await query(tx, 'set local enable_nestloop = on; set local enable_seqscan = off');
  const result = await work();
  await query(tx, 'set local enable_nestloop = off; set local enable_seqscan = on');
  return result;
}

/** An identifier from our own lists, quoted all the same. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text literal, for the few places where a statement is built once and a parameter cannot stand. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
