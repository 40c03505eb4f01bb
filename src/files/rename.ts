import { reachable } from '../db/client.ts';
import { renameViewFolder, renameViewRow } from '../db/queries/uploads/view-files.ts';
import { ArrivageError, because } from '../errors.ts';
import type { VirtualPath } from '../model/path.ts';
import { baseName, isTemporary, isWithin, root } from '../model/virtual-path.ts';
import type { PartialInfo } from '../spool/spool.ts';
import { commitArrival, removeSuperseded } from '../transfer/commit.ts';
import type { Depot, Sender } from '../transfer/depot.ts';
import { lookUp, refuseBelowFile, refuseUnwritable } from './look-up.ts';

/** See `FileView.rename`. */
export async function renameFile(
  depot: Depot,
  sender: Sender,
  from: VirtualPath,
  to: VirtualPath,
  exclusive: boolean,
): Promise<void> {
  const tenant = sender.tenant.id;
  if (from === root || to === root) throw new ArrivageError('path_refused', { why: because('root_folder') });
  refuseUnwritable(from);
  refuseUnwritable(to);
  const [source, target] = await Promise.all([
    lookUp(depot, tenant, from),
    lookUp(depot, tenant, to),
    refuseBelowFile(depot, tenant, to),
  ]);
  if (source.kind === 'nothing' || source.kind === 'report') throw new ArrivageError('not_found', { path: from });
  if (from === to) return;
  if (isWithin(from, to)) throw new ArrivageError('path_refused', { why: because('folder_into_itself') });
  if (target.kind !== 'nothing' && exclusive) throw new ArrivageError('already_exists', { path: to });
  if (target.kind === 'folder') throw new ArrivageError('is_a_folder', { path: to });
  refuseOpen(target);

  if (source.kind === 'folder') {
    if (target.kind !== 'nothing') throw new ArrivageError('already_exists', { path: to });
    return renameFolder(depot, tenant, from, to);
  }
  if (source.kind === 'partial') {
    refuseOpen(source);
    return renamePartial(depot, sender, source.partial, to);
  }
  // Into another folder, or out of the way under a temporary name: the pipeline keeps what it knows.
  const reroute = baseName(from) !== baseName(to) && !isTemporary(to);
  await reachable(renameViewRow(depot.database.sql, tenant, from, to, reroute));
  removeSuperseded(depot, tenant, await closedPartials(depot, tenant, to));
}

export function refuseOpen(standing: { kind: string; partial?: PartialInfo }): void {
  if (standing.partial?.open) throw new ArrivageError('transfer_under_way');
}

async function renamePartial(depot: Depot, sender: Sender, partial: PartialInfo, to: VirtualPath): Promise<void> {
  const tenant = sender.tenant.id;
  const overtaken = (await closedPartials(depot, tenant, to)).filter((id) => id !== partial.id);
  if (partial.complete && !isTemporary(to)) await commitPartial(depot, sender, partial, to);
  else await depot.spool.partials.note(tenant, partial.id, { path: to });
  removeSuperseded(depot, tenant, overtaken);
}

/** The note keeps the temporary name until the upload is on record, so that a rename that failed can be repeated. */
async function commitPartial(depot: Depot, sender: Sender, partial: PartialInfo, path: VirtualPath): Promise<void> {
  const { tenant, door, username } = sender;
  const file = await depot.spool.partials.open(tenant.id, partial.id);
  try {
    const { id, size } = file;
    const sha256 = await file.sha256();
    await file.sync();
    const { modified } = partial;
    await commitArrival(depot, { tenant: tenant.id, id, path, size, sha256, door, username, modified });
  } finally {
    await file.close();
  }
}

async function closedPartials(depot: Depot, tenant: string, path: VirtualPath): Promise<string[]> {
  const partials = await depot.spool.partials.list(tenant);
  return partials.filter((one) => one.path === path && !one.open).map(({ id }) => id);
}

async function renameFolder(depot: Depot, tenant: string, from: VirtualPath, to: VirtualPath): Promise<void> {
  await reachable(renameViewFolder(depot.database.sql, tenant, from, to));
  for (const { id, path } of await depot.spool.partials.list(tenant)) {
    if (!isWithin(from, path)) continue;
    await depot.spool.partials.note(tenant, id, { path: (to + path.slice(from.length)) as VirtualPath });
  }
}
