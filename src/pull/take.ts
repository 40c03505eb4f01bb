import { createHash } from 'node:crypto';
import { reachable } from '../db/client.ts';
import { noteIfKnown } from '../db/queries/uploads/fetched-files.ts';
import { ArrivageError } from '../errors.ts';
import { lookUp, refuseUnwritable } from '../files/look-up.ts';
import { copyIn } from '../transfer/copy-in.ts';
import type { Inbound } from '../transfer/inbound.ts';
import type { RemoteFile } from '../model/connector.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Tenant, TenantId } from '../model/tenant.ts';
import { resolvePath, root } from '../model/virtual-path.ts';
import { ifPresent } from '../spool/failures.ts';
import type { PartialFile, Partials } from '../spool/spool.ts';
import type { Depot, Sender } from '../transfer/depot.ts';
import { openTransfer } from '../transfer/receive.ts';
import { sameFile } from './choose.ts';
import type { Remote } from './remote.ts';

export interface Taking {
  depot: Depot;
  remote: Remote;
  tenant: Tenant;
  sync: { id: number; force: boolean };
  signal: AbortSignal;
}

/**
 * Takes one remote file in, from where an earlier try of the same sync was cut. It is an upload once this resolves,
 * unless its bytes are those taken last under its name.
 * @param received is told how many bytes of it are there
 */
export async function takeFile(taking: Taking, file: RemoteFile, received: (bytes: number) => void): Promise<void> {
  const { depot, tenant, sync, remote } = taking;
  if (file.size > tenant.maxFileBytes) throw new ArrivageError('file_too_large', { limit: tenant.maxFileBytes });
  const path = await freePath(depot, tenant.id, file);
  const id = uploadIdOf(tenant.id, sync.id, file);
  const partial = await openPartial(depot.spool.partials, tenant.id, id, file);
  const inbound = await openInto(depot, senderOf(taking, file), path, partial);
  try {
    inbound.setModified(file.modified ?? new Date(depot.now()));
    await copyIn(inbound, download(taking, file, inbound.size, received), async () => {
      // Rewritten in place meanwhile, it could be half the old and half the new one.
      if (!(await remote.list()).some((now) => sameFile(now, file)))
        throw new ArrivageError('remote_file_changed', { name: file.name, expected: file.size });
    });
  } catch (error) {
    if (error instanceof ArrivageError && error.code === 'remote_file_changed')
      await depot.spool.partials.remove(tenant.id, id);
    throw error;
  }
}

/** What is missing of a file of which `there` bytes have come. */
async function* download(
  { remote, signal }: Taking,
  file: RemoteFile,
  there: number,
  received: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  received(there);
  if (there === file.size) return;
  for await (const chunk of remote.read(file, there)) {
    signal.throwIfAborted();
    yield chunk;
    there += chunk.length;
    received(there);
  }
}

function senderOf({ depot, tenant, sync }: Taking, file: RemoteFile): Sender {
  const { name, modified } = file;
  const isKnown = async (sha256: string) =>
    !sync.force && (await reachable(noteIfKnown(depot.database.sql, tenant.id, file, sha256)));
  return { tenant, door: 'pull', username: null, pulled: { origin: { syncId: sync.id, name, modified }, isKnown } };
}

async function freePath(depot: Depot, tenant: TenantId, { name }: RemoteFile): Promise<VirtualPath> {
  const path = resolvePath(root, `/${name}`);
  refuseUnwritable(path);
  if ((await lookUp(depot, tenant, path)).kind === 'folder') throw new ArrivageError('is_a_folder', { path });
  return path;
}

/**
 * The same in every try of a sync, so that a cut one is resumed and a repeated one records nothing twice; another for
 * another sync or another state of the file. A UUID of our own making (version 8, RFC 9562).
 */
function uploadIdOf(tenant: TenantId, syncId: number, { name, size, modified }: RemoteFile): string {
  const identity = JSON.stringify(['pull', tenant, syncId, name, size, modified?.getTime() ?? null]);
  const hex = createHash('sha256').update(identity).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Under a name that no client takes for its own transfer and continues. */
const pathUnderWay = (id: string): VirtualPath => `/.pull-${id}` as VirtualPath;

/**
 * By its id alone: a process that was killed in its first second left bytes without a note. Where the server tells no
 * times nothing says that the rest is that of the same file: it is read from its beginning.
 */
async function openPartial(partials: Partials, tenant: TenantId, id: string, file: RemoteFile): Promise<PartialFile> {
  const known = await ifPresent(partials.open(tenant, id));
  if (!known) return partials.create(tenant, { id, path: pathUnderWay(id) });
  if (known.size > file.size || file.modified === null) await known.truncate(0);
  return known;
}

async function openInto(depot: Depot, sender: Sender, path: VirtualPath, partial: PartialFile): Promise<Inbound> {
  try {
    return await openTransfer(depot, sender, path, partial, { superseded: [], copied: 0 });
  } catch (error) {
    await partial.close();
    throw error;
  }
}
