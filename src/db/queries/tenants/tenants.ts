import { and, asc, eq, gt } from 'drizzle-orm';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { tenants } from '../../schema/tables.ts';

export type TenantRow = typeof tenants.$inferSelect;
export type TenantChange = Partial<Omit<typeof tenants.$inferInsert, 'id' | 'createdAt'>>;

/** @throws postgres.PostgresError 23505 where the id is taken */
export async function createTenant(db: Db | Tx, tenant: typeof tenants.$inferInsert): Promise<TenantRow> {
  const [row] = await db.insert(tenants).values(tenant).returning();
  if (!row) throw new Error('insert returned no row');
  return row;
}

export async function findTenant(db: Db | Tx, id: TenantId): Promise<TenantRow | undefined> {
  const [row] = await db.select().from(tenants).where(eq(tenants.id, id));
  return row;
}

export async function listTenants(db: Db): Promise<TenantRow[]> {
  return db.select().from(tenants).orderBy(asc(tenants.id));
}

/** Tenants in the order of their ids, after one of them; `only`: no other than this one. */
export async function pageOfTenants(
  db: Db,
  { only, after, limit }: { only: TenantId | null; after: TenantId; limit: number },
): Promise<TenantRow[]> {
  return db
    .select()
    .from(tenants)
    .where(and(gt(tenants.id, after), only === null ? undefined : eq(tenants.id, only)))
    .orderBy(asc(tenants.id))
    .limit(limit);
}

export async function changeTenant(db: Db | Tx, id: TenantId, change: TenantChange): Promise<TenantRow | undefined> {
  const [row] = await db.update(tenants).set(change).where(eq(tenants.id, id)).returning();
  return row;
}

/**
 * Whoever changes a tenant's configuration takes turns, so that what was compared is what is changed. Uploads, which
 * only need the tenant to exist, don't wait.
 */
export async function inTurn<T>(db: Db | Tx, id: TenantId, change: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, id)).for('no key update');
    return change(tx);
  });
}
