import { and, desc, eq, sql } from 'drizzle-orm';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db } from '../../client.ts';
import type { UploadState } from '../../../model/states.ts';
import { uploads } from '../../schema/tables.ts';

export type UploadRow = typeof uploads.$inferSelect;

/** Behind an upload of the list: when it came, as Postgres writes it, and its id. */
export type UploadPosition = readonly [receivedAt: string, id: string];

export interface UploadQuery {
  state?: UploadState | undefined;
  after?: UploadPosition | undefined;
  limit: number;
}

/** A tenant's uploads, the latest first, each with its position in the list. */
export async function pageOfUploads(
  db: Db,
  tenant: TenantId,
  { state, after, limit }: UploadQuery,
): Promise<{ upload: UploadRow; position: UploadPosition }[]> {
  const rows = await db
    .select({ upload: uploads, at: sql<string>`${uploads.receivedAt}::text` })
    .from(uploads)
    .where(
      and(
        eq(uploads.tenantId, tenant),
        state && eq(uploads.state, state),
        after && sql`(${uploads.receivedAt}, ${uploads.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(uploads.receivedAt), desc(uploads.id))
    .limit(limit);
  return rows.map(({ upload, at }) => ({ upload, position: [at, upload.id] }));
}

export async function findUpload(db: Db, tenant: TenantId, id: string): Promise<UploadRow | undefined> {
  const [row] = await db
    .select()
    .from(uploads)
    .where(and(eq(uploads.tenantId, tenant), eq(uploads.id, id)));
  return row;
}
