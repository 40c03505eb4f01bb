import type { TenantId } from '../model/tenant.ts';
import type { Sql } from './client.ts';
import { advanceHurry, advanceNow } from './jobs.ts';

/** Lets a held sync pass the guard; it runs again from its files. @returns whether it was held */
export async function approveSync(sql: Sql, tenant: TenantId, id: number, by: string): Promise<boolean> {
  const rows = await sql`
    with approved as (
      update syncs set state = 'queued', approved_by = ${by}, finished_at = null, attempts = 0
      where tenant_id = ${tenant} and id = ${id} and state = 'held' returning id
    )
    select ${advanceNow(sql, tenant)} from approved`;
  return rows.length > 0;
}

/** Gives a held sync up: nothing of it is ever applied. @returns whether it was held */
export async function discardSync(sql: Sql, tenant: TenantId, id: number): Promise<boolean> {
  const rows = await sql`
    update syncs set state = 'discarded' where tenant_id = ${tenant} and id = ${id} and state = 'held' returning id`;
  return rows.length > 0;
}

/**
 * Queues a new sync of the same uploads, those put aside included, which imports them even where nothing changed.
 * @returns its id; undefined where the bytes of one of them are purged, or there are none
 */
export async function replaySync(sql: Sql, tenant: TenantId, id: number): Promise<number | undefined> {
  return sql.begin(async (tx) => {
    const uploads = await tx`
      select u.id, u.purged_at from uploads u
      where u.tenant_id = ${tenant} and u.id in (
        select upload_id from sync_files where tenant_id = ${tenant} and sync_id = ${id})
      for update`;
    if (uploads.length === 0 || uploads.some((upload) => upload['purged_at'] !== null)) return undefined;
    const [created] = await tx`
      insert into syncs (tenant_id, cause, dry_run, force, missing, incomplete)
      select s.tenant_id, 'replay', t.state = 'validation', true, s.missing, s.incomplete
      from syncs s join tenants t on t.id = s.tenant_id where s.tenant_id = ${tenant} and s.id = ${id}
      returning id`;
    const replay = Number(created?.['id']);
    await tx`
      update uploads set state = 'gathered', reason = null, sync_id = ${replay}
      where tenant_id = ${tenant} and id in ${tx(uploads.map((upload) => upload['id'] as string))}`;
    await tx`select ${advanceNow(tx, tenant)}`;
    return replay;
  });
}

/**
 * For a tenant that goes live: the uploads of the latest dry run of each dataset wait again, and its first real sync
 * takes them. @returns how many
 */
export async function takeUpDryRuns(sql: Sql, tenant: TenantId): Promise<number> {
  return sql.begin(async (tx) => {
    const taken = await tx`
      update uploads set state = 'waiting', sync_id = null
      where tenant_id = ${tenant} and state = 'gathered' and purged_at is null and id in (
        select f.upload_id from sync_files f join (
          select f.dataset, max(f.sync_id) as sync_id
          from sync_files f join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
          where f.tenant_id = ${tenant} and s.state = 'dry_run' and f.dataset is not null
          group by f.dataset
        ) latest on latest.dataset = f.dataset and latest.sync_id = f.sync_id
        where f.tenant_id = ${tenant})
      returning id`;
    if (taken.length > 0) await tx`select ${advanceHurry(tx, tenant)}`;
    return taken.length;
  });
}
