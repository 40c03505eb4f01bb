import { reachable } from '../db/client.ts';
import { type ReportRow, type ViewRow, reportRow, viewAt, viewRows } from '../db/queries/uploads/view-files.ts';
import { ArrivageError } from '../errors.ts';
import type { VirtualPath } from '../model/path.ts';
import type { TenantId } from '../model/tenant.ts';
import { baseName, isTemporary, isWithin, parentOf, root } from '../model/virtual-path.ts';
import type { PartialInfo } from '../spool/spool.ts';
import type { Depot } from '../transfer/depot.ts';

export const reportsFolder = '/reports' as VirtualPath;

/** What stands at a path. */
export type Standing =
  | { kind: 'nothing'; entries: number }
  | { kind: 'folder'; row?: ViewRow }
  | { kind: 'report'; row: ReportRow }
  | { kind: 'partial'; partial: PartialInfo; hidden?: ViewRow }
  | { kind: 'upload'; row: ViewRow };

/**
 * Whether clients see a partial. One that is whole under a final name is a commit that failed: where we do not commit it
 * ourselves (it awaits the database), its sender was told to send again, and must not find a file of full size that it
 * would take for done.
 */
export function isShown(partial: PartialInfo): boolean {
  return !partial.complete || partial.awaits !== undefined || isTemporary(partial.path);
}

/**
 * The partial that clients see at a path. Resuming clients (`reput`, `put -c`, `-C -`) ask for the size of the name
 * first, so of a cut transfer and an older upload of one name the transfer is what they must see.
 */
export function partialAt(
  path: VirtualPath,
  partials: readonly PartialInfo[],
  upload: Pick<ViewRow, 'since'> | undefined,
): PartialInfo | undefined {
  return partials
    .filter((one) => one.path === path && isShown(one))
    .filter((one) => one.open || !upload || one.touched >= upload.since)
    .sort((a, b) => b.touched.getTime() - a.touched.getTime())[0];
}

/**
 * @param partials the tenant's, where the caller has asked for them already
 * @throws database_unavailable
 */
export async function lookUp(
  depot: Depot,
  tenant: TenantId,
  path: VirtualPath,
  partials: Promise<PartialInfo[]> = depot.spool.partials.list(tenant),
): Promise<Standing> {
  const [known, standing] = await Promise.all([partials, inDatabase(depot, tenant, path)]);
  const upload = standing.kind === 'upload' ? standing.row : undefined;
  const partial = partialAt(path, known, upload);
  if (partial) return { kind: 'partial', partial, ...(upload && { hidden: upload }) };
  if (standing.kind === 'nothing' && known.some((one) => isWithin(path, one.path) && isShown(one)))
    return { kind: 'folder' };
  return standing;
}

async function inDatabase(depot: Depot, tenant: TenantId, path: VirtualPath): Promise<Standing> {
  if (path === root) return { kind: 'folder' };
  if (isWithin(reportsFolder, path)) return reportAt(depot, tenant, path);
  const { row, below, entries } = await reachable(viewAt(depot.database.sql, tenant, path));
  if (row) return row.uploadId === null ? { kind: 'folder', row } : { kind: 'upload', row };
  return below ? { kind: 'folder' } : { kind: 'nothing', entries };
}

async function reportAt(depot: Depot, tenant: TenantId, path: VirtualPath): Promise<Standing> {
  if (path === reportsFolder) return { kind: 'folder' };
  if (parentOf(path) !== reportsFolder) return { kind: 'nothing', entries: 0 };
  const row = await reachable(reportRow(depot.database.sql, tenant, baseName(path)));
  return row ? { kind: 'report', row } : { kind: 'nothing', entries: 0 };
}

/** @throws read_only in `/reports`, is_a_folder at the root */
export function refuseUnwritable(path: VirtualPath): void {
  if (isWithin(reportsFolder, path)) throw new ArrivageError('read_only', { path });
  if (path === root) throw new ArrivageError('is_a_folder', { path });
}

/** @throws not_a_folder where a file stands on the way to `path` */
export async function refuseBelowFile(depot: Depot, tenant: TenantId, path: VirtualPath): Promise<void> {
  const above = ancestors(path);
  if (above.length === 0) return;
  const rows = await reachable(viewRows(depot.database.sql, tenant, above));
  const file = rows.find(({ uploadId }) => uploadId !== null);
  if (file) throw new ArrivageError('not_a_folder', { path: file.path });
}

function ancestors(path: VirtualPath): VirtualPath[] {
  const above: VirtualPath[] = [];
  for (let at = parentOf(path); at !== root; at = parentOf(at)) above.push(at);
  return above;
}
