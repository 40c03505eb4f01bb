import { derivation } from './derive.ts';
import { incoming, stagedAccount } from './incoming.ts';
import { byKey, ident, literal, query, type Params, type Tx } from './query.ts';
import type { Within } from './scope.ts';
import type { Staging } from './staging.ts';
import { tally, type Tally } from './tally.ts';
import { deltaTable, pairsTable, tablesOfDataset } from './temp-tables.ts';

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
         and g.client_code = s.client_code and g.account = ${stagedAccount(staging)} and g.letter = s.letter`
    : '';
  // In an order of their own, keys would touch every page of the index again and again; sorted, they fill it once.
  const order = (await isSorted(tx, staging)) ? '' : 'order by m.key';
  const { count } = await query(
    tx,
    `insert into ${ident(target.table)} (${insertColumns([...values.keys()])})
     select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, ${[...values.values()].join(', ')}
     from (select ${inner} from ${ident(staging.table)} s ${clientJoin(staging)} ${letters}) m
     ${target.ofClient ? 'where not m.unknown' : ''} ${order}`,
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
       insert into late_rejections select ${literal(target.dataset)}, s.file_no, s.line, 'client_code', 'unknown_client', left(s.client_code, 200)
       from ${ident(staging.table)} s ${clientJoin(staging)} where c.client_code is null returning file_no)
     select file_no, count(*)::int as rejected from late group by file_no`,
    params,
  );
  for (const row of rows) tally(tallies, Number(row['file_no'])).rejected += Number(row['rejected']);
  return rows.reduce((sum, row) => sum + Number(row['rejected']), 0);
}

/** Whether keys grow with the lines, as far as the first of them show: then sorting would only cost. */
async function isSorted(tx: Tx, staging: Staging): Promise<boolean> {
  const [row] = await query(
    tx,
    `select avg((key > before)::int)::float8 as share from (
       select key, lag(key) over (order by file_no, line) as before
       from (select file_no, line, key from ${ident(staging.table)} limit 20000) head) steps`,
  );
  return Number(row?.['share'] ?? 0) > 0.9;
}

/**
 * Joins what is staged with what is stored, once, by key and hash, and keeps only what differs: staged rows that are
 * new or say something else, and stored ones within `vanishing` that no file names any more. A stored hash of 0 is
 * that of a row which vanished already.
 *
 * They are sorted, so that looking them up, and what is written in their order, goes through tables and indexes once.
 * They carry the tenant, for whoever looks rows up by their whole key: given as a constant the planner would
 * rather read all of the tenant's rows, which it takes to be few.
 */
export async function findPairs(
  tx: Tx,
  staging: Staging,
  vanishing: Within | undefined,
  params: Params,
): Promise<void> {
  const within = vanishing?.('e') ?? 'false';
  const isAsked = within !== 'true' && vanishing !== undefined;
  await query(
    tx,
    `create temp table ${pairsTable(staging)} on commit drop as
     select {tenant}::text as tenant_id, coalesce(s.key, t.key) as key, s.key is null as vanished, ${stagedColumns(staging).join(', ')}
     from ${ident(staging.table)} s ${vanishing ? 'full' : 'left'} join
          (select key, row_hash ${isAsked ? `, ${within} as within` : ''} from ${ident(staging.target.table)} e
           where tenant_id = {tenant}::text) t on t.key = s.key
     where case when s.key is null then t.row_hash <> 0 ${isAsked ? 'and t.within' : ''} else s.row_hash is distinct from t.row_hash end order by key`,
    params,
  );
}

/** What the pairs hold of a staged row besides its key. */
export const stagedColumns = ({ columns }: Staging): string[] =>
  ['file_no', 'line', 'row_hash', ...columns].map((column) => `s.${ident(column)}`);

/** How many rows of the delta change a stored one, only renew its hash, are new, or are refused. */
export interface DeltaSize {
  changed: number;
  renewed: number;
  inserted: number;
  rejected: number;
}

/** Works out what each new or different row is to become, and which action that takes. */
export async function buildDelta(
  tx: Tx,
  staging: Staging,
  params: Params,
  tallies: ReadonlyMap<number, Tally>,
): Promise<DeltaSize> {
  const { target } = staging;
  const { values, inner, differs } = derivation(staging, { stored: true, grouped: false });
  const named = [...values].map(([column, sql]) => `${sql} as ${ident(column)}`);
  const old = target.dataset === 'ecritures' ? Object.keys(tablesOfDataset.delta.ofEntries) : [];
  const action = `case ${target.ofClient ? `when m.unknown then 'rejected'` : ''} when not m.stored then 'inserted'
                  when m.manual then 'manual' when ${differs} then 'updated' else 'unchanged' end`;
  await byKey(tx, () =>
    query(
      tx,
      `create temp table ${deltaTable(staging)} on commit drop as
       select m.tenant_id, m.key, m.row_hash, m.file_no, m.line, ${named.join(', ')}, ${action} as action,
              m.gone and not m.manual as reopened${old.map((column) => `, m.${column}`).join('')}
       from (select s.tenant_id, ${inner}, ${flags(staging)} from ${pairsTable(staging)} s
             left join ${ident(target.table)} t on t.tenant_id = s.tenant_id and t.key = s.key
             ${clientJoin(staging, 's.tenant_id')} where not s.vanished) m`,
      params,
    ),
  );
  if (target.ofClient)
    await query(
      tx,
      `insert into late_rejections select ${literal(target.dataset)}, file_no, line, 'client_code', 'unknown_client', left(client_code, 200)
       from ${deltaTable(staging)} where action = 'rejected'`,
    );
  return countDelta(tx, staging, tallies);
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
              t.company as old_company, t.client_code as old_client_code, t.account as old_account`;
  }
}

async function countDelta(tx: Tx, staging: Staging, tallies: ReadonlyMap<number, Tally>): Promise<DeltaSize> {
  const rows = await query(
    tx,
    `select file_no, count(*) filter (where action = 'inserted')::int as inserted,
            count(*) filter (where action = 'updated')::int as updated,
            count(*) filter (where action = 'rejected')::int as rejected,
            count(*) filter (where reopened and action <> 'rejected')::int as reopened,
            count(*) filter (where ${changing})::int as changed,
            count(*) filter (where ${renewing})::int as renewed
     from ${deltaTable(staging)} d group by file_no`,
  );
  const size: DeltaSize = { changed: 0, renewed: 0, inserted: 0, rejected: 0 };
  for (const row of rows as unknown as (Tally & DeltaSize & { file_no: number })[]) {
    const counts = tally(tallies, row.file_no);
    for (const name of ['inserted', 'updated', 'rejected', 'reopened'] as const) counts[name] += row[name];
    for (const name of ['changed', 'renewed', 'inserted', 'rejected'] as const) size[name] += row[name];
  }
  return size;
}

/** Which rows of the delta `d` change the stored row. */
export const changing = `(d.action = 'updated' or d.reopened and d.action = 'unchanged')`;
/** Which rows say the same in other columns: they get the new hash, so that they cost no more next time. */
const renewing = `(d.action = 'unchanged' and not d.reopened)`;

export async function writeDelta(tx: Tx, staging: Staging, size: DeltaSize, params: Params): Promise<void> {
  const { target } = staging;
  const table = ident(target.table);
  const delta = deltaTable(staging);
  const columns = [...derivation(staging, { stored: true, grouped: false }).values.keys()];
  const assignments = columns.map((column) => `${ident(column)} = d.${ident(column)}`);
  if (target.dataset === 'contacts') assignments.push('active = t.active or d.reopened');
  const update = (set: string, condition: string) =>
    byKey(tx, () =>
      query(
        tx,
        `update ${table} t set ${set} from ${delta} d where t.tenant_id = d.tenant_id and t.key = d.key and ${condition}`,
        params,
      ),
    );
  if (size.changed > 0)
    await update(`${assignments.join(', ')}, row_hash = d.row_hash, last_changed = {sync}::bigint`, changing);
  if (size.renewed > 0) await update('row_hash = d.row_hash', renewing);
  if (size.inserted > 0)
    await query(
      tx,
      `insert into ${table} (${insertColumns(columns)})
       select d.tenant_id, d.key, d.row_hash, {sync}::bigint, {sync}::bigint,
              ${columns.map((column) => `d.${ident(column)}`).join(', ')}
       from ${delta} d where d.action = 'inserted' order by d.key`,
      params,
    );
}

/** Marks what no file of a snapshot names any more; nothing is ever deleted. */
export async function writeVanished(tx: Tx, staging: Staging, params: Params): Promise<number> {
  const values = vanishedValues(staging);
  if (values === undefined) return 0;
  const assignments = Object.entries(values).map(([column, sql]) => `${ident(column)} = ${sql}`);
  const { count } = await byKey(tx, () =>
    query(
      tx,
      `update ${ident(staging.target.table)} t set ${assignments.join(', ')}
       from ${pairsTable(staging)} p where t.tenant_id = p.tenant_id and t.key = p.key and p.vanished`,
      params,
    ),
  );
  return count;
}

/** What vanishing does to a row: column → SQL. A vanished client stays as it is. */
export function vanishedValues({ target }: Staging): Readonly<Record<string, string>> | undefined {
  const always = { row_hash: '0', last_changed: '{sync}::bigint' };
  if (target.dataset === 'ecritures') {
    const settled = { settled_by_sync: '{sync}::bigint', settled_at: '{now}::timestamptz' };
    return { status: literal('settled_presumed'), ...settled, ...always };
  }
  if (target.dataset === 'contacts') return { active: 'false', ...always };
  return undefined;
}

const insertColumns = (columns: readonly string[]): string =>
  ['tenant_id', 'key', 'row_hash', 'first_seen', 'last_changed', ...columns].map(ident).join(', ');

const clientJoin = (staging: Staging, tenant = '{tenant}::text'): string =>
  staging.target.ofClient
    ? `left join clients c on c.tenant_id = ${tenant} and c.company = ${incoming(staging, 'company', false)}
         and c.client_code = s.client_code`
    : '';
