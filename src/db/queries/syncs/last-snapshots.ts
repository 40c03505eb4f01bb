import type { Sql, TransactionSql } from 'postgres';
import type { Dataset } from '../../../model/dataset.ts';
import { companiesMeet, type Scope } from '../../../model/scope.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Run } from './states.ts';
import type { lastSnapshots } from '../../schema/snapshots.ts';

type Row = typeof lastSnapshots.$inferSelect;
export type LastSnapshot = Omit<Row, 'tenantId' | 'dataset' | 'syncId' | 'scope'> & { scope: Scope };

/**
 * The snapshots with which the next one of a dataset may be compared, the latest first. `name`: what the file was called;
 * `size` in bytes.
 */
export async function storedSnapshots(
  sql: Sql | TransactionSql,
  tenantId: TenantId,
  dataset: Dataset,
): Promise<(LastSnapshot & { path: string; size: number })[]> {
  const rows = await sql<(Row & { path: string; size: number })[]>`
    select l.upload_id as "uploadId", l.scope, u.path, u.size::float8 as size, l.reading, l.clean, l.evidence, l.clients
    from last_snapshots l join uploads u on u.tenant_id = l.tenant_id and u.id = l.upload_id
    left join syncs s on s.tenant_id = l.tenant_id and s.id = l.sync_id
    where l.tenant_id = ${tenantId} and l.dataset = ${dataset} and u.purged_at is null order by s.place desc`;
  return rows.map((row) => ({ ...row, scope: JSON.parse(row.scope) as Scope }));
}

/**
 * Forgets what no longer is as it was: call it in the transaction that applies rows of these companies, and before
 * `rememberLastSnapshot`. Null: of any.
 */
export async function forgetSnapshots(
  tx: TransactionSql,
  { tenantId }: Run,
  dataset: Dataset,
  companies: readonly string[] | null,
): Promise<void> {
  const rows = await tx<{ scope: string }[]>`
    select scope from last_snapshots where tenant_id = ${tenantId} and dataset = ${dataset}`;
  const touched = rows.map(({ scope }) => scope).filter((scope) => meets(scope, companies));
  if (touched.length === 0) return;
  await tx`
    delete from last_snapshots
    where tenant_id = ${tenantId} and dataset = ${dataset} and scope in ${tx(touched)}`;
}

const meets = (scope: string, companies: readonly string[] | null): boolean =>
  companiesMeet((JSON.parse(scope) as Scope).companies, companies);

/** What the next snapshot may be compared with, until other rows of its companies are applied. */
export async function rememberLastSnapshot(
  tx: TransactionSql,
  { tenantId, syncId }: Run,
  dataset: Dataset,
  { uploadId, scope, reading, clean, evidence, clients }: LastSnapshot,
): Promise<void> {
  await tx`
    insert into last_snapshots (tenant_id, dataset, scope, sync_id, upload_id, reading, clean, evidence, clients)
    values (${tenantId}, ${dataset}, ${JSON.stringify(scope)}, ${syncId}, ${uploadId}, ${reading}, ${clean},
      ${tx.json(evidence)}, ${clients})`;
}
