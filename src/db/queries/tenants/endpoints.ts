import { and, asc, eq } from 'drizzle-orm';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { endpoints } from '../../schema/tables.ts';

export type Endpoint = typeof endpoints.$inferSelect;

/** The ports of tenants' own: all, or those of one tenant. */
export async function listEndpoints(db: Db | Tx, tenantId?: TenantId): Promise<Endpoint[]> {
  return db
    .select()
    .from(endpoints)
    .where(tenantId === undefined ? undefined : eq(endpoints.tenantId, tenantId))
    .orderBy(asc(endpoints.port));
}

/** Gives a tenant a port of its own, or takes it away. @throws postgres.PostgresError 23505 where another has it */
export async function setEndpoint(
  db: Db | Tx,
  tenantId: TenantId,
  protocol: Endpoint['protocol'],
  port: number | 'off',
): Promise<void> {
  if (port === 'off')
    await db.delete(endpoints).where(and(eq(endpoints.tenantId, tenantId), eq(endpoints.protocol, protocol)));
  else
    await db
      .insert(endpoints)
      .values({ tenantId, protocol, port })
      .onConflictDoUpdate({ target: [endpoints.tenantId, endpoints.protocol], set: { port } });
}

/** Opens a tenant's own SFTP port to the older algorithms, or closes it to them. @returns whether there is such a port */
export async function setLegacy(db: Db | Tx, tenantId: TenantId, legacy: boolean): Promise<boolean> {
  const own = and(eq(endpoints.tenantId, tenantId), eq(endpoints.protocol, 'sftp'));
  return (await db.update(endpoints).set({ legacy }).where(own).returning({ port: endpoints.port })).length > 0;
}
