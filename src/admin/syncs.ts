import { sqlOf, type Tx } from '../db/client.ts';
import * as decisions from '../db/queries/syncs/decisions.ts';
import { requestSync as queueRequest, type RequestedSync, type SyncRequest } from '../db/queries/syncs/requests.ts';
import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import { ArrivageError, type ErrorCode } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';
import { audited, type Admin } from './admin.ts';

export type { SyncRequest };

type DecidedSync = Pick<SyncWithFiles, 'id' | 'tenantId'>;

const codes: Readonly<Record<decisions.ApproveRefusal | decisions.ReplayRefusal | decisions.RevertRefusal, ErrorCode>> =
  {
    not_held: 'sync_not_held',
    overtaken: 'sync_overtaken',
    unknown: 'no_such_resource',
    open: 'sync_under_way',
    held: 'sync_is_held',
    no_files: 'sync_without_files',
    purged: 'sync_files_purged',
    not_applied: 'sync_not_applied',
    is_revert: 'sync_is_revert',
    reverted: 'sync_reverted',
    not_latest: 'sync_not_latest',
  };

/**
 * Starts a sync now, which fetches first where the tenant has a connector; while one is under way, it is that one.
 * @throws no_such_resource, tenant_suspended
 */
export async function requestSync(
  admin: Admin,
  tenant: Pick<Tenant, 'id'>,
  asked: SyncRequest,
): Promise<RequestedSync> {
  return admin.database.db.transaction(async (tx) => {
    const requested = await queueRequest({ sql: sqlOf(tx) }, tenant, asked, admin.actor);
    const { syncId, created } = requested;
    if (created) await audited(admin, tx, tenant.id, 'sync.request', { syncId, ...asked });
    return requested;
  });
}

/** Lets a held sync pass the guard; it runs again from its files. @throws sync_not_held, sync_overtaken */
export async function approveSync(admin: Admin, { id, tenantId }: DecidedSync): Promise<void> {
  await admin.database.db.transaction(async (tx) => {
    const refusal = await decisions.approveSync(sqlOf(tx), tenantId, id, admin.actor);
    if (refusal) throw new ArrivageError(codes[refusal], { id });
    await audited(admin, tx, tenantId, 'sync.approve', { syncId: id });
  });
}

/** Gives a held sync up; nothing of it is imported. @throws sync_not_held */
export async function discardSync(admin: Admin, { id, tenantId }: DecidedSync): Promise<void> {
  await admin.database.db.transaction(async (tx) => {
    if (!(await decisions.discardSync(sqlOf(tx), tenantId, id))) throw new ArrivageError('sync_not_held', { id });
    await audited(admin, tx, tenantId, 'sync.discard', { syncId: id });
  });
}

/**
 * Imports the files of a sync once more, even what is unchanged.
 * @returns the id of the sync that does
 * @throws no_such_resource, sync_under_way, sync_is_held, sync_without_files, sync_files_purged
 */
export const replaySync = (admin: Admin, sync: DecidedSync): Promise<number> =>
  another(admin, sync, 'replay', (tx) => decisions.replaySync(sqlOf(tx), sync.tenantId, sync.id));

/**
 * Undoes the latest applied sync of its tenant, from the values before.
 * @returns the id of the sync that does
 * @throws no_such_resource, sync_under_way, sync_not_applied, sync_is_revert, sync_reverted, sync_not_latest
 */
export const revertSync = (admin: Admin, sync: DecidedSync): Promise<number> =>
  another(admin, sync, 'revert', (tx) => decisions.revertSync(sqlOf(tx), sync.tenantId, sync.id, admin.actor));

/** A decision that makes a sync of its own. */
async function another(
  admin: Admin,
  { id, tenantId }: DecidedSync,
  decision: 'replay' | 'revert',
  decide: (tx: Tx) => Promise<number | keyof typeof codes>,
): Promise<number> {
  return admin.database.db.transaction(async (tx) => {
    const made = await decide(tx);
    if (typeof made === 'string') throw new ArrivageError(codes[made], { id });
    await audited(admin, tx, tenantId, `sync.${decision}`, { syncId: id, [decision]: made });
    return made;
  });
}
