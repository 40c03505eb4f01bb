import type { Tx } from '../../db/client.ts';
import { addAuditRows } from '../../db/queries/access/sign-in.ts';
import { operator } from '../admin.ts';

/** Keeps on record who did what, in the transaction that does it. */
export async function audited(
  tx: Tx,
  tenantId: string,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await addAuditRows({ db: tx }, [{ tenantId, actor: operator(), action, detail }]);
}
