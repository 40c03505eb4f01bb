import { cameSince } from '../db/queries/uploads/arrivals.ts';
import { isUnavailable, reachable } from '../db/client.ts';
import { recordedAmong, tenantStates } from '../db/queries/uploads/bytes.ts';
import { ArrivageError, type ErrorCode } from '../errors.ts';
import type { Events } from '../events.ts';
import type { Arrival, Awaiting } from '../model/arrival.ts';
import { isTemporary as hasTemporaryName } from '../model/virtual-path.ts';
import { ifPresent } from '../spool/failures.ts';
import type { PartialInfo } from '../spool/spool.ts';
import { commitArrival, removeSuperseded } from './commit.ts';
import type { Depot } from './depot.ts';

const RETRY_MS = 2_000;

export interface LateCommits {
  /** Takes up what an earlier process left, and tries once; what waits then is tried until it goes. Never throws. */
  scan(): Promise<void>;
  /** Lets a commit that is under way come to its end. */
  stop(): Promise<void>;
}

interface Waiting extends Pick<Arrival, 'tenant' | 'id' | 'path'> {
  awaits: Awaiting;
  /** When it began to wait, by this process's clock that never steps; missing where another process left it. */
  since?: number;
}

/** Longer than any upload stays on record with its bytes. */
const EVER_MS = 100 * 365 * 86_400_000;

/**
 * Commits whole files whose commit was refused only because the database was away, once it is back. Their senders were
 * told so, but not every client tells its user (some drop what CLOSE answers), and the bytes are all here. Not where a
 * later file of the name has come, or comes just now.
 */
export function openLateCommits(depot: Depot & Pick<Listening, 'events'>): LateCommits {
  const { events, log } = depot;
  const waiting = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let isStopped = false;

  function wake(): void {
    if (isStopped || timer || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      void tryOnce();
    }, RETRY_MS);
  }

  /** One round at a time. */
  const tryOnce = (): Promise<void> =>
    (round ??= tryAll().finally(() => {
      round = undefined;
      wake();
    }));

  async function tryAll(): Promise<void> {
    for (const one of [...waiting.values()].sort((a, b) => a.awaits.at - b.awaits.at)) {
      if (isStopped) return;
      try {
        if (await settle(depot, one)) waiting.delete(one.id);
      } catch (error) {
        if (isUnavailable(error)) return;
        // It alone cannot be recorded now: nobody waits for it.
        if (isTemporary(error)) continue;
        waiting.delete(one.id);
        log.error({ err: error, tenant: one.tenant, id: one.id }, 'a whole file could not be committed late');
      }
    }
  }

  const stopListening = events.on('upload.awaits', (one) => {
    waiting.set(one.id, { ...one, since: performance.now() });
    wake();
  });

  return {
    async scan() {
      try {
        for (const { id: tenant } of await reachable(tenantStates(depot.database.sql)))
          for (const { id, path, awaits } of await depot.spool.partials.list(tenant))
            if (awaits && !waiting.has(id)) waiting.set(id, { tenant, id, path, awaits });
        await tryOnce();
      } catch (error) {
        log.warn({ err: error }, 'files that wait for their commit could not be looked for');
      }
    },
    async stop() {
      isStopped = true;
      stopListening();
      clearTimeout(timer);
      await round;
    },
  };
}

interface Listening {
  events: Pick<Events, 'emit' | 'on'>;
}

/** `transfer_under_way`: another node is at it. */
const TEMPORARY: ReadonlySet<unknown> = new Set<ErrorCode>(['database_unavailable', 'disk_full', 'transfer_under_way']);
const isTemporary = (error: unknown): boolean => error instanceof ArrivageError && TEMPORARY.has(error.code);

/** @returns whether nothing is left to be done about it */
async function settle(depot: Depot, { tenant, id, ...was }: Waiting): Promise<boolean> {
  const { spool, log } = depot;
  const state = (await reachable(tenantStates(depot.database.sql, tenant)))[0]?.state;
  if (state === undefined) return true;
  if (state === 'suspended') return false;
  const partials = await spool.partials.list(tenant);
  const own = partials.find((one) => one.id === id);
  // Someone goes on with it, or has.
  if (own?.open) return false;
  if (own && !own.awaits) return true;
  // Committed by its sender, or by another node.
  if (!own && (await reachable(recordedAmong(depot.database.sql, tenant, [id]))).size > 0) return true;
  const { path, awaits } = { ...was, ...own, awaits: own?.awaits ?? was.awaits };
  // Its sender put it out of the way.
  if (hasTemporaryName(path)) return true;
  const rivals = partials.filter((one) => one.id !== id && one.path === path);
  if (rivals.some(({ open }) => open)) return false;
  const isLater = (one: PartialInfo): boolean => (one.awaits?.at ?? 0) > awaits.at;
  const age = was.since === undefined ? depot.now() - awaits.at : performance.now() - was.since;
  const cameWithin = (ms: number) => reachable(cameSince(depot.database.sql, { tenant, path, id }, ms));
  // The clock has stepped back since: nobody knows which of the two is later.
  if (age < 0 && (await cameWithin(EVER_MS))) {
    log.warn(
      { tenant, id, path },
      'a whole file stays aside: the clock has stepped back, and there is one of its name',
    );
    return true;
  }
  if (rivals.some(isLater) || (await cameWithin(Math.max(0, age)))) {
    await spool.partials.remove(tenant, id);
    log.info({ tenant, id, path }, 'a whole file that waited for its commit was overtaken by a later one of its name');
    return true;
  }
  await commitLate(depot, { tenant, id, path, awaits }, own);
  const older = rivals.filter((one) => !isLater(one) && one.touched.getTime() <= awaits.at);
  removeSuperseded(
    depot,
    tenant,
    older.map((one) => one.id),
  );
  return true;
}

/** @param own undefined where its bytes already lie with the committed ones: the outcome of its commit was not known */
async function commitLate(depot: Depot, { tenant, id, path, awaits }: Waiting, own: PartialInfo | undefined) {
  const { at, ...known } = awaits;
  const arrival = { tenant, id, path, ...known, modified: own?.modified ?? new Date(at) };
  if (own) {
    const file = await depot.spool.partials.open(tenant, id);
    try {
      // Whoever went on with it and was cut off, also by a crash, has left another file.
      if ((await file.sha256()) !== awaits.sha256) return;
      await commitArrival(depot, { ...arrival, size: file.size });
    } finally {
      await file.close();
    }
  } else {
    const stored = await ifPresent(depot.spool.committed.open(tenant, id));
    // Its sender deleted it.
    if (!stored) return;
    await stored.close();
    await commitArrival(depot, { ...arrival, size: stored.size });
  }
  depot.log.info({ tenant, id, path }, 'a whole file was committed late: the database had been away');
}
