import type { TransactionSql } from 'postgres';
import type { TenantId } from '../../../model/tenant.ts';

/** What a sync does with uploads: their ids. */
export interface Taken {
  gathered: readonly string[];
  doneFiles: readonly string[];
  overtaken: readonly string[];
  /** For another sync. */
  later: readonly string[];
}

/**
 * Ties uploads that wait, or that are tied to it already, to a sync.
 * @throws Error where another sync has taken one meanwhile
 */
export async function markUploads(
  tx: TransactionSql,
  { tenantId, syncId }: { tenantId: TenantId; syncId: number },
  { gathered, doneFiles, overtaken, later }: Taken,
): Promise<void> {
  const mark = async (ids: readonly string[], state: string, takenBy: number | null) => {
    if (ids.length === 0) return;
    const marked = await tx`
      update uploads set state = ${state}, sync_id = ${takenBy}::bigint
      where tenant_id = ${tenantId} and id in ${tx([...ids])}
        and (state = 'waiting' or state = 'gathered' and sync_id = ${syncId})`;
    if (marked.count !== ids.length) throw new Error('an upload was gathered twice');
  };
  await mark(gathered, 'gathered', syncId);
  await mark(doneFiles, 'done_file', syncId);
  await mark(overtaken, 'superseded', syncId);
  await mark(later, 'waiting', null);
}
