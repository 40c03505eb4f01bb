import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db } from '../../client.ts';
import { audit } from '../../schema/tables.ts';

export interface AuditFilter {
  /** Empty: entries that concern no tenant. */
  tenant?: TenantId;
  actor?: string;
  action?: string;
  since?: Date;
  until?: Date;
}

export type AuditEntry = typeof audit.$inferSelect;

/**
 * Who did what, newest first.
 * @param before continues after the last one of the page before
 */
export async function pageOfAudit(
  db: Db,
  { tenant, actor, action, since, until }: AuditFilter,
  { limit, before }: { limit: number; before?: Pick<AuditEntry, 'id'> & { at: string } },
): Promise<(AuditEntry & { position: string })[]> {
  // A time of Postgres has microseconds, which a Date would cut off.
  const position = sql<string>`to_char(${audit.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  const rows = await db
    .select({ entry: audit, position })
    .from(audit)
    .where(
      and(
        tenant === undefined ? undefined : eq(audit.tenantId, tenant),
        actor === undefined ? undefined : eq(audit.actor, actor),
        action === undefined ? undefined : eq(audit.action, action),
        since && gte(audit.at, since),
        until && lt(audit.at, until),
        before && sql`(${audit.at}, ${audit.id}) < (${before.at}::timestamptz, ${before.id})`,
      ),
    )
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(limit);
  return rows.map(({ entry, position: at }) => ({ ...entry, position: at }));
}
