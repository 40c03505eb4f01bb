import { sparedColumns } from '../model/staging.ts';
import { openCopy, type CopyWriter } from './copy.ts';
import { byKey, ident, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { createTable, deltaTable, goneTable, pairsTable, sparedTable, tablesOfDataset } from './temp-tables.ts';

/**
 * What refused records name does not vanish: an invoice whose amount is unreadable tonight is not paid. Of the refusals
 * that only the database decides, those for an unknown client count, for they may name the right piece under a wrong
 * client; a repeated key is that of a row which was kept.
 */
/** Opens the table of what the refused records of a dataset's files name; see `sparedColumns`. */
export async function openSpared(tx: Tx, staging: Staging): Promise<CopyWriter> {
  await createSpared(tx, staging);
  return openCopy(tx, sparedTable(staging), sparedColumns);
}

const createSpared = (tx: Tx, staging: Staging): Promise<void> =>
  createTable(tx, sparedTable(staging), tablesOfDataset.spared.columns, { orKeep: true });

/** What each kind of note has in common with the stored rows `g` that it names; together they cover every note. */
const names: readonly string[] = [
  'n.id = g.id',
  ...[
    'n.piece_number = g.piece_number and n.client_code = g.client_code',
    'n.piece_number = g.piece_number and n.client_code is null',
    'n.client_code = g.client_code and n.piece_number is null',
  ].map((same) => `${same} and (n.id is null or g.id is null)`),
];

export interface Spared {
  rows: number;
  /** Those of them that are open entries or active contacts. */
  open: number;
}

/** Takes out of the pairs what would vanish although a refused record names it; after the delta, before the guard. */
export async function spareNamed(
  tx: Tx,
  staging: Staging,
  { lateRefusals }: { lateRefusals: boolean },
  params: Params,
): Promise<Spared> {
  if (lateRefusals) await noteUnknownClients(tx, staging);
  const gone = goneTable(staging);
  if ((await findGone(tx, staging, gone, params)) === 0) return { rows: 0, open: 0 };
  const notes = sparedTable(staging);
  const named = names.map(
    (same) =>
      `select g.key from ${gone} g where exists (
         select from ${notes} n where ${same} and (n.company is null or n.company = g.company))`,
  );
  const [row] = await query(
    tx,
    `with named as (
       ${named.join(' union all ')}
       union all select g.key from ${gone} g where exists (
         select from ${notes} n where n.id is null and n.client_code is null and n.piece_number is null)),
     spared as (
       delete from ${pairsTable(staging)} p using ${gone} g
       where p.vanished and g.key = p.key and g.key in (select key from named) returning g.open)
     select count(*)::int as rows, (count(*) filter (where open))::int as open from spared`,
  );
  return { rows: Number(row?.['rows']), open: Number(row?.['open']) };
}

/** What would vanish, with what identifies it. @returns how many rows */
async function findGone(tx: Tx, staging: Staging, gone: string, params: Params): Promise<number> {
  const { target } = staging;
  const isEntry = target.dataset === 'ecritures';
  const { count } = await byKey(tx, () =>
    query(
      tx,
      `create temp table ${gone} on commit drop as
       select p.key, t.company, t.${ident(target.keyColumn)} as id, t.client_code,
              ${isEntry ? 't.piece_number' : 'null::text'} as piece_number,
              ${isEntry ? `t.status = 'open'` : 't.active'} as open
       from ${pairsTable(staging)} p join ${ident(target.table)} t on t.tenant_id = p.tenant_id and t.key = p.key
       where p.vanished`,
      params,
    ),
  );
  return count;
}

/** A contact without an id is known by its client alone, which is wrong: it may be any. */
async function noteUnknownClients(tx: Tx, staging: Staging): Promise<void> {
  await createSpared(tx, staging);
  const { dataset, keyColumn } = staging.target;
  await query(
    tx,
    `insert into ${sparedTable(staging)} (company, id, client_code, piece_number)
     select distinct company, ${staging.columns.includes(keyColumn) ? ident(keyColumn) : 'null'}, null,
            ${dataset === 'ecritures' ? 'piece_number' : 'null'}
     from ${deltaTable(staging)} where action = 'rejected'`,
  );
}
