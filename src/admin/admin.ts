import type { Config } from '../config.ts';
import type { Database, Tx } from '../db/client.ts';
import { addAuditRows } from '../db/queries/access/sign-in.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { Spool } from '../spool/spool.ts';

/** Who administers, and where: what every use case is given first. */
export interface Admin {
  database: Pick<Database, 'db' | 'sql'>;
  /** As the audit names them: `cli:anna`, or a key's name. */
  actor: string;
}

/** All that use cases may need of a server; each names what it uses. */
export interface AdminParts extends Admin {
  spool: Pick<Spool, 'removeTenant'>;
  keyring: Keyring;
  /** The server's own, which no tenant can have. */
  serverPorts: Config['ports'];
  /** Private ranges to which webhooks may connect all the same. */
  privateTargets: readonly string[];
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * Looks at a thing as it stands when its turn has come, and throws where it is not to be changed (If-Match of HTTP).
 * What it saw is what is changed.
 */
export type Precondition<View> = (current: View) => void;

/**
 * Keeps on record what was done.
 * @param tx the transaction that does it, so that neither is there without the other
 * @param tenant empty where it concerns none
 */
export function audited(
  { actor }: Pick<Admin, 'actor'>,
  tx: Tx,
  tenant: string,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  return addAuditRows({ db: tx }, [{ tenantId: tenant, actor, action, detail }]);
}

/** Keeps on record what was tried, which changed nothing. */
export function noted(
  { database, actor }: Admin,
  tenant: string,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  return addAuditRows(database, [{ tenantId: tenant, actor, action, detail }]);
}
