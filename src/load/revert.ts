import { isWhole } from '../db/queries/syncs/syncs.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import type { Undone } from '../model/sync.ts';
import { before } from './history.ts';
import { byKey, ident, literal, query, type Params, type Tx } from './query.ts';
import { targets } from './target.ts';

export interface RevertRequest {
  tenant: string;
  /** The revert's own id, and that of the sync which it undoes. */
  syncId: number;
  undoes: number;
}

/**
 * Undoes the latest applied sync of a tenant, in the caller's transaction: removes the rows that it inserted and gives
 * the others the values that they had, from `changes`, where what is overwritten here is kept in turn. A row's hash says
 * what a file said of it: it comes back with the values; where the undone sync only renewed it, both hashes stand for
 * the same row, and it stays. What is the user's own, such as notes, stays too.
 */
export async function revertRows(tx: Tx, { tenant, syncId, undoes }: RevertRequest): Promise<Undone[]> {
  const params = { tenant, sync: syncId, undoes };
  const undone: Undone[] = [];
  // Entries and contacts go before the clients whose they are.
  for (const dataset of datasets.toReversed()) {
    const removed = await removeInserted(tx, dataset, params);
    const restored = await restoreChanged(tx, dataset, params);
    if (removed + restored > 0) undone.push({ dataset, restored, removed });
  }
  // The rows are no longer those of the last snapshots, whose equal lines would not be looked at again.
  await query(tx, 'delete from last_snapshots where tenant_id = {tenant}::text', params);
  return undone;
}

/** `changes` does not name them: they are those that the sync saw first. */
async function removeInserted(tx: Tx, dataset: Dataset, params: Params): Promise<number> {
  const { count } = await query(
    tx,
    `with removed as (
       delete from ${ident(targets[dataset].table)} t
       where t.tenant_id = {tenant}::text and t.first_seen = {undoes}::bigint returning t.*)
     insert into changes (tenant_id, sync_id, dataset, key, change, before)
     select t.tenant_id, {sync}::bigint, ${literal(dataset)}, t.key, 'removed',
            jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key}'::text[])
     from removed t`,
    params,
  );
  return count;
}

async function restoreChanged(tx: Tx, dataset: Dataset, params: Params): Promise<number> {
  const { table, types, ours } = targets[dataset];
  const ofSync = `c.tenant_id = {tenant}::text and c.sync_id = {undoes}::bigint and c.dataset = ${literal(dataset)}`;
  const columns = [...types.keys(), ...ours, 'row_hash', 'first_seen'];
  const values = columns.map((column) => `${ident(column)} = o.${ident(column)}`);
  return byKey(tx, async () => {
    await query(
      tx,
      `insert into changes (tenant_id, sync_id, dataset, key, change, before)
       select t.tenant_id, {sync}::bigint, ${literal(dataset)}, t.key, 'updated', ${before('t')}
       from changes c join ${ident(table)} t on t.tenant_id = c.tenant_id and t.key = c.key where ${ofSync}`,
      params,
    );
    const { count } = await query(
      tx,
      `update ${ident(table)} t set ${values.join(', ')}, last_changed = {sync}::bigint
       from (select c.key as changed_key, o.* from changes c
             join ${ident(table)} b on b.tenant_id = c.tenant_id and b.key = c.key
             cross join lateral jsonb_populate_record(case when ${isWhole('c.before')} then null else b end, c.before) o
             where ${ofSync}) o
       where t.tenant_id = {tenant}::text and t.key = o.changed_key`,
      params,
    );
    return count;
  });
}
