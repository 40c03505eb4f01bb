import { and, asc, desc, eq, lte, sql } from 'drizzle-orm';
import type { Dataset } from '../../../model/dataset.ts';
import type { Mapping, VersionedMapping } from '../../../model/mapping.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { mappings } from '../../schema/tables.ts';

/** The mappings in force: at most one for each dataset. */
export async function currentMappings(db: Db | Tx, tenantId: TenantId): Promise<VersionedMapping[]> {
  const rows = await db
    .selectDistinctOn([mappings.dataset])
    .from(mappings)
    .where(eq(mappings.tenantId, tenantId))
    .orderBy(asc(mappings.dataset), desc(mappings.version));
  return rows.map(({ dataset, version, mapping }) => ({ ...mapping, dataset, version }));
}

/** Versions that are kept, of one dataset. */
const MOST = 100;

/** Adds a version, which is in force from now on. */
export async function setMapping(
  db: Db | Tx,
  tenantId: TenantId,
  dataset: Dataset,
  mapping: Mapping,
): Promise<VersionedMapping> {
  const next = db
    .select({ version: sql<number>`coalesce(max(${mappings.version}), 0) + 1` })
    .from(mappings)
    .where(and(eq(mappings.tenantId, tenantId), eq(mappings.dataset, dataset)));
  const [row] = await db
    .insert(mappings)
    .values({ tenantId, dataset, version: sql`(${next})`, mapping })
    .returning();
  if (!row) throw new Error('insert returned no row');
  // Nothing reads what is not in force but people.
  const old = and(
    eq(mappings.tenantId, tenantId),
    eq(mappings.dataset, dataset),
    lte(mappings.version, row.version - MOST),
  );
  await db.delete(mappings).where(old);
  return { ...row.mapping, dataset, version: row.version };
}
