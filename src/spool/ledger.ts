import type { TenantId } from '../model/tenant.ts';

const RECOUNT_AFTER_MS = 60_000;

interface Account {
  bytes: number;
  countedAt: number;
  counting: Promise<void> | undefined;
  /** What was written since the walk that is under way began: it may have passed the place by. */
  meanwhile: number;
}

/**
 * Bytes per tenant, in whole blocks, counted by a walk at first and then kept by adding what this process writes and removes. Other
 * nodes share the folder, so a walk corrects the count once it is a minute old; nobody waits for that one. What is written during
 * a walk counts in any case, and what is removed then with the next one: too much for a minute, never too little.
 */
export function openLedger(count: (tenant: TenantId) => Promise<number>, now: () => number) {
  const accounts = new Map<TenantId, Account>();

  const recount = (tenant: TenantId, account: Account): Promise<void> => {
    if (account.counting) return account.counting;
    account.meanwhile = 0;
    account.counting = count(tenant)
      .then((bytes) => {
        account.bytes = bytes + account.meanwhile;
        account.countedAt = now();
      })
      .finally(() => {
        account.counting = undefined;
      });
    return account.counting;
  };

  return {
    async usage(tenant: TenantId): Promise<number> {
      let account = accounts.get(tenant);
      if (!account) {
        account = { bytes: 0, countedAt: Number.NEGATIVE_INFINITY, counting: undefined, meanwhile: 0 };
        accounts.set(tenant, account);
      }
      if (account.countedAt === Number.NEGATIVE_INFINITY) await recount(tenant, account);
      // The old count serves until the new one is there; a walk that fails is tried again at the next call.
      else if (now() - account.countedAt > RECOUNT_AFTER_MS) recount(tenant, account).catch(() => undefined);
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
