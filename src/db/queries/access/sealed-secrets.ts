import { sql } from 'drizzle-orm';
import { sqlOf, type Database, type Sql, type Tx } from '../../client.ts';

/** Key of the advisory lock between those who seal and a rotation: "seal" in ASCII. */
const SEALING_LOCK = 0x7365616c;

/**
 * To be called in the transaction that stores a secret, before it is sealed: a rotation waits for its end, and finds
 * what it stored. Otherwise a secret sealed under the old key could be stored once nothing is thought to need that key.
 */
export async function beforeSealing(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${SEALING_LOCK})`);
}

/** Columns that hold sealed secrets, with the context in which each is sealed. */
const places = [
  { table: 'connectors', column: 'sealed_password', context: `'connector/' || tenant_id || '/password'` },
  { table: 'connectors', column: 'sealed_private_key', context: `'connector/' || tenant_id || '/private-key'` },
  { table: 'connectors', column: 'sealed_passphrase', context: `'connector/' || tenant_id || '/passphrase'` },
  { table: 'webhooks', column: 'sealed_secret', context: `'webhook/' || tenant_id || '/' || id` },
  { table: 'webhooks', column: 'sealed_previous_secret', context: `'webhook/' || tenant_id || '/' || id` },
  // Answers kept for a day, which may show a new key or password. A JSON text.
  { table: 'idempotent_requests', column: 'body', context: `'idempotent/' || key_id || '/' || idempotency_key` },
] as const;

/** Runs work, in one transaction, while nobody stores a secret and no other rotation is under way. */
export async function whileNobodySeals<T>({ db }: Pick<Database, 'db'>, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await sqlOf(tx)`select pg_advisory_xact_lock(${SEALING_LOCK})`;
    return work(tx);
  });
}

/** Seals every secret again. @returns how many there are */
export async function resealSecrets(tx: Tx, reseal: (sealed: string, context: string) => string): Promise<number> {
  let count = 0;
  for (const place of places) count += await resealColumn(sqlOf(tx), place, reseal);
  return count;
}

/** How many of the stored secrets do not open. @param open throws where it cannot */
export async function countSealed(
  sql: Sql,
  open: (sealed: string, context: string) => string,
): Promise<{ secrets: number; closed: number }> {
  const found: Sealed[] = [];
  for (const place of places) found.push(...(await sealedIn(sql, place)));
  return { secrets: found.length, closed: found.filter(({ sealed, context }) => !opens(open, sealed, context)).length };
}

function opens(open: (sealed: string, context: string) => string, sealed: string, context: string): boolean {
  try {
    open(sealed, context);
    return true;
  } catch {
    return false;
  }
}

interface Sealed {
  row: string;
  sealed: string;
  context: string;
}

type Place = (typeof places)[number];
const isJson = ({ column }: Place): boolean => column === 'body';

function sealedIn(sql: Sql, place: Place) {
  const { table, column, context } = place;
  return sql<Sealed[]>`
    select ctid::text as row, ${isJson(place) ? sql`${sql(column)} #>> '{}'` : sql(column)} as sealed,
      ${sql.unsafe(context)} as context
    from ${sql(table)} where ${sql(column)} is not null`;
}

async function resealColumn(
  tx: Sql,
  place: Place,
  reseal: (sealed: string, context: string) => string,
): Promise<number> {
  const { table, column } = place;
  const rows = await tx<Sealed[]>`${sealedIn(tx, place)} for update`;
  for (const { row, sealed, context: belongs } of rows) {
    const again = reseal(sealed, belongs);
    await tx`
      update ${tx(table)} set ${tx(column)} = ${isJson(place) ? tx`to_jsonb(${again}::text)` : again} where ctid = ${row}::tid`;
  }
  return rows.length;
}
