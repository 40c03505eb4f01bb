import type { TransactionSql } from 'postgres';
import type { TenantId } from '../../../model/tenant.ts';

/** How uploads leave a sync that was not to have them after all; in the transaction of its end. */

interface SyncKey {
  tenantId: TenantId;
  syncId: number;
}

/** What a fetch brought before it was given up waits for the next sync. */
export async function releaseUnfetched(tx: TransactionSql, { tenantId, syncId }: SyncKey): Promise<void> {
  await tx`
    update uploads set state = 'waiting', sync_id = null
    where tenant_id = ${tenantId} and sync_id = ${syncId} and state = 'gathered' and exists (
      select from syncs where tenant_id = ${tenantId} and id = ${syncId} and "fetch" and fetched_at is null)`;
}

/**
 * A dry run of a tenant that is live takes nothing away: what waited for it waits again, and what had been imported
 * before goes back to the sync that did.
 */
export async function giveBack(tx: TransactionSql, { tenantId, syncId }: SyncKey): Promise<void> {
  await tx`
    update uploads u set reason = null, sync_id = o.sync_id,
      state = case when o.sync_id is null then 'waiting' else 'gathered' end
    from (
      select d.id, (
        select max(f.sync_id) from sync_files f join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
        where f.tenant_id = d.tenant_id and f.upload_id = d.id and s.state in ('applied', 'unchanged')) as sync_id
      from uploads d where d.tenant_id = ${tenantId} and d.sync_id = ${syncId}
    ) o
    where u.tenant_id = ${tenantId} and u.id = o.id
      and exists (select from tenants where id = ${tenantId} and state = 'live')`;
}
