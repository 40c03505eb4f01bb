import { asc, eq } from 'drizzle-orm';
import type { Tenant, TenantId } from '../model/tenant.ts';
import type { Db } from './client.ts';
import { tenants } from './tables.ts';

export type TenantChange = Partial<Omit<typeof tenants.$inferInsert, 'id' | 'createdAt'>>;

/** @throws postgres.PostgresError 23505 where the id is taken */
export async function createTenant(db: Db, tenant: typeof tenants.$inferInsert): Promise<Tenant> {
  const [row] = await db.insert(tenants).values(tenant).returning();
  if (!row) throw new Error('insert returned no row');
  return row;
}

export async function findTenant(db: Db, id: TenantId): Promise<Tenant | undefined> {
  const [row] = await db.select().from(tenants).where(eq(tenants.id, id));
  return row;
}

export async function listTenants(db: Db): Promise<Tenant[]> {
  return db.select().from(tenants).orderBy(asc(tenants.id));
}

export async function changeTenant(db: Db, id: TenantId, change: TenantChange): Promise<Tenant | undefined> {
  const [row] = await db.update(tenants).set(change).where(eq(tenants.id, id)).returning();
  return row;
}
