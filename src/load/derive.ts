import { ident } from './query.ts';
import { differs, incoming, mergedColumns } from './incoming.ts';
import type { Staging } from './staging.ts';

/**
 * The select list that turns staged rows into rows of the table: merged, then completed by what we derive. Its inner
 * query `m` is over `s` (staged), `t` (stored, where `stored`), `c` (the client) and `g` (a balanced letter group).
 */
export interface Derivation {
  /** Target column → SQL over `m`. */
  values: ReadonlyMap<string, string>;
  /** The inner query's select list. */
  inner: string;
  /** SQL over `m`: whether what is stored says something else. */
  differs: string;
}

export function derivation(staging: Staging, { stored, grouped }: { stored: boolean; grouped: boolean }): Derivation {
  const columns = mergedColumns(staging);
  const merged = columns.map((column) => `${incoming(staging, column, stored)} as ${ident(column)}`);
  const inner = ['s.key', 's.row_hash', 's.file_no', 's.line', ...merged];
  if (staging.target.ofClient) inner.push('c.client_code is null as unknown');
  if (stored) inner.push('t.key is not null as stored', `(${differs(staging)}) as differing`);
  const values = new Map(columns.map((column) => [column, `m.${ident(column)}`]));
  if (staging.target.dataset !== 'ecritures') return { values, inner: inner.join(', '), differs: 'm.differing' };

  inner.push(
    'c.payment_term_days as term',
    `${grouped ? 'g.letter is not null' : 'false'} as balanced`,
    oldValues(stored),
  );
  values.set('due_date', dueDate);
  values.set('due_date_derived', dueDateDerived);
  values.set('status', status);
  const settled = `(${status}) = 'settled'`;
  const before = (value: string, now: string) =>
    `case when ${settled} then coalesce(case when m.old_status = 'settled' then ${value} end, ${now}) end`;
  values.set('settled_by_sync', before('m.old_sync', '{sync}::bigint'));
  values.set('settled_at', before('m.old_at', '{now}::timestamptz'));
  return { values, inner: inner.join(', '), differs: `(m.differing or (${dueDate}) is distinct from m.old_due_date)` };
}

const oldValues = (stored: boolean): string =>
  stored
    ? 't.status as old_status, t.settled_by_sync as old_sync, t.settled_at as old_at, t.due_date as old_due_date'
    : 'null::text as old_status, null::bigint as old_sync, null::timestamptz as old_at';

const dueDate = `case when m.entry_type = 'invoice' then coalesce(m.due_date, m.entry_date + m.term) else m.due_date end`;
const dueDateDerived = `m.due_date is null and m.entry_type = 'invoice' and m.term is not null`;

/**
 * A balance beats lettering. A lettered row without one keeps its state until its group is judged (`letters.ts`),
 * unless the group is known already.
 */
const status = `case when m.balance = 0 or m.balance is null and m.balanced then 'settled'
  when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
  else 'open' end`;
