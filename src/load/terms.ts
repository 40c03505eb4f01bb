import { before } from './history.ts';
import { query, type Params, type Tx } from './query.ts';

/**
 * Due dates that we derived follow the client's payment term: after the clients are merged, those of the clients whose
 * term changed are derived again, whether or not their entries are in this sync.
 */
export async function deriveAgain(tx: Tx, params: Params): Promise<void> {
  const { count } = await query(
    tx,
    `create temp table changed_terms on commit drop as
     select c.company, c.client_code, c.payment_term_days as term
     from changes h join clients c on c.tenant_id = h.tenant_id and c.key = h.key
     where h.tenant_id = {tenant}::text and h.sync_id = {sync}::bigint and h.dataset = 'clients'
       and (h.before->>'payment_term_days')::int is distinct from c.payment_term_days`,
    params,
  );
  if (count === 0) return;
  await query(
    tx,
    `create temp table changed_due_dates on commit drop as
     select t.key, t.entry_date + c.term as due_date from ecritures t join changed_terms c using (company, client_code)
     where t.tenant_id = {tenant}::text and t.entry_type = 'invoice' and (t.due_date is null or t.due_date_derived)
       and t.due_date is distinct from t.entry_date + c.term`,
    params,
  );
  await query(
    tx,
    `insert into changes (tenant_id, sync_id, dataset, key, change, before)
     select {tenant}::text, {sync}::bigint, 'ecritures', t.key, 'updated', ${before('t')}
     from ecritures t join changed_due_dates using (key) where t.tenant_id = {tenant}::text`,
    params,
  );
  await query(
    tx,
    `update ecritures t set due_date = d.due_date, due_date_derived = d.due_date is not null, last_changed = {sync}::bigint
     from changed_due_dates d where t.tenant_id = {tenant}::text and t.key = d.key`,
    params,
  );
}
