import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { createSync } from '../db/sync-states.ts';
import { uploads } from '../db/tables.ts';
import { matchesName } from '../intake/by-name.ts';
import { missingDatasets, splitByName, whatIsDue, type Content, type Waiting } from '../intake/due.ts';
import type { Tenant } from '../model/tenant.ts';
import { baseName } from '../session/virtual-path.ts';
import type { UploadFacts } from './identify.ts';

export interface GatherDeps {
  db: Db;
  now: () => Date;
  /** What an upload holds; never throws for a bad file, which is `unknown`. */
  contentOf: (upload: UploadFacts) => Promise<Content>;
  isSnapshot: (content: Content) => boolean;
}

export type Gathered = { kind: 'sync'; syncId: number } | { kind: 'later'; at: Date } | { kind: 'nothing' };

/** How many waiting uploads one sync takes at most; the rest make the next one. */
const MAX_UPLOADS = 200;

/** Makes a sync of what is due, or says when to look again. */
export async function gather(deps: GatherDeps, tenant: Tenant, hurry: boolean): Promise<Gathered> {
  const waiting = await waitingUploads(deps, tenant);
  const decision = whatIsDue(tenant, waiting, deps.now(), hurry);
  if (decision.gather.length === 0)
    return decision.lookAgainAt ? { kind: 'later', at: decision.lookAgainAt } : { kind: 'nothing' };

  const split = splitByName(decision.gather, deps.isSnapshot);
  const ids = (some: readonly Waiting[]) => some.map(({ uploadId }) => uploadId);
  const data = split.now.filter(({ content }) => content !== 'done');
  const syncId = await createSync(deps.db, tenant.id, {
    cause: hurry ? 'request' : tenant.trigger,
    dryRun: tenant.state === 'validation',
    force: false,
    missing: tenant.trigger === 'each' ? [] : missingDatasets(tenant, data),
    uploadIds: ids(data),
    doneFiles: ids(split.now.filter(({ content }) => content === 'done')),
    overtaken: ids(split.overtaken),
  });
  return { kind: 'sync', syncId };
}

async function waitingUploads(deps: GatherDeps, tenant: Tenant): Promise<Waiting[]> {
  const rows = await deps.db
    .select({ id: uploads.id, path: uploads.path, size: uploads.size, receivedAt: uploads.receivedAt })
    .from(uploads)
    .where(and(eq(uploads.tenantId, tenant.id), eq(uploads.state, 'waiting')))
    .orderBy(asc(uploads.receivedAt), asc(uploads.id))
    .limit(MAX_UPLOADS);
  const waiting: Waiting[] = [];
  for (const row of rows) {
    const isDone = tenant.trigger === 'done-file' && matchesName(tenant.donePatterns, baseName(row.path));
    const content = isDone ? 'done' : await deps.contentOf(row);
    waiting.push({ uploadId: row.id, path: row.path, receivedAt: row.receivedAt, content });
  }
  return waiting;
}
