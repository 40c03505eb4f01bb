import { userInfo } from 'node:os';
import type { Tx } from '../../db/client.ts';
import { addAuditRows } from '../../db/queries/access/sign-in.ts';

/** Who works at this terminal, as the audit names them. */
export function operator(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // An account without a name, as containers may have.
    return `cli:${process.getuid?.() ?? ''}`;
  }
}

/** Keeps on record who did what, in the transaction that does it. */
export async function audited(
  tx: Tx,
  tenantId: string,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await addAuditRows({ db: tx }, [{ tenantId, actor: operator(), action, detail }]);
}
