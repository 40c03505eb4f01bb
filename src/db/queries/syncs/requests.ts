import type { TransactionSql } from 'postgres';
import { ArrivageError, verbatim } from '../../../errors.ts';
import type { Dataset } from '../../../model/dataset.ts';
import type { Tenant, TenantId, TenantState } from '../../../model/tenant.ts';
import type { Database } from '../../client.ts';
import { advanceNow } from '../jobs.ts';

export interface SyncRequest {
  /** Everything up to the merge, then back; a tenant in validation gets nothing else. */
  dryRun?: boolean;
  /** Import even what was imported before. */
  force?: boolean;
  /** Only these. */
  datasets?: readonly Dataset[];
  /** Uploads that earlier trials of a tenant in validation took or put aside, and that are to be tried together. */
  again?: readonly string[];
}

export interface RequestedSync {
  syncId: number;
  /** Whether it was made for this request; if not, it was under way already. */
  created: boolean;
}

/**
 * *Synchroniser*: a sync now, which fetches first where the tenant has a connector, and takes what waits. While one is
 * under way the answer is that one; a fetch that pauses before its next try goes on at once.
 * @param by the person, key or command, as the audit names it
 * @throws no_such_resource, tenant_suspended; invalid_request for `again` where the tenant is not in validation
 */
export async function requestSync(
  database: Pick<Database, 'sql'>,
  tenant: Pick<Tenant, 'id'>,
  request: SyncRequest,
  by: string,
): Promise<RequestedSync> {
  return database.sql.begin(async (tx) => {
    const { state, mode } = await lockTenant(tx, tenant.id);
    if (state === 'suspended') throw new ArrivageError('tenant_suspended');
    if (request.again && state !== 'validation')
      throw new ArrivageError('invalid_request', { why: verbatim('again: validation') });
    // Asked twice about its state, since it may just be coming to its end.
    const [open] = await tx<{ id: string }[]>`
      update syncs set not_before = null where tenant_id = ${tenant.id} and id = (
        select id from syncs where tenant_id = ${tenant.id} and state in ('queued', 'running')
        order by "fetch" desc, id limit 1)
        and state in ('queued', 'running')
      returning id`;
    if (!open && request.again) await letWaitAgain(tx, tenant.id, request.again);
    const syncId = open ? Number(open.id) : await insertRequest(tx, tenant.id, { mode, cause: 'request', by }, request);
    await tx`select ${advanceNow(tx, tenant.id)}`;
    return { syncId, created: !open };
  });
}

/** What a trial has taken or put aside; what another sync still has to decide about stays with it. */
async function letWaitAgain(tx: TransactionSql, tenant: TenantId, uploads: readonly string[]): Promise<void> {
  await tx`
    update uploads u set state = 'waiting', sync_id = null, reason = null
    where tenant_id = ${tenant} and id in ${tx([...uploads])} and purged_at is null
      and state in ('gathered', 'unrecognised', 'quarantined')
      and not exists (select from syncs o where o.tenant_id = u.tenant_id and o.id = u.sync_id
        and (o.state in ('queued', 'running', 'held') or not o.dry_run))`;
}

/**
 * The sync of a slot, in the transaction in which the slot is taken. A whole pull that has not begun yet does for it.
 * One that has may have looked at the source before the slot's time, so another is queued, and runs after it.
 * @returns undefined for a tenant that is suspended
 */
export async function requestSlot(tx: TransactionSql, tenant: TenantId): Promise<RequestedSync | undefined> {
  const { state, mode } = await lockTenant(tx, tenant);
  if (state === 'suspended') return undefined;
  const [waiting] = await tx<{ id: string }[]>`
    update syncs set not_before = null where tenant_id = ${tenant} and id = (
      select id from syncs where tenant_id = ${tenant} and state = 'queued' and gathered_at is null
        and "fetch" = ${mode === 'pull'} and datasets is null and (not dry_run or ${state === 'validation'})
      order by id limit 1)
      and state in ('queued', 'running')
    returning id`;
  const syncId = waiting
    ? Number(waiting.id)
    : await insertRequest(tx, tenant, { mode, cause: 'schedule', by: 'schedule' }, {});
  await tx`select ${advanceNow(tx, tenant)}`;
  return { syncId, created: !waiting };
}

type Mode = 'pull' | 'push';

/** Two requests at once take turns. Uploads, whose rows refer to the tenant, need not wait. */
async function lockTenant(tx: TransactionSql, tenant: TenantId): Promise<{ state: TenantState; mode: Mode }> {
  const [row] = await tx<{ state: TenantState; pulls: boolean }[]>`
    select state, exists (select from connectors c where c.tenant_id = t.id) as pulls
    from tenants t where id = ${tenant} for no key update of t`;
  if (!row) throw new ArrivageError('no_such_resource');
  return { state: row.state, mode: row.pulls ? 'pull' : 'push' };
}

async function insertRequest(
  tx: TransactionSql,
  tenant: TenantId,
  { mode, cause, by }: { mode: Mode; cause: 'request' | 'schedule'; by: string },
  { dryRun = false, force = false, datasets }: SyncRequest,
): Promise<number> {
  const [row] = await tx<{ id: string }[]>`
    insert into syncs (tenant_id, cause, dry_run, force, datasets, "fetch", gathered_at, requested_by)
    select id, ${cause}, ${dryRun} or state = 'validation', ${force}, ${datasets ? [...datasets] : null}::text[],
      ${mode === 'pull'}, null, ${by}
    from tenants where id = ${tenant} returning id`;
  if (!row) throw new Error('insert returned no row');
  return Number(row.id);
}
