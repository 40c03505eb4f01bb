import { randomUUID } from 'node:crypto';
import { ArrivageError } from '../errors.ts';
import type { VirtualPath } from '../model/path.ts';
import type { PartialFile, PartialInfo } from '../spool/spool.ts';
import type { Depot, Sender } from '../transfer/depot.ts';
import { openAllowance } from '../transfer/allowance.ts';
import { refuseBacklog } from '../transfer/backlog.ts';
import { openTransfer } from '../transfer/receive.ts';
import { type Standing, lookUp, refuseBelowFile, refuseUnwritable } from './look-up.ts';
import type { ReceiveMode } from './view.ts';
import type { Inbound } from '../transfer/inbound.ts';

export const MOST_ENTRIES = 10_000;
const MOST_PARTIALS = 1000;
const COPY_BYTES = 1024 * 1024;

/** Opens a transfer to `path`, from nothing or from what is there; see `FileView.receive`. */
export async function receiveFile(
  depot: Depot,
  sender: Sender,
  path: VirtualPath,
  mode: ReceiveMode,
): Promise<Inbound> {
  const tenant = sender.tenant.id;
  refuseUnwritable(path);
  const listing = depot.spool.partials.list(tenant);
  const [standing, partials] = await Promise.all([
    lookUp(depot, tenant, path, listing),
    listing,
    refuseBelowFile(depot, tenant, path),
    refuseBacklog(depot, sender),
  ]);
  if (standing.kind === 'folder') throw new ArrivageError('is_a_folder', { path });
  if (mode.kind === 'create' && standing.kind !== 'nothing') throw new ArrivageError('already_exists', { path });
  if (standing.kind === 'nothing') refuseOneMore(standing.entries, partials.length);

  const file = await openAt(depot, sender, path, mode, standing);
  const superseded = partials.filter((one) => one.path === path && !one.open && one.id !== file.id);
  try {
    return await openTransfer(depot, sender, path, file, {
      superseded: superseded.map(({ id }) => id),
      copied: copiedInto(file, standing),
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A cut transfer that went on behind an upload still holds its bytes when it is resumed. */
function copiedInto(file: PartialFile, standing: Standing): number {
  if (standing.kind === 'upload') return file.size;
  const isResumed = standing.kind === 'partial' && standing.partial.id === file.id;
  return isResumed ? Math.min(standing.partial.copied ?? 0, file.size) : 0;
}

function refuseOneMore(entries: number, partials: number): void {
  if (partials >= MOST_PARTIALS) throw new ArrivageError('too_many_files', { limit: MOST_PARTIALS });
  if (entries >= MOST_ENTRIES) throw new ArrivageError('too_many_files', { limit: MOST_ENTRIES });
}

async function openAt(
  depot: Depot,
  sender: Sender,
  path: VirtualPath,
  mode: ReceiveMode,
  standing: Standing,
): Promise<PartialFile> {
  const tenant = sender.tenant.id;
  const fresh = (copied?: number) =>
    depot.spool.partials.create(tenant, { id: randomUUID(), path, ...(copied !== undefined && { copied }) });
  if (mode.kind === 'replace' || mode.kind === 'create') return fresh();

  const held = sizeOf(standing);
  const keep = mode.kind === 'resume' ? mode.offset : held;
  if (keep > held) throw new ArrivageError('not_resumable', { path, offset: keep, size: held });
  // Another session is still writing that partial: two writers would mix their bytes.
  if (standing.kind === 'partial' && standing.partial.open) {
    if (keep > 0) throw new ArrivageError('not_resumable', { path, offset: keep, size: 0 });
    return fresh();
  }
  if (standing.kind === 'partial') return reopen(depot, tenant, standing.partial, keep);
  if (standing.kind !== 'upload' || keep === 0) return fresh();
  return copyOf(depot, sender, standing.row.uploadId ?? '', keep, await fresh(keep));
}

function sizeOf(standing: Standing): number {
  if (standing.kind === 'partial') return standing.partial.size;
  return standing.kind === 'upload' ? standing.row.size : 0;
}

async function reopen(depot: Depot, tenant: string, partial: PartialInfo, keep: number): Promise<PartialFile> {
  const file = await depot.spool.partials.open(tenant, partial.id);
  try {
    if (partial.complete) await depot.spool.partials.note(tenant, partial.id, { complete: false, awaits: undefined });
    if (keep < file.size) await file.truncate(keep);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** An upload is immutable, so whoever continues it continues a copy. */
async function copyOf(
  depot: Depot,
  sender: Sender,
  uploadId: string,
  bytes: number,
  copy: PartialFile,
): Promise<PartialFile> {
  const { spool } = depot;
  const { id: tenant } = sender.tenant;
  const allowance = await openAllowance(spool, sender.tenant, copy);
  try {
    await allowance.reach(bytes);
    const original = await spool.committed.open(tenant, uploadId);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, bytes));
      for (let at = 0; at < bytes;) {
        const read = await original.read(buffer.subarray(0, Math.min(buffer.length, bytes - at)), at);
        if (read === 0) throw new Error(`upload ${uploadId} is shorter than its record says`);
        await copy.write(buffer.subarray(0, read), at);
        at += read;
      }
    } finally {
      await original.close();
    }
    return copy;
  } catch (error) {
    await copy.close();
    await spool.partials.remove(tenant, copy.id);
    throw error;
  } finally {
    allowance.close();
  }
}
