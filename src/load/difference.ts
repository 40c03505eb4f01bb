import { openCopy, type CopyWriter } from './copy.ts';
import { stagedColumns } from './merge.ts';
import { storedOrdinals } from './ordinals.ts';
import { byKey, ident, query, type Params, type Tx } from './query.ts';
import type { Within } from './scope.ts';
import type { Staging } from './staging.ts';
import { createTable, pairsTable, removedTable, tablesOfDataset } from './temp-tables.ts';

/**
 * Where only what differs from the last snapshot is staged: lines that are new or were read again, and the keys of those
 * that are gone or were read again. All other lines stand in both files, and their rows need no look; see
 * docs/decisions/0008-unchanged-lines.md.
 */
/** Opens the table of the keys of lines that are not in the file as they were. */
export async function openRemoved(tx: Tx, staging: Staging): Promise<CopyWriter> {
  await createTable(tx, removedTable(staging), tablesOfDataset.removed.columns);
  return openCopy(tx, removedTable(staging), ['key']);
}

/**
 * The staged rows, each beside its tenant: see `findPairs` for why. What two lists do not have in common is found by
 * EXCEPT below: where loops are allowed, NOT EXISTS would go over one list for each row of the other.
 */
const stagedOf = (staging: Staging): string =>
  `(select {tenant}::text as tenant_id, s.* from ${ident(staging.table)} s offset 0) s`;

/**
 * Whether a staged row has the key of a row that a line names which is not read again: which of the two counts is to be
 * found out by reading all of them. A stored hash of 0 is that of a row which no line names. True, too, where somebody
 * has removed all rows.
 */
export async function touchesKept(tx: Tx, staging: Staging, tenant: string): Promise<boolean> {
  const [row] = await byKey(tx, () =>
    query(
      tx,
      `select exists (
         select t.key from ${stagedOf(staging)} join ${ident(staging.target.table)} t on t.tenant_id = s.tenant_id and t.key = s.key
         where t.row_hash <> 0
         except select key from ${removedTable(staging)})
       or not exists (select from ${ident(staging.target.table)} where tenant_id = {tenant}::text) as any`,
      { tenant },
    ),
  );
  return row?.['any'] === true;
}

/** As `findPairs`, at the cost of what differs. */
export async function findPairsOfDifference(
  tx: Tx,
  staging: Staging,
  vanishing: Within | undefined,
  params: Params,
): Promise<void> {
  const table = ident(staging.target.table);
  const removed = `select {tenant}::text as tenant_id, key from ${removedTable(staging)} group by key offset 0`;
  const vanished = `union all
     select g.tenant_id, g.key, true, ${stagedColumns(staging)
       .map(() => 'null')
       .join(', ')}
     from (select tenant_id, key from gone except select {tenant}::text, key from ${ident(staging.table)}) g
     join ${table} t on t.tenant_id = g.tenant_id and t.key = g.key
     where t.row_hash <> 0 and ${vanishing?.('t') ?? 'false'}`;
  await byKey(tx, () =>
    query(
      tx,
      `create temp table ${pairsTable(staging)} on commit drop as
       ${vanishing ? `with recursive ${storedOrdinals('gone', removed)}` : ''}
       select s.tenant_id, s.key, false as vanished, ${stagedColumns(staging).join(', ')}
       from ${stagedOf(staging)} left join ${table} t on t.tenant_id = s.tenant_id and t.key = s.key
       where s.row_hash is distinct from t.row_hash
       ${vanishing ? vanished : ''}`,
      params,
    ),
  );
}
