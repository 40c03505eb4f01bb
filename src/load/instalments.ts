import { ordinalKey, storedOrdinals } from './ordinals.ts';
import { byKey, ident, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { pairsTable, repeatsTable } from './temp-tables.ts';

/** Rows up to which looking each up by its key is faster than joining the tables. */
const FEW = 100_000;

/**
 * Entries without an id of their own may share one identity, as instalments do, and are then told apart by an ordinal.
 * When one of them is paid or refused, the others must not take each other's places: those that say what is stored go
 * with that row; only the others go by ordinal. Looked for only where a staged row of such a group differs from what is
 * stored under its key.
 * @returns whether staged rows got other keys, so that the pairs have to be found again
 */
export async function matchInstalments(tx: Tx, staging: Staging, params: Params): Promise<boolean> {
  if (staging.target.dataset !== 'ecritures' || (await findGroups(tx, staging, params)) === 0) return false;
  if ((await findMoves(tx, staging)) === 0) return false;
  await query(
    tx,
    `update ${ident(staging.table)} s set key = m.new_key from instalment_moves m where s.key = m.old_key`,
  );
  await query(
    tx,
    `insert into ${repeatsTable(staging)} (file_no, line, key, verdict, ordinal)
     select s.file_no, s.line, s.key, 'moved', 1 from ${ident(staging.table)} s join instalment_moves m on m.new_key = s.key`,
  );
  await query(tx, `drop table ${pairsTable(staging)}`);
  return true;
}

/** The identities of differing staged rows that more than one entry has or had. */
async function findGroups(tx: Tx, staging: Staging, params: Params): Promise<number> {
  const unidentified = staging.columns.includes('entry_id') ? 'and p.entry_id is null' : '';
  const differing = `from ${pairsTable(staging)} p where not p.vanished ${unidentified}`;
  const [counted] = await query(tx, `select count(*)::int as n ${differing}`);
  const rows = Number(counted?.['n']);
  if (rows === 0) return 0;
  const find = () =>
    query(
      tx,
      `create temp table instalment_groups on commit drop as
       select b.tenant_id, b.key from (
         select p.tenant_id, coalesce(r.key, p.key) as key, count(r.key) > 0 as repeats
         from (select p.tenant_id, p.key, p.file_no, p.line ${differing}) p
         left join ${repeatsTable(staging)} r on r.file_no = p.file_no and r.line = p.line and r.verdict = 'kept'
         group by 1, 2) b
       left join ecritures t on t.tenant_id = b.tenant_id and t.key = ${ordinalKey('b.key', '2')}
       where b.repeats or t.key is not null`,
      params,
    );
  return (await (rows <= FEW ? byKey(tx, find) : find())).count;
}

/** Which staged rows of these groups are to have another key than their ordinal gave them. */
async function findMoves(tx: Tx, staging: Staging): Promise<number> {
  const { count } = await byKey(tx, () =>
    query(
      tx,
      `create temp table instalment_moves on commit drop as
       with recursive ${storedOrdinals('members', `select tenant_id, key from instalment_groups`)},
       stored as (
         select m.base, m.key, m.n, t.row_hash from members m
         join ecritures t on t.tenant_id = m.tenant_id and t.key = m.key),
       named as (
         select r.key as base, case r.ordinal when 1 then r.key else ${ordinalKey('r.key', 'r.ordinal')} end as key
         from ${repeatsTable(staging)} r where r.verdict = 'kept' and r.key in (select key from instalment_groups)
         union select key, key from instalment_groups),
       staged as (
         select n.base, s.key, s.row_hash from named n join ${ident(staging.table)} s on s.key = n.key),
       alike as (
         select s.base, s.key as old_key, m.key as new_key from staged s
         join stored m on m.base = s.base and m.row_hash = s.row_hash),
       places as (
         select base, key, n, row_number() over (partition by base order by vanished, n) as place from (
           select base, key, n, row_hash = 0 as vanished from stored m where key not in (select new_key from alike)
           union all
           select m.base, ${ordinalKey('m.base', '(m.n + k.k)')}, m.n + k.k, true
           from (select base, max(n) as n from stored group by base) m
           join (select base, count(*) as n from staged group by base) c on c.base = m.base,
           generate_series(1, c.n) k (k)) free),
       others as (
         select base, key, row_number() over (partition by base order by row_hash) as place
         from staged where key not in (select old_key from alike))
       select old_key, new_key from (
         select old_key, new_key from alike
         union all
         select o.key, p.key from others o join places p on p.base = o.base and p.place = o.place) m
       where old_key <> new_key`,
    ),
  );
  return count;
}
