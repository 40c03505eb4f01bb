import type { RowChange } from '../model/sync.ts';
import { changing, vanishedValues } from './merge.ts';
import { byKey, ident, literal, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { deltaTable, pairsTable } from './temp-tables.ts';

/** What a row said before: all of it but its identity and what is the user's own, without its empty columns. */
export const before = (row: string): string =>
  `jsonb_strip_nulls(to_jsonb(${row}) - '{tenant_id,key,notes,stop_reminders}'::text[])`;

/** Keeps the values of rows that the delta is about to change. */
export async function keepUpdated(tx: Tx, staging: Staging, params: Params): Promise<void> {
  const change = `case when d.reopened then 'reopened' else 'updated' end`;
  const source = `${deltaTable(staging)} d where ${changing}`;
  await keep(tx, staging, { change, said: before('t'), source }, params);
}

/**
 * Keeps of rows that are about to be marked as vanished what that changes, empty or not. Where most of a million vanish,
 * making JSON of whole rows takes most of the time.
 */
export async function keepVanished(tx: Tx, staging: Staging, params: Params): Promise<void> {
  const change = literal(staging.target.dataset === 'ecritures' ? 'settled' : 'deactivated');
  const columns = Object.keys(vanishedValues(staging) ?? {});
  const said = `jsonb_build_object(${columns.map((column) => `${literal(column)}, t.${ident(column)}`).join(', ')})`;
  await keep(tx, staging, { change, said, source: `${pairsTable(staging)} d where d.vanished` }, params);
}

/** @param kept SQL: the kind of change, what the row `t` says, and of which rows `d` */
async function keep(
  tx: Tx,
  { target }: Pick<Staging, 'target'>,
  { change, said, source }: { change: string; said: string; source: string },
  params: Params,
): Promise<void> {
  // A row that one sync changes twice keeps what it said before the first change, under the name of the last.
  await byKey(tx, () =>
    query(
      tx,
      `insert into changes (tenant_id, sync_id, dataset, key, change, before)
       select t.tenant_id, {sync}::bigint, ${literal(target.dataset)}, t.key, ${change}, ${said}
       from ${ident(target.table)} t, ${source} and t.tenant_id = d.tenant_id and t.key = d.key
       on conflict (tenant_id, sync_id, dataset, key) do update set change = excluded.change`,
      params,
    ),
  );
}

/**
 * Up to `limit` examples of what the sync did to a dataset: what it settled or deactivated, then what it changed, then
 * what it inserted.
 * @param inserted a table that holds the keys of inserted rows, and perhaps others
 */
export async function exampleChanges(
  tx: Tx,
  { target }: Staging,
  { inserted, limit }: { inserted: string; limit: number },
  params: Params,
): Promise<RowChange[]> {
  const rows = await byKey(tx, () =>
    query(
      tx,
      `select h.change, h.key, h.before, ${before('t')} as after
     from (select tenant_id, change, key, before from changes where tenant_id = {tenant}::text and sync_id = {sync}::bigint
             and dataset = ${literal(target.dataset)}
             order by change not in ('settled', 'deactivated'), key limit {limit}::int) h
     join ${ident(target.table)} t on t.tenant_id = h.tenant_id and t.key = h.key
     union all
     select 'inserted', t.key, null, ${before('t')}
     from (select {tenant}::text as tenant_id, key from ${inserted} limit {limit}::int) s
     join ${ident(target.table)} t on t.tenant_id = s.tenant_id and t.key = s.key and t.first_seen = {sync}::bigint`,
      { ...params, limit },
    ),
  );
  return rows.slice(0, limit).map((row) => asChange(target.dataset, row));
}

const bookkeeping = new Set(['row_hash', 'first_seen', 'last_changed']);

/** By what people know a row. */
const names: Readonly<Record<RowChange['dataset'], readonly string[]>> = {
  clients: ['company', 'client_code', 'name'],
  contacts: ['company', 'client_code', 'contact_id', 'last_name'],
  ecritures: ['company', 'client_code', 'piece_number', 'amount'],
};

/** The change as people see it: only the columns that changed, and as the row is now also what it is known by. */
function asChange(dataset: RowChange['dataset'], row: Record<string, unknown>): RowChange {
  const change = row['change'] as RowChange['change'];
  const [old, now] = [row['before'], row['after']] as [Record<string, unknown> | null, Record<string, unknown>];
  const compared = old && !('client_code' in old) ? old : { ...old, ...now };
  const shown = Object.keys(compared).filter(
    (column) => !bookkeeping.has(column) && JSON.stringify(old?.[column]) !== JSON.stringify(now[column]),
  );
  const pick = (from: Record<string, unknown>, columns: readonly string[]) =>
    Object.fromEntries(columns.map((column) => [column, from[column] ?? null]));
  const known = names[dataset].filter((column) => now[column] !== undefined && now[column] !== '');
  const after = pick(now, old ? [...new Set([...known, ...shown])] : shown);
  return { dataset, change, key: String(row['key']), before: old && pick(old, shown), after };
}
