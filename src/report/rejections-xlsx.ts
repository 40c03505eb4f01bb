import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import exceljs from 'exceljs';
import type { ReportedRejection } from '../model/report.ts';
import { phrases } from './phrases.ts';
import { rejectionCells, type RejectionsContext } from './rejections-csv.ts';

/** A sheet ends at 1,048,576 rows. */
const ROWS_PER_SHEET = 1_000_000;
const WIDTHS = [30, 8, 20, 30, 24, 60, 100];

/**
 * The list of rejections as a workbook. Texts are stored as texts, so that no cell is ever a formula; a long list goes
 * on in a second sheet. Ends `output`; rejects when it fails, which the writer alone would wait out for ever.
 */
export async function rejectionsXlsx(
  rejections: AsyncIterable<ReportedRejection>,
  context: RejectionsContext,
  output: Writable,
): Promise<void> {
  await Promise.all([write(rejections, context, output), finished(output)]);
}

async function write(
  rejections: AsyncIterable<ReportedRejection>,
  context: RejectionsContext,
  output: Writable,
): Promise<void> {
  const book = new exceljs.stream.xlsx.WorkbookWriter({ stream: output, useSharedStrings: false, useStyles: true });
  const title = phrases[context.language].labels.rejections;
  let sheet = startSheet(book, title, context);
  let rows = 0;
  for await (const rejection of rejections) {
    if (rows > 0 && rows % ROWS_PER_SHEET === 0) {
      sheet.commit();
      sheet = startSheet(book, `${title} ${rows / ROWS_PER_SHEET + 1}`, context);
    }
    sheet
      .addRow(rejectionCells(rejection, context).map((cell) => (typeof cell === 'string' ? printable(cell) : cell)))
      .commit();
    // The writer has no back-pressure of its own: let it drain.
    if (++rows % 100 === 0) await drained(output);
  }
  sheet.commit();
  await book.commit();
}

function startSheet(
  book: exceljs.stream.xlsx.WorkbookWriter,
  name: string,
  context: RejectionsContext,
): exceljs.Worksheet {
  const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = WIDTHS.map((width) => ({ width }));
  const header = sheet.addRow(phrases[context.language].csvHeader);
  header.font = { bold: true };
  header.commit();
  return sheet;
}

/** Characters that XML 1.0 cannot hold become spaces. */
const printable = (text: string): string =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ');

/** Waits for the reader of `output`; throws where it has gone, so that the source is released. */
async function drained(output: Writable): Promise<void> {
  await nextTurn();
  const over = new AbortController();
  const event = (name: string): Promise<unknown> => once(output, name, { signal: over.signal });
  if (output.writableNeedDrain) await Promise.race([event('drain'), event('close')]);
  over.abort();
  if (output.destroyed) throw output.errored ?? new Error('the output was closed');
}
