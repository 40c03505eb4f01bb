import type { ISql, TransactionSql } from 'postgres';
import type { ReportedRejection } from '../../../model/report.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { cellBatches } from '../../cursor.ts';

/** Small: what is let go while it is young costs no memory. */
const PAGE = 100;
/** Rejections of each file that the report's text shows. */
const SHOWN = 20;

interface SyncKey {
  tenantId: TenantId;
  syncId: number;
}

/** All rejections of these files in the order of their lines, a page at a time. */
export async function* rejectionsOf(
  tx: TransactionSql,
  { tenantId, syncId }: SyncKey,
  fileNos: readonly number[],
): AsyncGenerator<ReportedRejection> {
  const text = `select file_no, line, column_name, code, value, raw from rejections
    where tenant_id = $1 and sync_id = $2 and file_no = any($3) order by file_no, line`;
  for await (const page of cellBatches(tx, { text, values: [tenantId, syncId, [...fileNos]] }, PAGE))
    yield* page.map(rejectionOf);
}

function rejectionOf(cells: unknown[]): ReportedRejection {
  const [fileNo, line, column, code, value, raw] = cells as [
    number,
    number,
    string | null,
    string,
    string | null,
    string,
  ];
  return { fileNo, line, column, code, value, raw };
}

/** The first few of each file. */
export async function firstRejections(
  sql: ISql,
  { tenantId, syncId }: SyncKey,
  shown = SHOWN,
): Promise<ReportedRejection[]> {
  return sql<ReportedRejection[]>`
    select file_no as "fileNo", line, column_name as "column", code, value, raw
    from (
      select r.*, row_number() over (partition by file_no order by line) as place from rejections r
      where tenant_id = ${tenantId} and sync_id = ${syncId}
    ) numbered
    where place <= ${shown} order by file_no, line`;
}

/** Behind a rejection: its file, its line, and where it is stored, since two records may be numbered alike. */
export type RejectionPosition = readonly [fileNo: number, line: number, place: string];

/** Some rejections of a sync in the order of files and lines, each with its position. */
export async function pageOfRejections(
  sql: Sql,
  { tenantId, syncId }: SyncKey,
  { after, limit }: { after: RejectionPosition | undefined; limit: number },
): Promise<{ rejection: ReportedRejection; position: RejectionPosition }[]> {
  const behind = after ? sql`and (file_no, line, ctid) > (${after[0]}, ${after[1]}, ${after[2]}::tid)` : sql``;
  const rows = await sql<(ReportedRejection & { place: string })[]>`
    select file_no as "fileNo", line, column_name as "column", code, value, raw, ctid::text as place from rejections
    where tenant_id = ${tenantId} and sync_id = ${syncId} ${behind} order by file_no, line, ctid limit ${limit}`;
  return rows.map(({ place, ...rejection }) => ({ rejection, position: [rejection.fileNo, rejection.line, place] }));
}
