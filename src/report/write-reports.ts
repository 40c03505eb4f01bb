import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { reportFiles } from '../db/schema/tables.ts';
import type { Report, ReportedRejection } from '../model/report.ts';
import type { Reports } from '../spool/spool.ts';
import { rejectionsCsv } from './rejections-csv.ts';
import { reportNames } from './report-name.ts';
import { summaryText } from './summary.ts';

export type ReportRow = typeof reportFiles.$inferInsert;

export interface ReportSource {
  report: Report;
  /** All rejections of these files, in the order of lines. */
  rejectionsOf: (fileNos: readonly number[]) => AsyncIterable<ReportedRejection>;
  /** Names of report files that the tenant has already, at this second at least. */
  taken: ReadonlySet<string>;
}

/**
 * Puts the report files of a sync into the spool: for each upload a report, and a list of rejections where there are
 * some. Gives their rows, to be stored in the transaction that closes the sync; until then nobody sees them. When it
 * throws, what it had put is removed again.
 * @throws disk_full
 */
export async function writeReports(
  reports: Pick<Reports, 'put' | 'remove'>,
  source: ReportSource,
): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  const { tenant, syncId, finishedAt, files } = source.report;
  const names = new Set(source.taken);
  const put = async (name: string, content: AsyncIterable<string>): Promise<void> => {
    const row = { tenantId: tenant.id, name, id: randomUUID(), syncId, size: 0, createdAt: finishedAt };
    names.add(name);
    rows.push(row);
    row.size = (await reports.put(tenant.id, row.id, content)).size;
  };
  try {
    for (const uploadId of new Set(told(files).map((file) => file.uploadId)))
      await writeUpload(source, uploadId, names, put);
  } catch (error) {
    await Promise.allSettled(rows.map((row) => reports.remove(tenant.id, row.id)));
    throw error;
  }
  return rows;
}

/** What lies beside an export is named in the export's report, and has one of its own only where nothing else came. */
function told(files: Report['files']): Report['files'] {
  const exports = files.filter((file) => !file.ignored);
  return exports.length > 0 ? exports : files;
}

async function writeUpload(
  { report, rejectionsOf }: ReportSource,
  uploadId: string,
  names: ReadonlySet<string>,
  put: (name: string, content: AsyncIterable<string>) => Promise<void>,
): Promise<void> {
  const files = report.files.filter((file) => file.uploadId === uploadId);
  const name = reportNames(files[0]?.name ?? 'sync', report.finishedAt, (each) => names.has(each));
  const rejected = files.some((file) => file.rejected > 0);
  const text = summaryText(report, { uploadId, ...(rejected && { rejectionsFile: name.rejections }) });
  await put(name.report, Readable.from([windowsText(text)]));
  if (!rejected) return;
  const context = { language: report.tenant.language, files };
  await put(name.rejections, rejectionsCsv(rejectionsOf(files.map((file) => file.fileNo)), context));
}

/** With a BOM and CRLF, so that any editor of Windows shows accents and lines. */
const windowsText = (text: string): string => `\ufeff${text.replaceAll('\n', '\r\n')}`;
