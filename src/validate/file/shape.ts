import type { RecordView } from '../../model/record.ts';
import { columns, fecColumns } from '../columns/columns.ts';
import { fold } from '../cells/fold.ts';
import {
  type Filled,
  filledCells,
  hasNoForm,
  headingFrom,
  headingShare,
  headingWords,
  isDrawn,
  isFurniture,
  isName,
  isNumberedName,
  likelyHeadingFrom,
  speaksOfColumns,
} from './furniture.ts';
import type { LineCells } from '../columns/line-cells.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { isHeader, isNoise } from '../rows/refusal.ts';
import { textOf } from '../cells/remember.ts';
import { refuse, type Row } from '../rows/row.ts';
import { Cell, openCell } from '../cells/text.ts';

/** What can be said of a record from its cells alone, before any column is read. */
export interface RecordShape {
  /** The header again: a client whose code is "Code client" would pass every rule. */
  isHeaderAgain(view: RecordView): boolean;
  /** The header stands at the end of the line, since what came before it had no line end. */
  endsWithHeader(view: RecordView): boolean;
  /**
   * What a record of clients or contacts is, whose rules any two texts pass; others show it by the rules that they
   * break. Where it is doubtful, `row` says why it is refused.
   */
  nature(view: RecordView, count: { accepted: number; rejected: number }): Nature;
  /** The record is a heading whose words are for the columns that the header has in the same places. */
  namesSame(view: RecordView): boolean;
  /** What a record is that broke a rule. */
  natureOfRefused(view: RecordView, accepted: number): Nature;
  /**
   * It has the cells that the header announces; else `row` says why it is refused. One cell too many moves others, even
   * where the last is empty: a label with a delimiter would give its amount to the next column. In a workbook no cell
   * moves, and what stands beside the table is a note.
   */
  fits(view: RecordView): boolean;
  /** An FEC: it is on one of the accounts that the tenant follows, or on none at all, which is to be refused. */
  concernsUs(view: RecordView): boolean;
}

/** `heading`: other words for the header's; `none`: a total, a rule, a trailer, the head of a page. */
export type Nature = 'record' | 'heading' | 'none' | 'doubtful';

/** The header of a file that was added to another brings its byte order mark, and perhaps a space or two. */
const headerSlack = 8;

/** @param needed cells of columns that a row cannot do without */
export function recordShape(
  match: ColumnMatch,
  row: Row,
  needed: readonly number[],
  { accounts, cells }: { accounts: readonly string[]; cells: LineCells | undefined },
): RecordShape {
  const width = match.header.length === 0 ? Number.MAX_SAFE_INTEGER : match.header.length;
  const first = match.positions.get(match.fec ? 'account' : 'client_code') ?? 0;
  const name = match.positions.get(match.dataset === 'clients' ? 'name' : 'last_name') ?? -1;
  const piece = match.positions.get('piece_number') ?? -1;
  const headerBytes = Buffer.byteLength(match.header[first]?.trim() ?? '');
  const foldedHeader = match.header.map(fold);
  const prefixes = accounts.map((account) => Buffer.from(account));
  const isWord = headingWords(match.header);
  const columnAt = new Map([...match.positions].map(([column, i]) => [i, column]));
  const isAlias = (name: string, word: string): boolean =>
    (match.fec ? fecColumns : columns[match.dataset]).some(
      (column) => column.name === name && (column.aliases.includes(word) || column.weak.includes(word)),
    );

  /** The first cell beyond the header that holds something, or -1. */
  const surplus = (view: RecordView): number => {
    for (let i = width; i < view.count; i++) if (openCell(view, i, row.span) !== Cell.empty) return i;
    return -1;
  };
  const remarkNotes = (view: RecordView): true => {
    const note = surplus(view);
    if (note >= 0) row.warnings.add('unnamed_column', null, view, note);
    return true;
  };
  /** `C001;TOTAL;28/11/2026;;;200,00`: a total that has what an entry needs. */
  const isTotalsPiece = ({ bytes, starts, ends, count }: RecordView): boolean => {
    if (piece < 0 || piece >= count) return false;
    const [start, end] = [starts[piece] as number, ends[piece] as number];
    if (end - start < 5 || end - start > 16 || !isLetter(bytes[end - 1] as number)) return false;
    return totalsPiece.test(textOf(bytes, start, end));
  };
  const cell = (view: RecordView, i: number): string =>
    i >= 0 && i < view.count ? textOf(view.bytes, view.starts[i] as number, view.ends[i] as number).trim() : '';
  const isDoubtful = (filled: Filled, accepted: number, records: number): boolean => {
    const texts = [...filled.values()];
    const [code, named] = [filled.get(first) ?? '', filled.get(name) ?? ''];
    // A line that somebody has put out of use; `?`, where a code is to come.
    if (isTitle.test(named) || code.startsWith('#')) return true;
    // Marks of a spreadsheet's text around nothing are an empty cell.
    if (!/^['"=]*$/.test(code) && !/[\p{L}\d]/u.test(code)) return true;
    if (accepted === 0) {
      if (speaksOfColumns(code, named) || hasNoForm(match, filled)) return true;
      if (named !== '' && texts.every((text) => isLength.test(text))) return true;
      if (headingShare(match, filled, isWord, true) >= likelyHeadingFrom) return true;
    }
    if (/\p{L}/u.test(named) || named === '') return false;
    return filled.size <= 3 && /^\d+$/.test(named) && Math.abs(Number(named) - records - 1) <= 1;
  };
  /**
   * A code with a digit and without a space or bracket, and a name that begins with a letter: what nearly all have.
   * `2;clients exportés` is left to those who look closer.
   */
  const isPlain = ({ bytes, starts, ends, count }: RecordView): boolean => {
    if (name < 0 || name >= count || starts[name] === ends[name]) return false;
    if (!isLetter(bytes[starts[name] as number] as number)) return false;
    const [start, end] = [starts[first] as number, ends[first] as number];
    let digits = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (isDigit(byte)) digits++;
      else if (!isLetter(byte) && byte !== DASH) return false;
    }
    if (digits === end - start) return !isLower(bytes[starts[name] as number] as number);
    return digits > 0 || (filledCount(starts, ends, count) > 3 && !isWord(textOf(bytes, start, end)));
  };

  return {
    isHeaderAgain(view) {
      const length = (view.ends[first] as number) - (view.starts[first] as number);
      return length >= headerBytes && length <= headerBytes + headerSlack && isHeader(match, view);
    },
    endsWithHeader(view) {
      if (width < 2 || view.count !== width * 2 - 1) return false;
      if (!fold(cell(view, width - 1)).endsWith(foldedHeader[0] ?? '')) return false;
      return foldedHeader.slice(1).every((text, i) => fold(cell(view, width + i)) === text);
    },
    nature(view, { accepted, rejected }) {
      if (match.dataset === 'ecritures') return isTotalsPiece(view) ? 'none' : 'record';
      if (match.header.length === 0) return 'record';
      if (accepted > 0 && isPlain(view)) return 'record';
      const filled = filledCells(view);
      if (isDrawn(filled)) return 'none';
      if (isFurniture(filled) && !isNumberedName(filled.get(first) ?? '', filled.get(name) ?? '', filled.size))
        return 'none';
      if (headingShare(match, filled, isWord, accepted === 0) >= headingFrom) return 'heading';
      if (!isDoubtful(filled, accepted, accepted + rejected)) return 'record';
      refuse(row, 'no_record', null, -1);
      return 'doubtful';
    },
    namesSame(view) {
      const names = Array.from({ length: view.count }, (_, i) => fold(cell(view, i)));
      while (names.at(-1) === '') names.pop();
      const isSame = (name: string, i: number): boolean => {
        const column = columnAt.get(i);
        return name === foldedHeader[i] || column === undefined || !isName(name) || isAlias(column, name);
      };
      return names.length === foldedHeader.findLastIndex((name) => name !== '') + 1 && names.every(isSame);
    },
    natureOfRefused(view, accepted) {
      if (isNoise(match, view)) return 'none';
      if (match.header.length === 0) return 'record';
      const atTop = accepted === 0;
      const share = headingShare(match, filledCells(view), isWord, atTop);
      return share >= (atTop ? likelyHeadingFrom : headingFrom) ? 'heading' : 'record';
    },
    fits(view) {
      if (match.fec && openCell(view, first, row.span) !== Cell.value)
        return refuse(row, 'missing_value', 'account', first);
      if (view.astray >= 0) return refuse(row, 'stray_quote', null, view.astray);
      if (!cells) return view.count > width ? remarkNotes(view) : true;
      const verdict = cells.judge(view.count);
      if (verdict > 0) return refuse(row, 'too_many_cells', null, surplus(view));
      if (verdict < 0) return refuse(row, 'too_few_cells', null, -1);
      if (view.count < width)
        for (const position of needed) if (position >= view.count) return refuse(row, 'too_few_cells', null, -1);
      return true;
    },
    concernsUs(view) {
      if (!match.fec || openCell(view, first, row.span) !== Cell.value) return true;
      for (const prefix of prefixes) if (startsWith(view.bytes, row.span.start, row.span.end, prefix)) return true;
      return false;
    },
  };
}

const totalsPiece =
  /^\s*(?:(?:sous|sub)[- ]?total|tota(?:l|ux)|(?:total g[ée]n[ée]ral|grand total)|cumul|[àa] reporter)$/iu;

/** `17`, `A17`: how long a column is. */
const isLength = /^(?:an?|[cnx])?\.{0,3}\d{1,4}$/i;

/** `Page 2`, `au 31/12/2025`, `édité le 12/01/26`: what stands beside the sender's name at the head of a page. */
const isTitle =
  /^(page\W*\d+(\W+\d+)?|(([ée]dit[ée]e?|imprim[ée]e?|g[ée]n[ée]r[ée]e?|extrait|situation|arr[êe]t[ée]e?|printed|generated|date)?\s*\b(le|au|du|on|as of|:)?\s*)\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(\s.*)?)$/iu;

const isLetter = (byte: number): boolean =>
  byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const isLower = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const DASH = 0x2d;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

function filledCount(starts: Int32Array, ends: Int32Array, count: number): number {
  let filled = 0;
  for (let i = 0; i < count; i++) if (starts[i] !== ends[i]) filled++;
  return filled;
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}
