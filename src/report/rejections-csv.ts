import type { ReportedRejection } from '../model/report.ts';
import type { SyncFile } from '../model/sync.ts';
import type { Language } from '../model/tenant.ts';
import { findingText } from '../validate/messages.ts';
import { BOM, csvLine } from './csv-line.ts';
import { columnName } from './file-section.ts';
import { neutralise } from './neutralise.ts';
import { phrases } from './phrases.ts';

export interface RejectionsContext {
  language: Language;
  files: readonly SyncFile[];
}

const PIECE = 16 * 1024;

/** The list of rejections as CSV for Excel: UTF-8 with BOM, `;`, CRLF. Yields pieces of some 16 KB. */
export async function* rejectionsCsv(
  rejections: AsyncIterable<ReportedRejection>,
  context: RejectionsContext,
): AsyncGenerator<string> {
  let piece = BOM + csvLine(phrases[context.language].csvHeader);
  for await (const rejection of rejections) {
    piece += csvLine(rejectionCells(rejection, context).map((cell) => neutralise(String(cell))));
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** file, line, column, value, code, message, original line. */
export function rejectionCells(rejection: ReportedRejection, context: RejectionsContext): (string | number)[] {
  const { fileNo, line, column, value, code, raw } = rejection;
  const file = context.files.find((each) => each.fileNo === fileNo);
  const message = findingText(code, context.language, { column, value });
  return [file?.name ?? '', line, column === null ? '' : columnName(file, column), value ?? '', code, message, raw];
}
