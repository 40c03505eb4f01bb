import { ArrivageError } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';
import { BLOCK_BYTES, inBlocks } from '../spool/blocks.ts';
import type { PartialFile, Spool } from '../spool/spool.ts';

/** What is set aside for a transfer at once: at most this, and at most an eighth of what is left. */
const MOST_ASIDE = 16 * 1024 * 1024;
const PART_ASIDE = 8;

/** How far a file may grow: what lies behind its present end is set aside for it. */
interface Aside {
  file: Pick<PartialFile, 'size'>;
  ceiling: number;
}

/** By spool and tenant, for every transfer under way. */
const underWay = new WeakMap<Pick<Spool, 'usage'>, Map<string, Set<Aside>>>();

function besides(spool: Pick<Spool, 'usage'>, tenant: string): Set<Aside> {
  const tenants = underWay.get(spool) ?? new Map<string, Set<Aside>>();
  underWay.set(spool, tenants);
  const transfers = tenants.get(tenant) ?? new Set();
  tenants.set(tenant, transfers);
  return transfers;
}

const setAside = (transfers: Iterable<Aside>): number =>
  [...transfers].reduce((sum, { file, ceiling }) => sum + Math.max(0, inBlocks(ceiling) - inBlocks(file.size)), 0);

/**
 * How far a file may grow within its tenant's quota. What one transfer may still write is set aside, so that however
 * many begin together they do not all take the same room; it is given back with `close`.
 */
export async function openAllowance(
  spool: Pick<Spool, 'usage'>,
  tenant: Pick<Tenant, 'id' | 'quotaBytes' | 'maxFileBytes'>,
  file: Pick<PartialFile, 'size'>,
) {
  const transfers = besides(spool, tenant.id);
  // Nothing of a new file is within the quota yet, not even that it is there.
  const own: Aside = { file, ceiling: file.size > 0 ? file.size : -1 };
  transfers.add(own);

  async function ask(end: number): Promise<void> {
    const used = await spool.usage(tenant.id, tenant.quotaBytes);
    own.ceiling = Math.min(own.ceiling, file.size);
    const most = Math.max(file.size, end);
    const rest = tenant.quotaBytes - used - setAside(transfers) - (inBlocks(most) - inBlocks(file.size));
    if (rest < 0) return;
    const aside = Math.min(MOST_ASIDE, rest / PART_ASIDE);
    own.ceiling = inBlocks(most) + aside - (aside % BLOCK_BYTES);
  }
  try {
    await ask(file.size);
  } catch (error) {
    transfers.delete(own);
    throw error;
  }

  return {
    /** Resolves at once in nearly every case; see `mayReach`. @throws quota_exceeded */
    async reach(end: number): Promise<void> {
      if (end > own.ceiling) await ask(end);
      if (end > own.ceiling) throw new ArrivageError('quota_exceeded', { limit: tenant.quotaBytes });
    },
    /** Whether `reach` need not be asked. @throws file_too_large */
    mayReach(end: number): boolean {
      if (end > tenant.maxFileBytes) throw new ArrivageError('file_too_large', { limit: tenant.maxFileBytes });
      return end <= own.ceiling;
    },
    /** The transfer is over. Idempotent. */
    close(): void {
      transfers.delete(own);
      const tenants = underWay.get(spool);
      if (transfers.size === 0 && tenants?.get(tenant.id) === transfers) tenants.delete(tenant.id);
    },
  };
}
