import { ArrivageError } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';
import type { PartialFile, Spool } from '../spool/spool.ts';

const ASK_AGAIN_AFTER = 16 * 1024 * 1024;

/**
 * How far a file may grow. The quota is asked again every 16 MiB, so that transfers side by side overrun it by no
 * more than that each.
 */
export async function openAllowance(spool: Spool, tenant: Tenant, file: PartialFile) {
  let ceiling = 0;
  let askAt = 0;

  const ask = async (): Promise<void> => {
    const used = await spool.usage(tenant.id);
    ceiling = file.size + Math.max(0, tenant.quotaBytes - used);
    askAt = file.size + ASK_AGAIN_AFTER;
  };
  await ask();

  return {
    /** Resolves at once in nearly every case; see `mayReach`. */
    async reach(end: number): Promise<void> {
      if (end > ceiling || end > askAt) await ask();
      if (end > ceiling) throw new ArrivageError('quota_exceeded', { limit: tenant.quotaBytes });
    },
    /** Whether `reach` need not be asked. @throws file_too_large */
    mayReach(end: number): boolean {
      if (end > tenant.maxFileBytes) throw new ArrivageError('file_too_large', { limit: tenant.maxFileBytes });
      return end <= ceiling && end <= askAt;
    },
  };
}
