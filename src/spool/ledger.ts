import type { TenantId } from '../model/tenant.ts';

const RECOUNT_AFTER_MS = 60_000;

interface Account {
  bytes: number;
  countedAt: number;
  counting: Promise<void> | undefined;
}

/**
 * Bytes per tenant, in whole blocks, counted by a walk at first and then kept by adding what this process writes and removes. Other
 * nodes share the folder, so a walk corrects the count once it is a minute old; nobody waits for that one.
 */
export function openLedger(count: (tenant: TenantId) => Promise<number>, now: () => number) {
  const accounts = new Map<TenantId, Account>();

  const recount = (tenant: TenantId, account: Account): Promise<void> => {
    account.counting ??= count(tenant)
      .then((bytes) => {
        account.bytes = bytes;
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
        account = { bytes: 0, countedAt: Number.NEGATIVE_INFINITY, counting: undefined };
        accounts.set(tenant, account);
      }
      if (account.countedAt === Number.NEGATIVE_INFINITY) await recount(tenant, account);
      // The old count serves until the new one is there; a walk that fails is tried again at the next call.
      else if (now() - account.countedAt > RECOUNT_AFTER_MS) recount(tenant, account).catch(() => undefined);
      return account.bytes;
    },
    add(tenant: TenantId, bytes: number): void {
      const account = accounts.get(tenant);
      if (account) account.bytes = Math.max(0, account.bytes + bytes);
    },
    forget(tenant: TenantId): void {
      accounts.delete(tenant);
    },
  };
}
