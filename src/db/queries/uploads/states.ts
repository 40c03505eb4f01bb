import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

/** Which syncs took these uploads; `waiting` counts those that none has taken yet. */
export async function syncsOf(
  sql: Sql,
  tenant: TenantId,
  uploads: readonly string[],
): Promise<{ syncs: number[]; waiting: number }> {
  if (uploads.length === 0) return { syncs: [], waiting: 0 };
  const rows = await sql<{ sync: number | null; waiting: boolean }[]>`
    select sync_id::float8 as sync, state = 'waiting' as waiting from uploads
    where tenant_id = ${tenant} and id in ${sql([...uploads])}`;
  const syncs = rows.flatMap(({ sync }) => (sync === null ? [] : [sync])).toSorted((a, b) => a - b);
  return { syncs: [...new Set(syncs)], waiting: rows.filter(({ waiting }) => waiting).length };
}
