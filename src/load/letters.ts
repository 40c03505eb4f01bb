import { incoming, stagedAccount } from './incoming.ts';
import { before } from './history.ts';
import { byKey, ident, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { deltaTable, pairsTable } from './temp-tables.ts';

/**
 * Lettering: the entries of a client on one ledger account that bear one letter settle one another once they add up to
 * zero. An account that is not known is one, too. Letters are case-sensitive. An entry that has a balance goes by that alone; entries that vanished no longer count in the sum.
 */

/** Whether the state of any staged entry depends on its letter: mostly none does, since all have a balance. */
export async function hasDecisiveLetters(tx: Tx, { table, columns }: Staging): Promise<boolean> {
  if (!columns.includes('letter') || !columns.includes('balance')) return true;
  const [row] = await query(
    tx,
    `select exists (select from ${ident(table)} where letter is not null and balance is null) as any`,
  );
  return row?.['any'] === true;
}

const stored = `union all select company, client_code, coalesce(account, ''), letter, amount
  from ecritures where tenant_id = {tenant}::text`;

/**
 * The balanced groups of what is staged, for a load that inserts everything.
 * @param direct whether some of it is in the table already
 */
export async function findBalancedLetters(tx: Tx, staging: Staging, direct: boolean, params: Params): Promise<void> {
  await query(
    tx,
    `create temp table balanced_letters on commit drop as
     select company, client_code, account, letter from (
       select ${incoming(staging, 'company', false)} as company, s.client_code, ${stagedAccount(staging)} as account,
              s.letter, s.amount
       from ${ident(staging.table)} s ${direct ? stored : ''}) s
     where letter is not null group by 1, 2, 3, 4 having sum(amount) = 0`,
    params,
  );
}

/** The groups that the delta touches: those that its rows join, leave or vanish from. Before the delta is written. */
export async function findTouchedLetters(tx: Tx, staging: Staging, params: Params): Promise<boolean> {
  const { count } = await byKey(tx, () =>
    query(
      tx,
      `create temp table touched_letters on commit drop as
     select company, client_code, coalesce(account, '') as account, letter
       from ${deltaTable(staging)} where letter is not null and action <> 'rejected'
     union select old_company, old_client_code, coalesce(old_account, ''), old_letter from ${deltaTable(staging)}
       where old_letter is not null and action <> 'rejected'
     union select t.company, t.client_code, coalesce(t.account, ''), t.letter from ${pairsTable(staging)} p
       join ecritures t on t.tenant_id = p.tenant_id and t.key = p.key where p.vanished and t.letter is not null`,
      params,
    ),
  );
  return count > 0;
}

/**
 * Settles or opens again the entries of the touched groups, with their history. After the delta is written. Where all
 * stored entries have balances, which tells itself four times as fast, no letter decides.
 */
export async function judgeTouchedLetters(tx: Tx, params: Params): Promise<void> {
  const [row] = await query(
    tx,
    `select exists (select from ecritures
       where tenant_id = {tenant}::text and letter is not null and balance is null) as decisive`,
    params,
  );
  if (row?.['decisive'] !== true) return;
  await query(
    tx,
    `create temp table judged on commit drop as
     select {tenant}::text as tenant_id, key, balanced from (
       select t.key, t.status, t.balance,
              sum(t.amount) over (partition by t.company, t.client_code, t.account, t.letter) = 0 as balanced
       from ecritures t join touched_letters l
         on l.company = t.company and l.client_code = t.client_code and l.letter = t.letter
           and l.account = coalesce(t.account, '')
       where t.tenant_id = {tenant}::text and t.status <> 'settled_presumed') t
     where balance is null and (status = 'settled') <> balanced`,
    params,
  );
  await byKey(tx, () =>
    query(
      tx,
      `insert into changes (tenant_id, sync_id, dataset, key, change, before)
     select {tenant}::text, {sync}::bigint, 'ecritures', t.key, 'updated', ${before('t')}
     from judged j join ecritures t on t.tenant_id = j.tenant_id and t.key = j.key where t.first_seen <> {sync}::bigint
     on conflict do nothing`,
      params,
    ),
  );
  await byKey(tx, () =>
    query(
      tx,
      `update ecritures t set last_changed = {sync}::bigint,
            status = case when j.balanced then 'settled' else 'open' end,
            settled_by_sync = case when j.balanced then {sync}::bigint end,
            settled_at = case when j.balanced then {now}::timestamptz end
     from judged j where t.tenant_id = j.tenant_id and t.key = j.key`,
      params,
    ),
  );
}
