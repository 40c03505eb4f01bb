import type { TransactionSql } from 'postgres';
import type { Database } from '../../src/db/client.ts';

/** A column of a temporary table as the server knows it. */
export interface TempColumn {
  table: string;
  column: string;
  type: string;
}

export interface Recorder {
  /** Statements sent by their text, which are those of the load path and the savepoints around it. */
  statement: (text: string) => void;
  /** What temporary tables there are at the end of a transaction. */
  tables: (columns: TempColumn[]) => void;
}

/** A database whose transactions tell what they run. A value that says which it is stands by its name: `{tenant}`. */
export function recording(database: Database, recorder: Recorder): Database {
  const begin = database.sql.begin.bind(database.sql) as (body: Body) => Promise<unknown>;
  const sql = new Proxy(database.sql, {
    get: (target, name, self) =>
      name === 'begin'
        ? (body: Body) => begin((tx) => watched(tx, body, recorder))
        : (Reflect.get(target, name, self) as unknown),
  });
  return { ...database, sql };
}

type Body = (tx: TransactionSql) => Promise<unknown>;

async function watched(tx: TransactionSql, body: Body, recorder: Recorder): Promise<unknown> {
  const result = await body(
    new Proxy(tx, {
      get: (target, name, self) => {
        const value = Reflect.get(target, name, self) as unknown;
        if (name !== 'unsafe') return value;
        return (text: string, values: unknown[] = []) => {
          recorder.statement(
            text.replaceAll(/\$(\d+)(::\w+)?/g, (_, n: string, cast = '') =>
              named(values[Number(n) - 1], String(cast)),
            ),
          );
          return target.unsafe(text, values as never[]);
        };
      },
    }),
  );
  const columns = await tx<TempColumn[]>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = pg_my_temp_schema() and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`;
  recorder.tables([...columns]);
  return result;
}

function named(value: unknown, cast: string): string {
  if (cast === '::timestamptz') return `{now}${cast}`;
  if (cast === '::bigint') return `{sync}${cast}`;
  if (value === 'acme') return `{tenant}${cast}`;
  if (value === '' && cast === '::text') return `{company}${cast}`;
  return `'${String(value)}'${cast}`;
}
