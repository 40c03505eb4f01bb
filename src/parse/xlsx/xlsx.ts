import { ArrivageError } from '../../errors.ts';
import type { HeaderJudge, XlsxFormat } from '../../model/format.ts';
import type { ParseDefect, RecordView } from '../../model/record.ts';
import type { Warning } from '../../model/rejection.ts';
import type { CellStyle } from './cells.ts';
import { betterHeader, cellsOf, HEADER_ROWS, type HeaderFound } from '../header.ts';
import { defaultLimits, openPackage, type Package, type XlsxLimits } from './package.ts';
import { Row } from './row.ts';
import { sheetReader, type SheetContext } from './sheet.ts';
import { stringsReader, stringTable } from './strings.ts';
import { stylesReader } from './styles.ts';
import { workbookTexts } from './texts.ts';
import { readWorkbook, type Sheet } from './workbook.ts';
import { readXml } from './xml.ts';

/** Which sheet is read, and from where. */
export interface SheetRequest {
  /** The sheet's name, where a mapping pins it; case and outer spaces are ignored. */
  sheet?: string;
  /** The header's row from 1; 0: there is none, and every row is a record. */
  headerLine?: number;
  judge: HeaderJudge;
  /** Called after each 64 KB of sheet; a promise is awaited. `consumed`: bytes of the file read so far. */
  pause?(consumed: number): Promise<void> | undefined;
  limits?: Readonly<XlsxLimits>;
}

export interface XlsxRequest extends SheetRequest {
  /** Called once, before the first record. */
  onFormat(format: XlsxFormat): void;
  /** The view is reused: whoever needs it longer copies it. */
  onRecord(view: RecordView): void;
  onDefect(defect: ParseDefect): void;
}

export interface XlsxSummary {
  format: XlsxFormat;
  /** The last row that held anything. */
  lines: number;
  /** Records handed over. */
  records: number;
  defects: number;
  /** Rows that repeat the header word for word: read, and skipped. Not among `records`. */
  repeatedHeaders: number;
  /** Other visible sheets whose header fits too. */
  unread: string[];
  /** On texts that were damaged before the workbook was written. */
  remarks: readonly Warning[];
}

interface Opened {
  zip: Package;
  context: Omit<SheetContext, 'part'>;
  request: SheetRequest;
}

/** The sheet that is read, and what that says of the format. */
interface Chosen {
  sheet: Sheet;
  format: XlsxFormat;
  unread: string[];
}

/**
 * Streams one sheet of an XLSX file. Shared strings and styles are found by the central directory, so that their place
 * in the zip does not matter; hidden rows and columns are read, blank rows are not records.
 * @throws xlsx_damaged, password_protected, xlsx_too_large, not_a_workbook, no_matching_sheet
 */
export async function readXlsx(path: string, request: XlsxRequest): Promise<XlsxSummary> {
  return withSheet(path, request, (opened, chosen) => readRecords(opened, chosen, request));
}

/** Finds the sheet and its header, and reads no further. @throws as `readXlsx` */
export async function xlsxFormat(path: string, request: SheetRequest): Promise<XlsxFormat> {
  return withSheet(path, request, (_, { format }) => Promise.resolve(format));
}

async function withSheet<T>(
  path: string,
  request: SheetRequest,
  use: (opened: Opened, chosen: Chosen) => Promise<T>,
): Promise<T> {
  const zip = await openPackage(path, request.limits ?? defaultLimits);
  try {
    const workbook = await readWorkbook(zip);
    const strings = stringTable();
    const texts = workbookTexts();
    const styles: CellStyle[] = [];
    if (workbook.styles) await readXml(workbook.styles, zip.read(workbook.styles), stylesReader(styles));
    if (workbook.strings) await readXml(workbook.strings, zip.read(workbook.strings), stringsReader(strings, texts));
    const opened = { zip, context: { strings, texts, styles, dateSystem: workbook.dateSystem }, request };
    const { sheet, found, others } = await chooseSheet(opened, workbook.sheets);
    const { line: headerLine, header } = found;
    const date1904 = workbook.dateSystem === 1904;
    const format: XlsxFormat = { kind: 'xlsx', sheet: sheet.name, headerLine, header, date1904 };
    const unread = others.filter((other) => other.found.matches).map((other) => other.sheet.name);
    return await use(opened, { sheet, format, unread });
  } finally {
    zip.close();
  }
}

interface Candidate {
  sheet: Sheet;
  found: HeaderFound;
}

/** The pinned sheet; else the first whose header names a dataset; else the one with the most known columns. */
async function chooseSheet(opened: Opened, sheets: Sheet[]): Promise<Candidate & { others: Candidate[] }> {
  let best: Candidate | undefined;
  const others: Candidate[] = [];
  for (const sheet of candidates(sheets, opened.request.sheet)) {
    // What is hidden behind a sheet that fits is not missed.
    if (best?.found.matches && sheet.hidden) break;
    const found = await findHeader(opened, sheet);
    if (!found) continue;
    if (best?.found.matches) others.push({ sheet, found });
    else if (found.matches || found.known > (best?.found.known ?? -1)) best = { sheet, found };
  }
  if (best && (best.found.known > 0 || opened.request.headerLine !== undefined)) return { ...best, others };
  const list = (texts: string[] = []): string => texts.join(', ').slice(0, 500) || '—';
  const names = sheets.map((sheet) => sheet.name);
  throw new ArrivageError('no_matching_sheet', { sheets: list(names), seen: list(best?.found.header) });
}

function candidates(sheets: Sheet[], pinned: string | undefined): Sheet[] {
  if (pinned === undefined)
    return [...sheets.filter((sheet) => !sheet.hidden), ...sheets.filter((sheet) => sheet.hidden)];
  const wanted = pinned.trim().toLowerCase();
  return sheets.filter((sheet) => sheet.name.trim().toLowerCase() === wanted);
}

/** The pinned header, or the best of the first rows; undefined where nothing could be one. */
async function findHeader(opened: Opened, sheet: Sheet): Promise<HeaderFound | undefined> {
  const { headerLine, judge } = opened.request;
  let best: HeaderFound | undefined;
  let rows = 0;
  let last = 0;
  const consider = (row: Row): void => {
    last = row.line;
    if (row.isBlank() || rows++ >= HEADER_ROWS) return;
    if (headerLine === undefined) best = betterHeader(best, row.line, cellsOf(row.finish(0)), judge);
    else if (headerLine === 0) best ??= { line: 0, header: [], known: 0, matches: false };
  };
  const pinned = (row: Row): void => {
    last = row.line;
    if (row.line === headerLine) best = headerAt(row, judge);
  };
  if (headerLine) await readRows(opened, sheet, pinned, () => last >= headerLine);
  else await readRows(opened, sheet, consider, () => rows >= HEADER_ROWS);
  return best;
}

function headerAt(row: Row, judge: HeaderJudge): HeaderFound {
  const header = cellsOf(row.finish(0));
  const { dataset, known } = judge(header);
  return { line: row.line, header, known, matches: dataset !== undefined };
}

async function readRecords(opened: Opened, chosen: Chosen, request: XlsxRequest): Promise<XlsxSummary> {
  const { sheet, format, unread } = chosen;
  const { headerLine, header } = format;
  const summary = { format, lines: headerLine, records: 0, defects: 0, repeatedHeaders: 0, unread };
  let headerRow: Buffer | undefined;
  request.onFormat(format);
  opened.context.texts.rewind();
  await readRows(opened, sheet, (row) => {
    if (row.line < headerLine || row.isBlank()) return;
    summary.lines = row.line;
    const defect = row.defect();
    const record = row.finish(header.length);
    const raw = record.raw.subarray(record.rawStart, record.rawEnd);
    if (row.line === headerLine) headerRow = Buffer.from(raw);
    else if (defect) {
      summary.defects++;
      request.onDefect(defect);
    } else if (headerRow?.equals(raw)) summary.repeatedHeaders++;
    else {
      summary.records++;
      request.onRecord(record);
    }
  });
  return { ...summary, remarks: opened.context.texts.remarks() };
}

async function readRows(
  opened: Opened,
  sheet: Sheet,
  onRow: (row: Row) => void,
  enough?: () => boolean,
): Promise<void> {
  const { zip, context, request } = opened;
  const reader = sheetReader({ ...context, part: sheet.part }, new Row(), onRow);
  await readXml(sheet.part, zip.read(sheet.part), {
    ...reader,
    ...(enough && { enough }),
    pause: () => request.pause?.(zip.consumed()),
  });
}
