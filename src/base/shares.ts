import { counter } from './counter.ts';
import { ArrivageError } from '../errors.ts';
import { steadyNow } from './steady.ts';

/** Gives a place back. Idempotent. */
type Leave = () => void;

/** Places that are held for as long as their holder likes, up to a bound of its own: streams, exports, downloads. */
export interface Seats {
  /**
   * Takes a place. Where none is free, one of whoever has most goes over to an owner that has fewer.
   * @param revoke is called once where the place goes to another; without it the place is the holder's until it leaves
   * @throws too_many_connections where the owner has its share, or nobody has more than it
   */
  take(owner: string, revoke?: () => void): Leave;
}

/** Places for work that ends by itself within seconds: whoever finds none waits, and owners take turns. */
export interface Turns {
  /** @throws too_many_connections where too much of the owner's work waits already, and what the work throws */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>;
}

interface Seat {
  owner: string;
  since: number;
  revoke: (() => void) | undefined;
}

/**
 * Shares places among owners (tenants, or keys of the operator): one of them alone never has them all, and however
 * many come together to take them all, another that has none gets one.
 * @param settledMs how long a place is safe from an owner that would have as many as its holder afterwards
 */
export function openSeats({
  inAll,
  perOwner,
  settledMs = 60_000,
  now = steadyNow,
}: {
  inAll: number;
  perOwner: number;
  settledMs?: number;
  now?: () => number;
}): Seats {
  /** In the order in which they were taken. */
  const taken = new Set<Seat>();
  const countOf = (owner: string): number => [...taken].filter((seat) => seat.owner === owner).length;

  /** The oldest place of the owner that has most, if that is more than `fewer`. */
  function toGive(fewer: number): Seat | undefined {
    const counts = new Map<string, number>();
    for (const { owner } of taken) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const most = Math.max(...counts.values());
    if (most <= fewer) return undefined;
    const isOld = ({ since }: Seat): boolean => most > fewer + 1 || now() - since >= settledMs;
    return [...taken].find((seat) => seat.revoke && counts.get(seat.owner) === most && isOld(seat));
  }

  return {
    take(owner, revoke) {
      const own = countOf(owner);
      if (own >= perOwner) throw new ArrivageError('too_many_connections');
      if (taken.size >= inAll) {
        const given = toGive(own);
        if (!given) throw new ArrivageError('too_many_connections');
        taken.delete(given);
        given.revoke?.();
      }
      const seat: Seat = { owner, since: now(), revoke };
      taken.add(seat);
      return () => void taken.delete(seat);
    },
  };
}

/** @param waiting how much work of one owner may wait */
export function openTurns({ inAll, perOwner, waiting }: { inAll: number; perOwner: number; waiting: number }): Turns {
  const running = counter();
  /** Owners in the order of their turns. */
  const queues = new Map<string, ((end: () => void) => void)[]>();
  let all = 0;

  const mayBegin = (owner: string): boolean => all < inAll && running.of(owner) < perOwner;

  /** @returns what ends the work */
  function begin(owner: string): () => void {
    all += 1;
    const leave = running.take(owner);
    return () => {
      all -= 1;
      leave();
      next();
    };
  }

  /** Lets those begin whose turn it is; whoever began goes behind the others. */
  function next(): void {
    for (const [owner, queue] of queues) {
      if (all >= inAll) return;
      if (!mayBegin(owner)) continue;
      queues.delete(owner);
      const resume = queue.shift();
      if (queue.length > 0) queues.set(owner, queue);
      resume?.(begin(owner));
    }
  }

  function place(owner: string): (() => void) | Promise<() => void> {
    const queue = queues.get(owner) ?? [];
    if (queue.length === 0 && mayBegin(owner)) return begin(owner);
    if (queue.length >= waiting) throw new ArrivageError('too_many_connections');
    queues.set(owner, queue);
    return new Promise((resolve) => queue.push(resolve));
  }

  return {
    async run(owner, work) {
      const end = await place(owner);
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
