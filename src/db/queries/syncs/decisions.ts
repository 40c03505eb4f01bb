import type { TransactionSql } from 'postgres';
import type { SyncState } from '../../../model/states.ts';
import type { Undone } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { filesMeet } from '../uploads/files-meet.ts';
import { advanceHurry, advanceNow } from '../jobs.ts';
import { isOvertaken, lockEnd } from './end.ts';
import { recordOutcome } from './events.ts';

/** Why a sync is not approved. */
export type ApproveRefusal = 'not_held' | 'overtaken';

/**
 * Lets a held sync pass the guard; it runs again from its files. Not where it was overtaken: see `isOvertaken`, which is
 * asked again by the run that applies it.
 * @returns why it is not approved, or undefined where it is
 */
export async function approveSync(
  sql: Sql,
  tenant: TenantId,
  id: number,
  by: string,
): Promise<ApproveRefusal | undefined> {
  return sql.begin(async (tx) => {
    const held = await tx`
      select id from syncs where tenant_id = ${tenant} and id = ${id} and state = 'held' for update`;
    if (held.length === 0) return 'not_held';
    if (await isOvertaken(tx, tenant, id)) return 'overtaken';
    await tx`
      update syncs set state = 'queued', approved_by = ${by}, error = null, finished_at = null, place = null
      where tenant_id = ${tenant} and id = ${id}`;
    await tx`select ${advanceNow(tx, tenant)}`;
    return undefined;
  });
}

/** Gives a held sync up: nothing of it is ever applied. @returns whether it was held */
export async function discardSync(sql: Sql, tenant: TenantId, id: number): Promise<boolean> {
  return sql.begin(async (tx) => {
    const { place } = await lockEnd(tx, tenant);
    const rows = await tx`
      update syncs set state = 'discarded', finished_at = clock_timestamp(), place = ${place}
      where tenant_id = ${tenant} and id = ${id} and state = 'held' returning id`;
    if (rows.length > 0) await recordOutcome(tx, { tenantId: tenant, syncId: id });
    return rows.length > 0;
  });
}

/** Why a sync is not replayed. */
export type ReplayRefusal = 'unknown' | 'open' | 'held' | 'no_files' | 'purged';

/**
 * Queues a new sync of the same uploads, those put aside included, which imports them even where nothing changed.
 * Uploads that another sync still has to decide about stay with it.
 * @returns its id, or why there is none
 */
export async function replaySync(sql: Sql, tenant: TenantId, id: number): Promise<number | ReplayRefusal> {
  return sql.begin(async (tx) => {
    const [sync] = await tx`select state from syncs where tenant_id = ${tenant} and id = ${id} for update`;
    if (!sync) return 'unknown';
    const uploads = await tx`
      select u.id, u.purged_at, s.state from uploads u left join syncs s on s.tenant_id = u.tenant_id and s.id = u.sync_id
      where u.tenant_id = ${tenant} and u.state in ('gathered', 'unrecognised', 'quarantined', 'ignored') and (u.sync_id = ${id}
        or u.id in (select upload_id from sync_files where tenant_id = ${tenant} and sync_id = ${id}))
      for update of u`;
    const states = [sync, ...uploads].map((row) => row['state'] as string);
    if (states.some((state) => state === 'queued' || state === 'running')) return 'open';
    if (states.includes('held')) return 'held';
    if (uploads.length === 0) return 'no_files';
    if (uploads.some((upload) => upload['purged_at'] !== null)) return 'purged';
    const ids = uploads.map((upload) => upload['id'] as string);
    const [created] = await tx`
      insert into syncs (tenant_id, cause, dry_run, force, missing, incomplete)
      select s.tenant_id, 'replay', t.state = 'validation', true, s.missing, s.incomplete
      from syncs s join tenants t on t.id = s.tenant_id where s.tenant_id = ${tenant} and s.id = ${id}
      returning id`;
    const replay = Number(created?.['id']);
    await tx`
      update uploads set state = 'gathered', reason = null, sync_id = ${replay}
      where tenant_id = ${tenant} and id in ${tx(ids)}`;
    await tx`select ${advanceNow(tx, tenant)}`;
    return replay;
  });
}

/**
 * For a tenant that goes live: the uploads of the latest dry run of each dataset and company wait again, and its first real sync
 * takes them. A dry run that is not finished becomes that sync itself: one under way is shut out by its state and runs
 * again. @returns how many uploads wait again
 */
export async function goLive(sql: Sql, tenant: TenantId): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`update tenants set state = 'live' where id = ${tenant}`;
    await tx`
      update syncs set dry_run = false, state = 'queued'
      where tenant_id = ${tenant} and dry_run and state in ('queued', 'running')`;
    const taken = await tx`
      update uploads u set state = 'waiting', sync_id = null
      from sync_files f join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id and s.state = 'dry_run'
      where u.tenant_id = ${tenant} and f.tenant_id = ${tenant} and f.upload_id = u.id
        and u.sync_id = f.sync_id and u.state = 'gathered' and u.purged_at is null
        and f.dataset is not null and f.detail->>'quarantine' is null and not exists (
          select from sync_files g join syncs later on later.tenant_id = g.tenant_id and later.id = g.sync_id
          where g.tenant_id = f.tenant_id and g.dataset = f.dataset and g.sync_id > f.sync_id
            and g.detail->>'quarantine' is null and ${filesMeet(tx, 'f', 'g')}
            and later.state in ('applied', 'unchanged', 'dry_run') and later.reverted_by is null)
      returning u.id`;
    await tx`select ${advanceHurry(tx, tenant)}`;
    return taken.length;
  });
}

/** Why a sync is not reverted. */
export type RevertRefusal = 'unknown' | 'open' | 'not_applied' | 'is_revert' | 'reverted' | 'not_latest';

/**
 * Queues a sync that undoes an applied one: the latest of the tenant that is not undone yet, so that syncs are undone
 * in the reverse of the order in which they were applied. A revert cannot be undone; a replay applies the files again.
 * @returns its id, or why there is none
 */
export async function revertSync(sql: Sql, tenant: TenantId, id: number, by: string): Promise<number | RevertRefusal> {
  return sql.begin(async (tx) => {
    await tx`select from tenants where id = ${tenant} for no key update`;
    const refusal = await whyNotReverted(tx, tenant, id);
    if (refusal) return refusal;
    const [created] = await tx<{ id: string }[]>`
      insert into syncs (tenant_id, cause, reverts, requested_by) values (${tenant}, 'revert', ${id}, ${by})
      returning id`;
    await tx`select ${advanceNow(tx, tenant)}`;
    return Number(created?.id);
  });
}

async function whyNotReverted(tx: TransactionSql, tenant: TenantId, id: number): Promise<RevertRefusal | undefined> {
  const [sync] = await tx<{ state: SyncState; reverts: string | null; reverted: boolean; open: boolean }[]>`
    select state, reverts, reverted_by is not null as reverted, exists (
      select from syncs o where o.tenant_id = s.tenant_id and o.state in ('queued', 'running')
        and (o.state = 'running' or o.not_before is null)) as open
    from syncs s where tenant_id = ${tenant} and id = ${id}`;
  if (!sync) return 'unknown';
  if (sync.reverts !== null) return 'is_revert';
  if (sync.reverted) return 'reverted';
  if (sync.open) return 'open';
  if (sync.state !== 'applied') return 'not_applied';
  return (await latestApplied(tx, tenant)) === id ? undefined : 'not_latest';
}

/** The sync whose rows stand on top: a held one that was approved is applied after syncs with higher ids. */
export async function latestApplied(tx: TransactionSql, tenant: TenantId): Promise<number | undefined> {
  const [row] = await tx<{ id: string }[]>`
    select id from syncs
    where tenant_id = ${tenant} and state = 'applied' and reverts is null and reverted_by is null
    order by place desc limit 1`;
  return row && Number(row.id);
}

/** Marks a sync as undone, and keeps with the revert what that took; in the revert's transaction. */
export async function noteReverted(
  tx: TransactionSql,
  { tenant, syncId, by, undone }: { tenant: TenantId; syncId: number; by: number; undone: readonly Undone[] },
): Promise<void> {
  await tx`update syncs set reverted_by = ${by} where tenant_id = ${tenant} and id = ${syncId}`;
  await tx`update syncs set undone = ${tx.json(undone as never)} where tenant_id = ${tenant} and id = ${by}`;
}
