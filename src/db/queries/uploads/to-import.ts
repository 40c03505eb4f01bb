import { and, asc, eq, inArray, ne } from 'drizzle-orm';
import type { StoredIdentity } from '../../../model/identity.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { UploadState } from '../../../model/states.ts';
import type { Db, Sql } from '../../client.ts';
import { uploads } from '../../schema/tables.ts';
import type { UploadRow } from './uploads.ts';

/** How many uploads one sync takes at most; the rest make the next one. */
export const MAX_UPLOADS = 200;

const { id, path, size, sha256, door, arrival, receivedAt, inherited, identity } = uploads;
const columns = { id, path, size, sha256, door, arrival, receivedAt, inherited, identity };

/** What a sync knows of an upload before it is read. */
export type UploadFacts = Pick<UploadRow, keyof typeof columns>;

/** Those that wait, in the order in which they came, with those that were pulled or without. */
export async function waitingUploads(
  db: Db,
  tenant: TenantId,
  { pulled }: { pulled: boolean },
): Promise<UploadFacts[]> {
  return db
    .select(columns)
    .from(uploads)
    .where(
      and(eq(uploads.tenantId, tenant), eq(uploads.state, 'waiting'), pulled ? undefined : ne(uploads.door, 'pull')),
    )
    .orderBy(asc(uploads.arrival))
    .limit(MAX_UPLOADS);
}

/** Those that are tied to a sync in one of these states, in the order in which they came; all, or so many. */
export async function uploadsOfSync(
  db: Db,
  { tenantId, syncId }: { tenantId: TenantId; syncId: number },
  states: readonly UploadState[],
  most?: number,
): Promise<UploadFacts[]> {
  const found = db
    .select(columns)
    .from(uploads)
    .where(and(eq(uploads.tenantId, tenantId), eq(uploads.syncId, syncId), inArray(uploads.state, [...states])))
    .orderBy(asc(uploads.arrival));
  return most === undefined ? found : found.limit(most);
}

/** Keeps what an upload was found to hold. */
export async function noteIdentity(sql: Sql, tenant: TenantId, upload: string, found: StoredIdentity): Promise<void> {
  await sql`
    update uploads set identity = ${sql.json({ ...found })} where tenant_id = ${tenant} and id = ${upload}`;
}
