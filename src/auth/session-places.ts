import { randomUUID } from 'node:crypto';
import { reachable, type Database } from '../db/client.ts';
import {
  leaveAllPlaces,
  leavePlace,
  renewPlaces,
  restorePlaces,
  takePlace,
  type SessionPlace,
} from '../db/queries/access/session-places.ts';
import { ArrivageError } from '../errors.ts';
import type { Log } from '../log.ts';
import { once } from '../base/once.ts';

/** A third of what a place is kept for without a word. */
const RENEW_MS = 5000;

interface Options {
  database: Database;
  log: Log;
  sessionsPerTenant: number;
}

const nameOf = ({ tenant, place }: SessionPlace): string => `${tenant} ${place}`;

/**
 * How many sessions each tenant has, over all processes. A place is a row, so that two processes never take the last one
 * both; those of a process that was killed are free 15 s later. What is taken and what the rows say are compared every
 * five seconds, so that neither a lost answer nor a failover of the database leaves them apart.
 */
export function openSessionPlaces({ database, log, sessionsPerTenant }: Options) {
  const keeper = randomUUID();
  const taken = new Map<string, SessionPlace>();
  const leaving = new Set<Promise<void>>();
  /** Rows of ours that nobody here holds. Seen twice, they are what a lost answer left. */
  let stray = new Set<string>();
  let renewing: Promise<void> | undefined;

  async function give(place: SessionPlace): Promise<void> {
    await leavePlace(database, keeper, place).catch((error: unknown) =>
      log.debug({ err: error, ...place }, 'the place of a session is given back later'),
    );
  }

  function leave(place: SessionPlace): void {
    taken.delete(nameOf(place));
    const gone: Promise<void> = give(place).finally(() => leaving.delete(gone));
    leaving.add(gone);
  }

  async function takeOne(tenant: string): Promise<number | undefined> {
    for (;;) {
      // Asked before, for one that is given back while the question is under way.
      const pending = [...leaving];
      const place = await reachable(takePlace(database, keeper, tenant, sessionsPerTenant));
      if (typeof place === 'number') return place;
      if (place === 'full' && pending.length === 0) return undefined;
      await Promise.all(pending);
    }
  }

  async function renew(): Promise<void> {
    const own = await reachable(renewPlaces(database, keeper));
    const names = new Set(own.map(nameOf));
    const unknown = own.filter((place) => !taken.has(nameOf(place)));
    for (const place of unknown) if (stray.has(nameOf(place))) await give(place);
    stray = new Set(unknown.map(nameOf));
    const lost = [...taken.values()].filter((place) => !names.has(nameOf(place)));
    if (lost.length > 0) await reachable(restorePlaces(database, keeper, lost));
  }

  const timer = setInterval(() => {
    if (taken.size === 0 && stray.size === 0) return;
    renewing ??= renew()
      .catch((error: unknown) => log.warn({ err: error }, 'places of sessions not renewed; tried again'))
      .finally(() => (renewing = undefined));
  }, RENEW_MS).unref();

  return {
    /** @returns what gives it back, idempotent @throws too_many_connections, database_unavailable */
    async take(tenant: string): Promise<() => void> {
      const place = await takeOne(tenant);
      if (place === undefined) throw new ArrivageError('too_many_connections');
      const held = { tenant, place };
      taken.set(nameOf(held), held);
      return once(() => leave(held));
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await Promise.all([renewing, ...leaving]);
      await leaveAllPlaces(database, keeper).catch((error: unknown) =>
        log.warn({ err: error }, 'places of sessions are given back by themselves within 15 s'),
      );
    },
  };
}
