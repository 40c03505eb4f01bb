import { derivation } from './derive.ts';
import { incoming } from './incoming.ts';
import { lateTable } from './late.ts';
import { ident, literal, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { tally, type Tally } from './tally.ts';

/**
 * Inserts everything: there is nothing of this tenant to compare with.
 * @param expected how many rows are staged
 */
export async function insertAll(
  tx: Tx,
  staging: Staging,
  { expected, grouped }: { expected: number; grouped: boolean },
  params: Params,
  tallies: ReadonlyMap<number, Tally>,
): Promise<void> {
  const { target } = staging;
  const { values, inner } = derivation(staging, { stored: false, grouped });
  const letters = grouped
    ? `left join balanced_letters g on g.company = ${incoming(staging, 'company', false)}
         and g.client_code = s.client_code and g.letter = s.letter`
    : '';
  // Keys are hashes: in file order they would touch every page of the index again and again; sorted, they fill it once.
  const { count } = await query(
    tx,
    `insert into ${ident(target.table)} (${insertColumns(values)})
     select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, ${[...values.values()].join(', ')}
     from (select ${inner} from ${ident(staging.table)} s ${clientJoin(staging)} ${letters}) m
     ${target.ofClient ? 'where not m.unknown' : ''} order by m.key`,
    params,
  );
  const rejected = count < expected ? await rejectUnknown(tx, staging, params, tallies) : 0;
  if (count + rejected !== expected)
    throw new Error(`${expected} rows staged, ${count} inserted, ${rejected} rejected`);
}

/** Run only where rows are known to be missing, which saves looking for them in every load. */
async function rejectUnknown(
  tx: Tx,
  staging: Staging,
  params: Params,
  tallies: ReadonlyMap<number, Tally>,
): Promise<number> {
  const { target } = staging;
  const rows = await query(
    tx,
    `with late as (
       insert into ${lateTable} select ${literal(target.dataset)}, s.file_no, s.line, 'client_code', 'unknown_client', left(s.client_code, 200)
       from ${ident(staging.table)} s ${clientJoin(staging)} where c.client_code is null returning file_no)
     select file_no, count(*)::int as rejected from late group by file_no`,
    params,
  );
  for (const row of rows) tally(tallies, Number(row['file_no'])).rejected += Number(row['rejected']);
  return rows.reduce((sum, row) => sum + Number(row['rejected']), 0);
}

export const pairsTable = (staging: Staging): string => ident(`pairs_${staging.target.dataset}`);
export const deltaTable = (staging: Staging): string => ident(`delta_${staging.target.dataset}`);

/**
 * Joins what is staged with what is stored, once, by key and hash, and keeps only what differs: staged rows that are
 * new or say something else, and, where `vanishing`, stored ones that no file names any more. A stored hash of 0 is
 * that of a row which vanished already.
 */
export async function findPairs(tx: Tx, staging: Staging, vanishing: boolean, params: Params): Promise<void> {
  await query(
    tx,
    `create temp table ${pairsTable(staging)} on commit drop as
     select s.ctid as tid, coalesce(s.key, t.key) as key, s.key is null as vanished
     from ${ident(staging.table)} s ${vanishing ? 'full' : 'left'} join
          (select key, row_hash from ${ident(staging.target.table)} where tenant_id = {tenant}::text) t on t.key = s.key
     where case when s.key is null then t.row_hash <> 0 else s.row_hash is distinct from t.row_hash end`,
    params,
  );
}

/** Works out what each new or different row is to become, and which action that takes. */
export async function buildDelta(
  tx: Tx,
  staging: Staging,
  params: Params,
  tallies: ReadonlyMap<number, Tally>,
): Promise<void> {
  const { target } = staging;
  const { values, inner, differs } = derivation(staging, { stored: true, grouped: false });
  const named = [...values].map(([column, sql]) => `${sql} as ${ident(column)}`);
  const action = `case ${target.ofClient ? `when m.unknown then 'rejected'` : ''} when not m.stored then 'inserted'
                  when m.manual then 'manual' when ${differs} then 'updated' else 'unchanged' end`;
  await query(
    tx,
    `create temp table ${deltaTable(staging)} on commit drop as
     select m.key, m.row_hash, m.file_no, m.line, ${named.join(', ')}, ${action} as action,
            m.gone and not m.manual as reopened${target.dataset === 'ecritures' ? ', m.old_letter, m.old_company, m.old_client_code' : ''}
     from (select ${inner}, ${flags(staging)} from ${pairsTable(staging)} p
           join ${ident(staging.table)} s on s.ctid = p.tid
           left join ${ident(target.table)} t on t.tenant_id = {tenant}::text and t.key = p.key
           ${clientJoin(staging)} where not p.vanished) m`,
    params,
  );
  if (target.ofClient)
    await query(
      tx,
      `insert into ${lateTable} select ${literal(target.dataset)}, file_no, line, 'client_code', 'unknown_client', left(client_code, 200)
       from ${deltaTable(staging)} where action = 'rejected'`,
    );
  await countDelta(tx, staging, tallies);
}

/** `manual`: a user made the row, so no file touches it. `gone`: a snapshot had declared it vanished. */
function flags({ target }: Staging): string {
  switch (target.dataset) {
    case 'clients':
      return 'false as manual, false as gone';
    case 'contacts':
      return `coalesce(t.origin = 'manual', false) as manual, coalesce(t.row_hash = 0 and not t.active, false) as gone`;
    case 'ecritures':
      return `false as manual, coalesce(t.status = 'settled_presumed', false) as gone, t.letter as old_letter,
              t.company as old_company, t.client_code as old_client_code`;
  }
}

async function countDelta(tx: Tx, staging: Staging, tallies: ReadonlyMap<number, Tally>): Promise<void> {
  const rows = await query(
    tx,
    `select file_no, count(*) filter (where action = 'inserted') as inserted,
            count(*) filter (where action = 'updated') as updated,
            count(*) filter (where action = 'rejected') as rejected,
            count(*) filter (where reopened and action <> 'rejected') as reopened
     from ${deltaTable(staging)} group by file_no`,
  );
  for (const row of rows) {
    const counts = tally(tallies, Number(row['file_no']));
    counts.inserted += Number(row['inserted']);
    counts.updated += Number(row['updated']);
    counts.rejected += Number(row['rejected']);
    counts.reopened += Number(row['reopened']);
  }
}

/** Which rows of the delta `d` change the stored row. */
export const changing = `(d.action = 'updated' or d.reopened and d.action = 'unchanged')`;

/** Writes the delta. A row that only says the same in other columns gets the new hash, so that it costs no more. */
export async function writeDelta(tx: Tx, staging: Staging, params: Params): Promise<void> {
  const { target } = staging;
  const table = ident(target.table);
  const delta = deltaTable(staging);
  const { values } = derivation(staging, { stored: true, grouped: false });
  const assignments = [...values.keys()].map((column) => `${ident(column)} = d.${ident(column)}`);
  if (target.dataset === 'contacts') assignments.push('active = t.active or d.reopened');
  await query(
    tx,
    `update ${table} t set ${assignments.join(', ')}, row_hash = d.row_hash, last_changed = {sync}::bigint
     from ${delta} d where t.tenant_id = {tenant}::text and t.key = d.key and ${changing}`,
    params,
  );
  await query(
    tx,
    `update ${table} t set row_hash = d.row_hash from ${delta} d
     where t.tenant_id = {tenant}::text and t.key = d.key and d.action = 'unchanged' and not d.reopened`,
    params,
  );
  await query(
    tx,
    `insert into ${table} (${insertColumns(values)})
     select {tenant}::text, d.key, d.row_hash, {sync}::bigint, {sync}::bigint,
            ${[...values.keys()].map((column) => `d.${ident(column)}`).join(', ')}
     from ${delta} d where d.action = 'inserted' order by d.key`,
    params,
  );
}

/** Marks what no file of a snapshot names any more; nothing is ever deleted. */
export async function writeVanished(tx: Tx, staging: Staging, params: Params): Promise<number> {
  const assignments = vanishedValues(staging);
  if (assignments === undefined) return 0;
  const { count } = await query(
    tx,
    `update ${ident(staging.target.table)} t set ${assignments}, row_hash = 0, last_changed = {sync}::bigint
     from ${pairsTable(staging)} p where t.tenant_id = {tenant}::text and t.key = p.key and p.vanished`,
    params,
  );
  return count;
}

/** A vanished client stays as it is. */
export function vanishedValues({ target }: Staging): string | undefined {
  if (target.dataset === 'ecritures')
    return `status = 'settled_presumed', settled_by_sync = {sync}::bigint, settled_at = {now}::timestamptz`;
  if (target.dataset === 'contacts') return 'active = false';
  return undefined;
}

const insertColumns = (values: ReadonlyMap<string, string>): string =>
  ['tenant_id', 'key', 'row_hash', 'first_seen', 'last_changed', ...values.keys()].map(ident).join(', ');

const clientJoin = (staging: Staging): string =>
  staging.target.ofClient
    ? `left join clients c on c.tenant_id = {tenant}::text and c.company = ${incoming(staging, 'company', false)}
         and c.client_code = s.client_code`
    : '';
