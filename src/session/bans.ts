import { randomUUID } from 'node:crypto';
import { forgetBans, recordBans, takeLifted } from '../db/bans.ts';
import { reachable, type Database } from '../db/client.ts';
import type { Log } from '../log.ts';
import type { LaidBan } from '../model/ban.ts';
import { grammar } from '../model/tenant.ts';
import { penaltyGroup } from './address.ts';
import { openPenalties } from './penalties.ts';

const LOOK_MS = 2000;
const MOST_UNTOLD = 10_000;

interface Options {
  database: Database;
  log: Log;
  now: () => number;
}

/**
 * Penalties whose bans stand in the database too, where operators list and lift them from any process: while one is in
 * force, one query every two seconds asks which were lifted. A ban counts from the moment of its last failure, whether or
 * not the database can be told; it is told as soon as that is there.
 */
export function openListedPenalties({ database, log, now }: Options) {
  const keeper = randomUUID();
  let untold = new Map<string, LaidBan & { until: number }>();
  let inForceUntil = 0;
  let working: Promise<void> | undefined;

  const penalties = openPenalties(now, (ban) => {
    log.info({ kind: ban.kind, subject: ban.subject, seconds: ban.forMs / 1000 }, 'too many failed sign-ins: banned');
    inForceUntil = Math.max(inForceUntil, now() + ban.forMs);
    // A name that no credential can have locks nobody out.
    const matters = ban.kind === 'address' || grammar.username.test(ban.subject);
    if (!matters || untold.size >= MOST_UNTOLD) return;
    untold.set(`${ban.kind} ${ban.subject}`, { ...ban, until: now() + ban.forMs });
    void look();
  });

  async function tell(): Promise<void> {
    const telling = untold;
    untold = new Map();
    const laid = [...telling.values()].map(({ until, ...ban }) => ({ ...ban, forMs: until - now() }));
    if (laid.length === 0) return;
    try {
      await reachable(recordBans(database, keeper, laid));
    } catch (error) {
      untold = new Map([...telling, ...untold]);
      throw error;
    }
  }

  async function work(): Promise<void> {
    try {
      await tell();
      for (const ban of await reachable(takeLifted(database, keeper))) {
        penalties.lift(ban);
        log.info(ban, 'ban lifted by an operator');
      }
    } catch (error) {
      log.warn({ err: error }, 'bans could not be told to the database, or asked whether they are lifted; tried again');
    }
  }

  function look(): Promise<void> {
    working ??= work().finally(() => (working = undefined));
    return working;
  }

  const timer = setInterval(() => {
    if (untold.size > 0 || inForceUntil > now()) void look();
  }, LOOK_MS).unref();

  return {
    ...penalties,
    /** For a stop: bans end with their process. */
    async close(): Promise<void> {
      clearInterval(timer);
      await working;
      if (inForceUntil > now())
        await forgetBans(database, keeper).catch((error: unknown) =>
          log.warn({ err: error }, 'bans of a process that ends stay listed until they are over'),
        );
    },
  };
}

export type ListedPenalties = ReturnType<typeof openListedPenalties>;

/** What bans may say of whom an operator names: a username, an address in any form, or an IPv6 /64. */
export function banSubjects(whom: string): string[] {
  return [...new Set([whom, penaltyGroup(whom.replace(/\/64$/, ''))])];
}
