import {
  changedBans,
  countedOf,
  countFailures,
  forgetFailures,
  recordBans,
  sweepPenalties,
  type CountedFailure,
} from '../db/queries/access/penalties.ts';
import { reachable, type Database } from '../db/client.ts';
import { ArrivageError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BanSide, LaidBan } from '../model/ban.ts';
import { grammar } from '../model/tenant.ts';
import { penaltyGroup } from '../base/address.ts';
import { FORGET_AFTER_MS, openPenalties } from './penalties.ts';

const LOOK_MS = 2000;
const SWEEP_MS = 60_000;
const MOST_UNTOLD = 10_000;

interface Options {
  database: Database;
  log: Log;
  now: () => number;
  side: BanSide;
}

/**
 * Penalties that count over all processes. Each failure is counted in the database before it is answered, which is late
 * anyway; a right password asks there once more whether a ban has come meanwhile. What others ban is known here within two
 * seconds, before anybody speaks. Without the database this process counts by itself, and tells its bans later.
 */
export function openSharedPenalties({ database, log, now, side }: Options) {
  let untold = new Map<string, LaidBan & { until: number }>();
  let seen: string | null = null;
  let sweepAt = Number.NEGATIVE_INFINITY;
  let working: Promise<void> | undefined;

  const tellLaid = ({ kind, subject, forMs }: LaidBan): void =>
    log.info({ kind, subject, seconds: Math.round(forMs / 1000) }, 'too many failed sign-ins: banned');

  const penalties = openPenalties(now, (ban) => {
    tellLaid(ban);
    if (!matters(ban) || untold.size >= MOST_UNTOLD) return;
    untold.set(`${ban.kind} ${ban.subject}`, { ...ban, until: now() + ban.forMs });
  });

  async function tell(): Promise<void> {
    const telling = untold;
    if (telling.size === 0) return;
    untold = new Map();
    try {
      const laid = [...telling.values()].map(({ kind, subject, until }) => ({
        ...{ kind, subject, failures: 0, banMs: Math.max(0, until - now()) },
      }));
      await reachable(recordBans(database, side, laid));
    } catch (error) {
      untold = new Map([...telling, ...untold]);
      throw error;
    }
  }

  async function hear(): Promise<void> {
    const { bans, now: looked } = await reachable(changedBans(database, side, seen));
    seen = looked;
    for (const ban of bans) {
      if (ban.banMs > 0) penalties.learn(ban);
      else if (penalties.lift(ban)) log.info({ kind: ban.kind, subject: ban.subject }, 'ban lifted');
    }
  }

  async function work(): Promise<void> {
    try {
      await tell();
      await hear();
      if (now() < sweepAt) return;
      sweepAt = now() + SWEEP_MS;
      await reachable(sweepPenalties(database, FORGET_AFTER_MS));
    } catch (error) {
      log.warn({ err: error }, 'bans could not be told to the database, or asked of it; tried again');
    }
  }

  function look(): Promise<void> {
    working ??= work().finally(() => (working = undefined));
    return working;
  }

  void look();
  const timer = setInterval(() => void look(), LOOK_MS).unref();

  /** As all processes count it. @returns undefined where the database cannot say */
  async function count(address: string, username: string): Promise<CountedFailure[] | undefined> {
    const failed = penalties.failureOf(address, username);
    try {
      return await reachable(countFailures(database, side, failed.filter(matters)));
    } catch (error) {
      log.warn({ err: error }, 'a failed sign-in could not be told to the database; this process counts it');
      return undefined;
    }
  }

  return {
    ...penalties,
    /**
     * @returns milliseconds by which the answer is to be late
     * @throws too_many_attempts where a ban was laid meanwhile: then nobody is told whether the attempt was right
     */
    async failed(address: string, username: string): Promise<number> {
      const counted = await count(address, username);
      if (!counted) return penalties.failed(address, username);
      for (const one of counted) {
        penalties.learn(one);
        if (one.laid) tellLaid({ kind: one.kind, subject: one.subject, forMs: one.banMs });
      }
      const late = counted.filter(({ laid, banMs }) => banMs > 0 && !laid);
      if (late.some(({ kind }) => kind === 'address' || !penalties.isFriend(address, username)))
        throw new ArrivageError('too_many_attempts');
      const here = penalties.failureOf(address, username).filter((one) => !matters(one));
      return penalties.delayAfter(
        Math.max(...counted.map(({ failures }) => failures), ...here.map((one) => penalties.countHere(one))),
      );
    },
    /** Whether others have banned either meanwhile; ask before somebody is let in. */
    async askOthers(address: string, username: string): Promise<void> {
      const whom = penalties.failureOf(address, username).filter(matters);
      for (const one of await reachable(countedOf(database, side, whom))) penalties.learn(one);
    },
    succeeded(address: string, username: string): void {
      if (penalties.succeeded(address, username))
        forgetFailures(database, side, { kind: 'username', subject: username }).catch((error: unknown) =>
          log.warn({ err: error }, 'the failures of a username that signed in are still counted'),
        );
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await working;
    },
  };
}

export type SharedPenalties = ReturnType<typeof openSharedPenalties>;

/** A name that no credential can have locks nobody out. */
const matters = ({ kind, subject }: { kind: string; subject: string }): boolean =>
  kind === 'address' || grammar.username.test(subject);

/** What bans may say of whom an operator names: a username, an address in any form, or an IPv6 /64. */
export function banSubjects(whom: string): string[] {
  return [...new Set([whom, penaltyGroup(whom.replace(/\/64$/, ''))])];
}
