import type { Database } from '../db/client.ts';
import { takeLatestAgain, takeUploads } from '../db/queries/syncs/intake.ts';
import { createSync, type Run, type SyncRow } from '../db/queries/syncs/states.ts';
import { MAX_UPLOADS, uploadsOfSync, waitingUploads, type UploadFacts } from '../db/queries/uploads/to-import.ts';
import { matchesName } from '../intake/by-name.ts';
import { isData, missingDatasets, splitDue, whatIsDue, type Content, type Waiting } from '../intake/due.ts';
import type { Connector } from '../model/connector.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Tenant } from '../model/tenant.ts';
import { baseName } from '../model/virtual-path.ts';

export interface GatherDeps {
  database: Database;
  now: () => Date;
  /** What an upload holds; never throws for a bad file, which is `unknown`. */
  contentOf: (upload: UploadFacts) => Promise<Content>;
  isSnapshot: (content: Content) => boolean;
  /** How the tenant's files are fetched, where they are. */
  connector: Pick<Connector, 'files' | 'afterReading'> | undefined;
}

/** `sync`: one is there to be run. */
export type Gathered = { kind: 'sync' } | { kind: 'later'; at: Date } | { kind: 'nothing' };

const ids = (some: readonly Waiting[]): string[] => some.map(({ uploadId }) => uploadId);

/**
 * Makes a sync of what is due, or says when to look again. What was pulled waits for the next pull, or for somebody
 * who asks: its source is looked at in its own time.
 */
export async function gather(deps: GatherDeps, tenant: Tenant, hurry: boolean): Promise<Gathered> {
  const waiting = await waitingFor(deps, tenant, await waitingUploads(deps.database.db, tenant.id, { pulled: hurry }));
  const decision = whatIsDue(tenant, waiting, deps.now(), hurry);
  if (decision.gather.length === 0)
    return decision.lookAgainAt ? { kind: 'later', at: decision.lookAgainAt } : { kind: 'nothing' };

  const parts = split(deps, decision.gather);
  const data = parts.now.filter(({ content }) => content !== 'done');
  await createSync(deps.database.sql, tenant.id, {
    cause: hurry ? 'request' : tenant.trigger,
    dryRun: tenant.state === 'validation',
    force: false,
    missing: tenant.trigger === 'each' || !data.some(isData) ? [] : missingDatasets(tenant, data),
    uploadIds: ids(data),
    doneFiles: ids(parts.now.filter(({ content }) => content === 'done')),
    overtaken: ids(parts.overtaken),
  });
  return { kind: 'sync' };
}

/**
 * Ties to a sync that somebody asked for what it is to import: what its fetch brought, and everything that waits.
 * @returns the datasets that it lacks
 */
export async function gatherFor(deps: GatherDeps, tenant: Tenant, row: SyncRow, run: Run): Promise<Dataset[]> {
  const { db } = deps.database;
  const fetched = await waitingFor(deps, tenant, await uploadsOfSync(db, run, ['gathered'], MAX_UPLOADS));
  const waiting = await waitingFor(deps, tenant, await waitingUploads(db, tenant.id, { pulled: true }));
  const wanted = waiting.filter(({ content }) => isWanted(content, row.datasets));
  const parts = split(deps, inOrder([...fetched, ...wanted]));
  const data = parts.now.filter(({ content }) => content !== 'done');
  const again = !data.some(isData) && row.force && !row.fetch;
  if (again) await takeLatestAgain(deps.database.sql, run, row.datasets);
  const missing = missingOf(deps, tenant, row, data);
  await takeUploads(deps.database.sql, run, {
    gathered: ids(data),
    doneFiles: ids(parts.now.filter(({ content }) => content === 'done')),
    overtaken: ids(parts.overtaken),
    later: ids(parts.later),
    isMore: !row.dryRun && (parts.later.length > 0 || waiting.length === MAX_UPLOADS),
    missing,
  });
  return missing;
}

function split({ isSnapshot, connector }: GatherDeps, due: readonly Waiting[]) {
  const files = due.some(({ pulled }) => pulled) ? (connector?.files ?? {}) : {};
  const takesNewest = (content: Content) =>
    content !== 'unknown' &&
    content !== 'done' &&
    content !== 'ignored' &&
    files[content === 'fec' ? 'ecritures' : content]?.take !== 'all';
  return splitDue(due, isSnapshot, takesNewest);
}

const inOrder = (some: readonly Waiting[]): Waiting[] => some.toSorted((a, b) => a.arrival - b.arrival);

function isWanted(content: Content, datasets: readonly Dataset[] | null): boolean {
  if (datasets === null) return true;
  return datasets.some((dataset) => content === dataset || (content === 'fec' && dataset === 'ecritures'));
}

/** A pull lacks what was not at its source, unless that waited here; any other what a complete delivery holds. */
function missingOf({ connector }: GatherDeps, tenant: Tenant, row: SyncRow, data: readonly Waiting[]): Dataset[] {
  if (row.fetch) {
    // Where files are taken from their place, none is there until the next delivery.
    const isTidied = !data.some(isData) && connector !== undefined && connector.afterReading.kind !== 'leave';
    return isTidied ? [] : missingDatasets({ ...tenant, expected: row.missing }, data);
  }
  if (!data.some(isData) || tenant.trigger === 'each' || row.cause === 'rest') return [];
  return missingDatasets({ ...tenant, expected: row.datasets ?? tenant.expected }, data);
}

/** What uploads hold. */
async function waitingFor({ contentOf }: GatherDeps, tenant: Tenant, rows: readonly UploadFacts[]): Promise<Waiting[]> {
  const found: Waiting[] = [];
  for (const row of rows) {
    const isDone = tenant.trigger === 'done-file' && matchesName(tenant.donePatterns, baseName(row.path));
    const content = isDone ? 'done' : await contentOf(row);
    const { id: uploadId, path, receivedAt, arrival, door } = row;
    found.push({ uploadId, path, receivedAt, arrival, content, pulled: door === 'pull' });
  }
  return found;
}
