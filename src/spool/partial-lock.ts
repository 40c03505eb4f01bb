import type { Locks } from '../db/locks.ts';
import { ArrivageError } from '../errors.ts';

/** Keeps other nodes from continuing a partial that this one is writing. */
export interface PartialLock {
  /** @throws transfer_under_way while another node has it, database_unavailable */
  take(): Promise<void>;
  /** Idempotent. */
  release(): void;
  /** @throws transfer_incomplete where another node took it while the database was away: the bytes may be mixed */
  check(): void;
}

export function partialLock(locks: Pick<Locks, 'take'>, id: string): PartialLock {
  let giveBack: (() => void) | undefined;
  let over = false;
  let lost = false;
  return {
    async take() {
      const taken = await locks.take(`partial ${id}`, () => (lost = true));
      if (!taken) throw new ArrivageError('transfer_under_way');
      if (over) taken();
      else giveBack = taken;
    },
    release() {
      over = true;
      giveBack?.();
    },
    check() {
      if (lost) throw new ArrivageError('transfer_incomplete');
    },
  };
}
