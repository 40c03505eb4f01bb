import type { TransactionSql } from 'postgres';
import type { TenantId, TenantState } from '../../../model/tenant.ts';
import { filesMeet } from '../uploads/files-meet.ts';

/** What holds while a tenant's sync comes to its end. */
export interface End {
  /** The state of the tenant, which nobody changes before the commit; undefined: there is no tenant any more. */
  tenant: TenantState | undefined;
  /** The end's place among those of the tenant's syncs. */
  place: number;
}

/**
 * Takes the tenant's turn until the commit, so that syncs come to their ends one after another: the number that this
 * gives orders them. A clock may step back, and two ends may fall into one microsecond.
 */
export async function lockEnd(tx: TransactionSql, tenant: TenantId): Promise<End> {
  const [row] = await tx<{ state: TenantState }[]>`select state from tenants where id = ${tenant} for no key update`;
  // A statement of its own: it sees what was committed while the first one waited.
  const [last] = await tx<{ place: number }[]>`
    select coalesce(max(place), 0)::float8 as place from syncs where tenant_id = ${tenant}`;
  return { tenant: row?.state, place: (last?.place ?? 0) + 1 };
}

/**
 * Whether a later file of a dataset of which a sync holds one has been taken in, of one of the same companies: yesterday's
 * state would replace today's. Of a later delta too: what it says of a row is newer, and what it adds is not absent; and
 * by an older delta or list of clients likewise. It looks at the files that the sync is known to have.
 */
export async function isOvertaken(tx: TransactionSql, tenant: TenantId, syncId: number): Promise<boolean> {
  const found = await tx`
    select 1 from sync_files own
    join sync_files f on f.tenant_id = own.tenant_id and f.dataset = own.dataset and f.sync_id > own.sync_id
    join syncs later on later.tenant_id = f.tenant_id and later.id = f.sync_id
    where own.tenant_id = ${tenant} and own.sync_id = ${syncId} and own.detail->>'quarantine' is null
      and f.detail->>'quarantine' is null
      and ${filesMeet(tx, 'own', 'f')} and later.state in ('applied', 'unchanged') and later.reverted_by is null limit 1`;
  return found.length > 0;
}
