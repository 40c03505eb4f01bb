import type { Counted, FailureOf } from '../db/queries/access/penalties.ts';
import type { Ban, BanKind, LaidBan } from '../model/ban.ts';
import { penaltyGroup } from '../base/address.ts';
import { boundedMap, type BoundedMap } from '../base/bounded-map.ts';

export const FORGET_AFTER_MS = 15 * 60_000;
const ADDRESS = { failures: 10, banMs: 15 * 60_000 };
const USERNAME = { failures: 20, banMs: 5 * 60_000 };
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4000;
const MOST_REMEMBERED = 10_000;

interface Record {
  failures: number;
  last: number;
  bannedUntil: number;
}

/**
 * Remembers failed sign-ins per address and per username: each one answers later than the one before, and too many
 * close the door for a while. A username's ban spares the addresses from which it has signed in before, or anyone
 * could lock a customer out.
 * @param laid is told of each ban
 */
export function openPenalties(now: () => number, laid: (ban: LaidBan) => void = () => undefined) {
  const addresses = boundedMap<string, Record>(MOST_REMEMBERED);
  const usernames = boundedMap<string, Record>(MOST_REMEMBERED);
  /** Whether the address is a friend of the username, where that is known. */
  const friends = boundedMap<string, boolean>(MOST_REMEMBERED);
  const kinds = {
    address: { records: addresses, limit: ADDRESS },
    username: { records: usernames, limit: USERNAME },
  };
  const friendship = (address: string, username: string) => `${penaltyGroup(address)} ${username}`;

  const isBanned = (records: BoundedMap<string, Record>, key: string): boolean =>
    (records.get(key)?.bannedUntil ?? 0) > now();

  function fail(records: BoundedMap<string, Record>, key: string, limit: { failures: number; banMs: number }): number {
    const known = records.get(key);
    const failures = known && now() - known.last < FORGET_AFTER_MS ? known.failures + 1 : 1;
    const banned = failures >= limit.failures;
    // After a ban the count starts again, so that one more mistake is not another ban.
    const bannedUntil = banned ? now() + limit.banMs : (known?.bannedUntil ?? 0);
    records.set(key, { failures: banned ? 0 : failures, last: now(), bannedUntil });
    return failures;
  }

  function left(records: BoundedMap<string, Record>, key: string, limit: { failures: number }): number {
    const known = records.get(key);
    const failures = known && now() - known.last < FORGET_AFTER_MS ? known.failures : 0;
    return Math.max(1, limit.failures - failures);
  }

  function failAs(kind: BanKind, subject: string): number {
    const { records, limit } = kinds[kind];
    const failures = fail(records, subject, limit);
    if (failures >= limit.failures) laid({ kind, subject, forMs: limit.banMs });
    return failures;
  }

  const toCount = (kind: BanKind, subject: string): FailureOf => {
    const { failures: limit, banMs } = kinds[kind].limit;
    return { kind, subject, limit, banMs, forgetMs: FORGET_AFTER_MS };
  };

  /** Milliseconds. */
  const delayAfter = (failures: number): number => Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));

  return {
    addressIsBanned: (address: string): boolean => isBanned(addresses, penaltyGroup(address)),
    usernameIsBanned: (address: string, username: string): boolean =>
      isBanned(usernames, username) && !friends.get(friendship(address, username)),
    /** A ban hangs on whether this address has signed in before, which this process has not seen. */
    asksForFriends: (address: string, username: string): boolean =>
      isBanned(usernames, username) && friends.get(friendship(address, username)) === undefined,
    /** `known`: from where the username has signed in before. */
    tellFriends(address: string, username: string, known: readonly string[]): void {
      const group = penaltyGroup(address);
      friends.set(
        friendship(address, username),
        known.some((one) => penaltyGroup(one) === group),
      );
    },
    /** How many attempts may still fail before a ban: at least one. */
    addressLeft: (address: string): number => left(addresses, penaltyGroup(address), ADDRESS),
    usernameLeft: (username: string): number => left(usernames, username, USERNAME),
    isFriend: (address: string, username: string): boolean => friends.get(friendship(address, username)) === true,
    /** Milliseconds by which the answer is to be late. */
    failed(address: string, username: string): number {
      return delayAfter(Math.max(failAs('address', penaltyGroup(address)), failAs('username', username)));
    },
    /** What is to be counted of a failure, over all processes. */
    failureOf: (address: string, username: string): FailureOf[] => [
      toCount('address', penaltyGroup(address)),
      toCount('username', username),
    ],
    /** Takes over what all processes count: how often it failed, or that it is banned. */
    learn({ kind, subject, failures, banMs }: Counted): void {
      const bannedUntil = banMs > 0 ? now() + banMs : 0;
      kinds[kind].records.set(subject, { failures: banMs > 0 ? 0 : failures, last: now(), bannedUntil });
    },
    /** Counts a failure of a subject that no other process needs to hear of. @returns how often it failed */
    countHere: ({ kind, subject }: Ban): number => failAs(kind, subject),
    delayAfter,
    /** An operator vouches: it starts again as if nothing had failed. */
    lift: ({ kind, subject }: Ban): boolean => kinds[kind].records.delete(subject),
    /**
     * The address keeps its count: who owns one account must not guess at the others for ever.
     * @returns whether the username had failed before
     */
    succeeded(address: string, username: string): boolean {
      friends.set(friendship(address, username), true);
      return usernames.delete(username);
    },
  };
}
