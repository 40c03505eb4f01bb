import { and, eq, sql } from 'drizzle-orm';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { connectors } from '../../schema/pull.ts';

/** As stored: what is sealed is sealed. */
export type ConnectorRow = typeof connectors.$inferSelect;

export async function findConnector(db: Db | Tx, tenantId: TenantId): Promise<ConnectorRow | undefined> {
  const [row] = await db.select().from(connectors).where(eq(connectors.tenantId, tenantId));
  return row;
}

/** Makes or replaces the tenant's one connector. */
export async function putConnector(db: Db | Tx, row: Omit<ConnectorRow, 'changedAt'>): Promise<ConnectorRow> {
  const [stored] = await db
    .insert(connectors)
    .values(row)
    .onConflictDoUpdate({ target: connectors.tenantId, set: { ...row, changedAt: sql`now()` } })
    .returning();
  if (!stored) throw new Error('insert returned no row');
  return stored;
}

/** Pins the host key that a person has confirmed. @returns whether there is a connector over SFTP */
export async function pinHostKey(db: Db | Tx, tenantId: TenantId, fingerprint: string): Promise<boolean> {
  const changed = await db
    .update(connectors)
    .set({ hostKey: fingerprint, changedAt: sql`now()` })
    .where(and(eq(connectors.tenantId, tenantId), eq(connectors.protocol, 'sftp')))
    .returning({ tenantId: connectors.tenantId });
  return changed.length > 0;
}

/** @returns whether there was one */
export async function removeConnector(db: Db | Tx, tenantId: TenantId): Promise<boolean> {
  const removed = await db
    .delete(connectors)
    .where(eq(connectors.tenantId, tenantId))
    .returning({ tenantId: connectors.tenantId });
  return removed.length > 0;
}
