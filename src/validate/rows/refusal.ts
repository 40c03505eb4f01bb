import type { RecordView } from '../../model/record.ts';
import { writeInteger, writeNull } from '../output/copy.ts';
import { fold } from '../cells/fold.ts';
import { type Filled, filledCells, isDrawn, isFurniture, isPageMark } from '../file/furniture.ts';
import type { ColumnMatch } from '../columns/match.ts';
import type { Output } from '../output/output.ts';
import { textOf } from '../cells/remember.ts';
import { type Row, TAB } from './row.ts';
import { writeText } from '../cells/text.ts';
import { shorten, shownValue } from '../cells/warnings.ts';

const longestRaw = 4096;

/** Writes one line of `rejectionColumns`. */
export function writeRejection(out: Output, fileNo: number, row: Row, view: RecordView): void {
  const raw = textOf(view.raw, view.rawStart, Math.min(view.rawEnd, view.rawStart + longestRaw * 4));
  const fields = [row.column, row.code, shownValue(view, row.position), shorten(raw, longestRaw)];
  const bytes = fields.map((field) => (field === null ? null : Buffer.from(field)));
  out.reserve(bytes.reduce((sum, field) => sum + (field?.length ?? 1) * 2 + 1, 64));
  out.at = writeInteger(fileNo, out.buffer, out.at);
  out.buffer[out.at++] = TAB;
  out.at = writeInteger(view.line, out.buffer, out.at);
  for (const field of bytes) {
    out.buffer[out.at++] = TAB;
    out.at = field === null ? writeNull(out.buffer, out.at) : writeText(field, 0, field.length, out.buffer, out.at);
  }
  out.buffer[out.at++] = 0x0a;
}

/** SAP writes `*`, `**` … before its totals. */
const totals = /^\s*(\*+(\s|$)|(sous[- ]?tota(l|ux)|sub[- ]?total|grand total|tota(l|ux)|somme|sum)\b)/i;

/** What is owed so far, or in all; what was owed before the first line is money that the lines do not hold. */
const balances =
  /^\s*(solde(?!\s+(initial|ant[ée]rieur|pr[ée]c[ée]dent|d.ouverture|[àa] nouveau|au\s+\d))|cumuls?|encours|[àa] reporter|report(?!\s+[àa] nouveau)|montant total)(?!\p{L})/iu;

/** `1 234,50 €`, `(12.00)`, `-`: where a line break has cut a text, its rest stands where the first column is an amount. */
const isFigure = /^[\s(+-]*(€|[A-Z]{3})?[\s(+-]*(\d[\d\s.,'’]*|[-–—])\s*(€|[A-Z]{3})?[\s)CDR+-]*$/;

const money: readonly string[] = ['debit', 'credit', 'amount', 'balance'];

/**
 * Whether a record that breaks a rule is no record at all: a blank or drawn line, a note beside the table, a total, a
 * trailer, or the head or foot of a page.
 */
export function isNoise(match: ColumnMatch, view: RecordView): boolean {
  const filled = filledCells(view);
  const isBeside = (i: number) => match.header.length > 0 && (i >= match.header.length || match.unnamed.includes(i));
  const within = new Map([...filled].filter(([i]) => !isBeside(i)));
  if (within.size === 0 || isDrawn(within) || isFurniture(within)) return true;
  return isTotal(match, filled) || isHeader(match, view);
}

/** A line that names no entry, and says what is owed so far or in all. */
const isBalance = (filled: Filled, holds: (...names: string[]) => boolean, code: number | undefined): boolean =>
  ['piece_number', 'entry_date', 'entry_id'].every((name) => !holds(name)) &&
  [...filled].some(([i, text]) => balances.test(text) && (i === code || !holds('client_code')));

/**
 * A line of nothing but amounts, or one that begins a cell with "Total" and names no client, or does so in a column of
 * its own. An entry of TOTAL ENERGIES
 * has a piece and a date, and a client without a code has a name: they are refused, since somebody has to mend them.
 */
function isTotal(match: ColumnMatch, filled: Filled): boolean {
  const holds = (...names: string[]) => names.every((name) => filled.has(match.positions.get(name) ?? -1));
  const amounts = money.flatMap((name) => match.positions.get(name) ?? []);
  if ([...filled].every(([i, text]) => amounts.includes(i) && isFigure.test(text))) return true;
  if (match.dataset === 'ecritures' && isBalance(filled, holds, match.positions.get('client_code'))) return true;
  const [word] = [...filled].find(([, text]) => totals.test(text)) ?? [];
  if (word === undefined || word === match.positions.get('name') || holds('piece_number', 'entry_date')) return false;
  return word === match.positions.get('client_code') || !holds('client_code') || match.unnamed.includes(word);
}

const cellText = (view: RecordView, i: number): string =>
  textOf(view.bytes, view.starts[i] as number, view.ends[i] as number);

/** Whether the record says what the header says; beside it may stand a page number. */
export function isHeader(match: ColumnMatch, view: RecordView): boolean {
  if (match.header.length === 0 || view.count < match.header.length) return false;
  for (let i = match.header.length; i < view.count; i++)
    if (fold(cellText(view, i)) !== '' && !isPageMark(cellText(view, i))) return false;
  return match.header.every((name, i) => fold(name) === fold(cellText(view, i)));
}
