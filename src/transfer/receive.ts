import { ArrivageError, because, type ErrorCode } from '../errors.ts';
import type { Inbound } from './inbound.ts';
import type { Awaiting, Inherited } from '../model/arrival.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Door } from '../model/tenant.ts';
import { isTemporary } from '../model/virtual-path.ts';
import type { PartialFile } from '../spool/spool.ts';
import { openAllowance } from './allowance.ts';
import { commitArrival, removeSuperseded } from './commit.ts';
import { openCoverage } from './coverage.ts';
import type { Depot, Sender } from './depot.ts';

/** Refusals after which the bytes are of no use to anyone: resuming would meet the same limit. */
const HOPELESS: ReadonlySet<unknown> = new Set<ErrorCode>(['file_too_large', 'quota_exceeded', 'no_such_resource']);
/** Doors whose senders go on where a cut transfer ended; the others begin anew. */
const RESUMING: ReadonlySet<Door> = new Set<Door>(['sftp', 'ftp', 'pull']);
/** Doors whose senders have the whole file behind them when its commit fails; the others come again by themselves. */
const WAITING: ReadonlySet<Door> = new Set<Door>(['sftp', 'ftp', 'http']);

export interface Before {
  /** Ids of older partials of the name, which the commit removes. */
  superseded: readonly string[];
  /** How many of the present bytes are a copy of an upload's. */
  copied: number;
}

/** A transfer into `file`, whose present bytes count as received. */
export async function openTransfer(
  depot: Depot,
  sender: Sender,
  path: VirtualPath,
  file: PartialFile,
  { superseded, copied }: Before,
): Promise<Inbound> {
  const { spool, log } = depot;
  const tenant = sender.tenant.id;
  const allowance = await openAllowance(spool, sender.tenant, file);
  const present = file.size;
  const coverage = openCoverage(present);
  /** What this transfer wrote itself; asked only where something was there before. */
  const written = openCoverage(0);
  let isSized = false;
  let left = 0;
  let end = file.size;
  let modified: Date | undefined;
  /** The last write that asked for room: whatever comes behind it waits, or it could be overwritten by what came before. */
  let asking: Promise<void> | undefined;
  let failure: unknown;
  let awaits: Awaiting | undefined;
  let ending: { by: 'commit' | 'abandon'; done: Promise<void> } | undefined;

  async function put(chunk: Uint8Array, position: number): Promise<void> {
    if (ending) throw new ArrivageError('bad_request', { why: because('transfer_over') });
    const reached = position + chunk.length;
    const free = allowance.mayReach(reached);
    coverage.add(position, reached);
    if (present > 0) written.add(position, reached);
    end = Math.max(end, reached);
    if (asking || !free) await inOrder(reached);
    await file.write(chunk, position);
  }

  async function inOrder(reached: number): Promise<void> {
    const mine = (asking = roomFor(reached, asking));
    try {
      await mine;
    } finally {
      if (asking === mine) asking = undefined;
    }
  }

  async function roomFor(reached: number, before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    await allowance.reach(reached);
  }

  /** A transfer that lost a byte must not become an upload, whatever the client believes. */
  async function orFail<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      failure ??= error;
      throw error;
    }
  }

  /** The file is closed after it: nobody can resume what is being committed. */
  async function finish(): Promise<void> {
    await asking?.catch(() => undefined);
    await cutRest();
    // An empty file has asked for no room so far.
    await orFail(allowance.reach(file.size));
    await orFail(file.sync());
    if (failure) throw failure instanceof Error ? failure : new Error('a write failed', { cause: failure });
    if (!coverage.isWhole(file.size)) throw new ArrivageError('transfer_incomplete');
    if (isTemporary(path)) await park();
    else await arrive();
  }

  /**
   * A client that opens a longer file without cutting it, and writes a whole one from byte 0 on without looking at what
   * is there, means this file, not a mixture. One that has set the size itself means that.
   */
  async function cutRest(): Promise<void> {
    const last = written.stretch;
    if (failure || isSized || last === undefined || last >= file.size) return;
    left = file.size - last;
    await orFail(file.truncate(last));
    coverage.cut(last);
    end = last;
  }

  function inherited(): Inherited | undefined {
    const earlier = Math.min(copied, file.size);
    if (copied > 0 && left > 0) return { how: 'cut', bytes: left };
    const kept = earlier - written.within(earlier);
    if (kept === 0) return undefined;
    return { how: kept === earlier ? 'continued' : 'overwritten', bytes: kept };
  }

  /** Whole, but still under a temporary name: durable, and no upload until it is renamed. */
  async function park(): Promise<void> {
    await spool.partials.note(tenant, file.id, { complete: true, ...(modified && { modified }) });
    removeSuperseded(depot, tenant, superseded);
  }

  async function arrive(): Promise<void> {
    const sha256 = await file.sha256();
    const { door, username, pulled } = sender;
    if (sender.sha256 !== undefined && sender.sha256 !== sha256) throw new ArrivageError('digest_mismatch');
    const { size, id } = file;
    if (await pulled?.isKnown(sha256)) return spool.partials.remove(tenant, id);
    const fact = { tenant, id, path, size, sha256, door, username, modified: modified ?? new Date(depot.now()) };
    const earlier = inherited();
    const known = { ...(pulled && { origin: pulled.origin }), ...(earlier && { inherited: earlier }) };
    try {
      await commitArrival(depot, { ...fact, ...known });
    } catch (error) {
      if (WAITING.has(door) && error instanceof ArrivageError && error.code === 'database_unavailable')
        awaits = { at: depot.now(), door, username, sha256, ...(earlier && { inherited: earlier }) };
      throw error;
    }
    removeSuperseded(depot, tenant, superseded);
  }

  async function commit(): Promise<void> {
    try {
      await finish();
      await file.close();
      allowance.close();
    } catch (error) {
      failure ??= error;
      await keep(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Whether someone may go on from these bytes; or they may be on record, though the database did not say so. */
  function isOfUse(): boolean {
    if (awaits) return true;
    const code = failure instanceof ArrivageError ? failure.code : undefined;
    return file.size > 0 && !HOPELESS.has(code) && (RESUMING.has(sender.door) || code === 'database_unavailable');
  }

  /** Leaves what is of use, and drops what is not. Never throws. */
  async function keep(reason: string, discard = false): Promise<void> {
    try {
      await file.close().finally(() => allowance.close());
      const still = copied > 0 && { copied: inherited() ? copied : 0 };
      const mark = awaits && { complete: true, awaits };
      if (isOfUse() && !discard)
        await spool.partials.note(tenant, file.id, { ...(modified && { modified }), ...still, ...mark });
      else await spool.partials.remove(tenant, file.id);
    } catch (error) {
      log.error({ err: error, tenant, path, id: file.id }, 'a partial could not be put away; the sweep will see to it');
    }
    const { door, username } = sender;
    if (awaits) depot.events.emit('upload.awaits', { tenant, id: file.id, path, awaits });
    depot.events.emit('transfer.aborted', { tenant, path, size: file.size, door, username, reason });
  }

  return {
    id: file.id,
    path,
    get size() {
      return end;
    },
    write: (chunk, position = end) => orFail(put(chunk, position)),
    async truncate(size) {
      if (!allowance.mayReach(size)) await allowance.reach(size);
      await orFail(file.truncate(size));
      coverage.cut(size);
      written.cut(size);
      copied = Math.min(copied, size);
      isSized = true;
      end = size;
    },
    setModified(time) {
      modified = time;
    },
    sync: () => orFail(file.sync()),
    commit() {
      ending ??= { by: 'commit', done: commit() };
      if (ending.by === 'abandon') return Promise.reject(new ArrivageError('transfer_incomplete'));
      return ending.done;
    },
    async abandon(reason, options) {
      ending ??= { by: 'abandon', done: keep(reason, options?.discard) };
      await ending.done.catch(() => undefined);
    },
  };
}
