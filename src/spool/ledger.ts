import type { TenantId } from '../model/tenant.ts';

const RECOUNT_AFTER_MS = 60_000;
/** What all other nodes together may write meanwhile: a count is no older than it takes them to reach the quota. */
const OTHERS_BYTES_PER_MS = 200_000;
/** Walks take at most this part of the time, however many files there are. */
const WALK_PART = 0.1;

interface Account {
  bytes: number;
  countedAt: number;
  /** Milliseconds. */
  walkTook: number;
  counting: Promise<void> | undefined;
  /** What was written since the walk that is under way began: it may have passed the place by. */
  meanwhile: number;
}

/**
 * Bytes per tenant, in whole blocks, counted by a walk at first and then kept by adding what this process writes and removes. Other
 * nodes share the folder, so a walk corrects the count: once it is a minute old, which nobody waits for, and sooner the nearer
 * it is to the quota, which is waited for where they may have filled it since. What is written during a walk counts in any
 * case, and what is removed then with the next one: too much until then, never too little.
 */
export function openLedger(count: (tenant: TenantId) => Promise<number>, now: () => number) {
  const accounts = new Map<TenantId, Account>();

  const recount = (tenant: TenantId, account: Account): Promise<void> => {
    if (account.counting) return account.counting;
    const began = now();
    account.meanwhile = 0;
    account.counting = count(tenant)
      .then((bytes) => {
        account.bytes = bytes + account.meanwhile;
        account.countedAt = began;
        account.walkTook = now() - began;
      })
      .finally(() => {
        account.counting = undefined;
      });
    return account.counting;
  };

  /** Milliseconds for which a count holds. */
  const holdsFor = ({ bytes, walkTook }: Account, quota: number): number =>
    Math.min(RECOUNT_AFTER_MS, Math.max(walkTook / WALK_PART, (quota - bytes) / OTHERS_BYTES_PER_MS));

  return {
    /** @param quota where what is left of it matters */
    async usage(tenant: TenantId, quota = Number.POSITIVE_INFINITY): Promise<number> {
      let account = accounts.get(tenant);
      if (!account) {
        account = { bytes: 0, countedAt: Number.NEGATIVE_INFINITY, walkTook: 0, counting: undefined, meanwhile: 0 };
        accounts.set(tenant, account);
      }
      const [age, most] = [Math.abs(now() - account.countedAt), holdsFor(account, quota)];
      const isNear = most < RECOUNT_AFTER_MS;
      if (age === Number.POSITIVE_INFINITY || (isNear && age > most)) await recount(tenant, account);
      // The old count serves until the new one is there; a walk that fails is tried again at the next call.
      else if (age > (isNear ? most / 2 : most)) recount(tenant, account).catch(() => undefined);
      return account.bytes;
    },
    add(tenant: TenantId, bytes: number): void {
      const account = accounts.get(tenant);
      if (!account) return;
      account.bytes = Math.max(0, account.bytes + bytes);
      account.meanwhile += Math.max(0, bytes);
    },
    forget(tenant: TenantId): void {
      accounts.delete(tenant);
    },
  };
}
