import {
  type UploadRef,
  deletedAmong,
  forgetPurged,
  recordedAmong,
  reportsWithoutRow,
  tenantIds,
  uploadsWithBytes,
} from '../db/queries/uploads/bytes.ts';
import { reachable } from '../db/client.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Depot } from './depot.ts';

/** A commit answers within half of this, so bytes that are older and have no row were given up. */
const ORPHAN_MS = 60_000;
/** What nobody changed for so long is being written by nobody. */
const STILL_MS = 3_600_000;
const BATCH = 1000;

export interface SweepResult {
  expired: number;
  takenBack: number;
  restored: number;
  missing: number;
  /** Files that no row speaks of: reports, and whatever was left of deleted tenants. */
  strays: number;
}

/**
 * Makes the spool and the upload rows agree again after a crash; run at the start and every hour, beside open doors
 * and on several nodes. The row is the truth: bytes without one become a partial again, and a row whose bytes were
 * taken back (its transaction outlived our patience) gets them again. Bytes of purged uploads go; see `purge`. So do
 * report files without a row, and what a sync or a session of a deleted tenant left in any area.
 * @throws database_unavailable
 */
export async function sweep(depot: Depot, partialMs: number): Promise<SweepResult> {
  const total = { expired: 0, takenBack: 0, restored: 0, missing: 0, strays: 0 };
  const still = new Date(depot.now() - STILL_MS);
  const tenants = await reachable(tenantIds(depot.database.sql));
  for (const tenant of tenants) {
    total.restored += await restoreBytes(depot, tenant, total);
    total.takenBack += await settleCommitted(depot, tenant);
    total.expired += await expirePartials(depot, tenant, partialMs);
    await depot.spool.tidy(tenant, still);
    total.strays += await removeStrayReports(depot, tenant, still);
    await reachable(forgetPurged(depot.database.sql, tenant));
  }
  const unknown = (await depot.spool.tenants()).filter((tenant) => !tenants.includes(tenant));
  for (const tenant of await reachable(deletedAmong(depot.database.sql, unknown)))
    total.strays += await removeRest(depot, tenant, still);
  // Committed bytes of a tenant that was never deleted here are not guessed at.
  for (const tenant of unknown) total.expired += await expirePartials(depot, tenant, partialMs);
  depot.log.info(total, 'spool swept');
  return total;
}

/** Takes back bytes without a row, and removes those whose row says purged. */
async function settleCommitted(depot: Depot, tenant: TenantId): Promise<number> {
  const oldest = new Date(depot.now() - ORPHAN_MS);
  let count = 0;
  for await (const ids of oldOnes(depot.spool.committed.list(tenant), oldest)) {
    const recorded = await reachable(recordedAmong(depot.database.sql, tenant, ids));
    for (const id of ids.filter((one) => !recorded.has(one))) {
      await depot.spool.partials.demote(tenant, id);
      depot.log.warn({ tenant, id }, 'committed bytes without an upload: a complete partial again');
      count++;
    }
    for (const [id, { purged }] of recorded) if (purged) await depot.spool.committed.remove(tenant, id);
  }
  return count;
}

/** The ids of files that came before that time, or at it, a batch at a time. */
async function* oldOnes(files: AsyncIterable<{ id: string; modified: Date }>, oldest: Date): AsyncIterable<string[]> {
  let batch: string[] = [];
  for await (const { id, modified } of files) {
    if (modified > oldest) continue;
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function expirePartials(depot: Depot, tenant: TenantId, partialMs: number): Promise<number> {
  const oldest = depot.now() - partialMs;
  const old = (await depot.spool.partials.list(tenant)).filter(
    ({ open, touched }) => !open && touched.getTime() < oldest,
  );
  for (const { id, path, size } of old) {
    await depot.spool.partials.remove(tenant, id);
    depot.log.info({ tenant, id, path, size }, 'partial expired');
  }
  return old.length;
}

async function removeStrayReports(depot: Depot, tenant: TenantId, before: Date): Promise<number> {
  let count = 0;
  for await (const ids of oldOnes(depot.spool.reports.list(tenant), before)) {
    const strays = await reachable(reportsWithoutRow(depot.database.sql, tenant, ids));
    for (const id of strays) {
      await depot.spool.reports.remove(tenant, id);
      depot.log.info({ tenant, id }, 'a report file of no sync was removed');
    }
    count += strays.length;
  }
  return count;
}

async function removeRest(depot: Depot, tenant: TenantId, before: Date): Promise<number> {
  const files = await depot.spool.removeRest(tenant, before);
  if (files > 0) depot.log.info({ tenant, files }, 'what was left of a deleted tenant was removed');
  return files;
}

async function restoreBytes(depot: Depot, tenant: TenantId, total: SweepResult): Promise<number> {
  // The rows first: an upload that is committed meanwhile has its bytes before it has its row.
  const rows = await reachable(uploadsWithBytes(depot.database.sql, tenant));
  const stored = new Set<string>();
  for await (const { id } of depot.spool.committed.list(tenant)) stored.add(id);
  const lost = rows.filter(({ id }) => !stored.has(id));
  if (lost.length === 0) return 0;
  const partials = new Set((await depot.spool.partials.list(tenant)).map(({ id }) => id));
  let restored = 0;
  for (const upload of lost) {
    if (partials.has(upload.id)) {
      await depot.spool.partials.promote(tenant, upload.id);
      await depot.spool.partials.remove(tenant, upload.id);
      restored++;
    } else {
      reportMissing(depot, tenant, upload);
      total.missing++;
    }
  }
  return restored;
}

function reportMissing({ log }: Depot, tenant: TenantId, { id, path, size, receivedAt }: UploadRef): void {
  log.error({ tenant, id, path, size, receivedAt }, 'THE BYTES OF AN UPLOAD ARE MISSING FROM THE SPOOL');
}
