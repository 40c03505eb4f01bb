import type { Tx } from '../../db/client.ts';
import { audited as record } from '../../admin/admin.ts';
import { operator } from '../admin.ts';

/** Keeps on record who did what, in the transaction that does it. */
export const audited = (tx: Tx, tenant: string, action: string, detail: Record<string, unknown>): Promise<void> =>
  record({ actor: operator() }, tx, tenant, action, detail);
