import { CellKind, type RecordView } from '../../model/record.ts';
import { monthNumber } from '../cells/calendar.ts';
import type { ValueWriter } from '../cells/cells.ts';
import { fold } from '../cells/fold.ts';
import { textOf } from '../cells/remember.ts';
import type { Row } from './row.ts';
import type { Span } from '../cells/text.ts';

/** Writes a code as `write` does, and says where a spreadsheet took one such as `1-2` for a date or a truth value. */
export const watched =
  (row: Row, column: string, write: ValueWriter): ValueWriter =>
  (view, position) => {
    if (isConverted(view, position, row.span)) row.warnings.add('converted_code', column, view, position);
    return write(view, position);
  };

const isConverted = (view: RecordView, position: number, { start, end }: Span): boolean => {
  const kind = view.kinds[position];
  return kind === CellKind.date || kind === CellKind.bool || looksConverted(view.bytes, start, end);
};

const SLASH = 0x2f;
const DASH = 0x2d;
const isDigit = (c: number | undefined): boolean => c !== undefined && c >= 0x30 && c <= 0x39;
const isLetter = (c: number | undefined): boolean =>
  c !== undefined && (c >= 0xc2 || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a));

const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d\d|\d{4})( \d{1,2}:.*)?$/;
const moment = /^\d{4}-(0\d|1[012])-([012]\d|3[01])[ T]\d\d:\d\d/;
const dayAndMonth = /^\d{1,2}[- ]([^\d\s.-]+)\.?([- ]\d{2,4})?$/;
const monthAndYear = /^([^\d\s.-]+)\.?-\d\d$/;
const truths = /^(true|false|vrai|faux)$/i;

/**
 * Whether a code has the form in which spreadsheets show what they take for a date or a truth value: `02/01/2026`,
 * `02-janv`, `2-Jan`, `janv-26`, `2026-01-02 00:00:00`, `VRAI`. The first bytes rule out nearly all.
 */
function looksConverted(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 4 || length > 24) return false;
  if (!isDigit(bytes[start])) {
    if (bytes[end - 3] === DASH) return isMonth(monthAndYear, bytes, start, end);
    return length <= 5 && isLetter(bytes[end - 1]) && truths.test(textOf(bytes, start, end));
  }
  const mark = isDigit(bytes[start + 1]) ? start + 2 : start + 1;
  if (bytes[mark] === SLASH) return isSlashedDate(textOf(bytes, start, end));
  if (isDigit(bytes[mark])) return length >= 16 && bytes[start + 4] === DASH && moment.test(textOf(bytes, start, end));
  return isLetter(bytes[mark + 1]) && isLetter(bytes[mark + 3]) && isMonth(dayAndMonth, bytes, start, end);
}

function isSlashedDate(text: string): boolean {
  const [, a, b] = slashed.exec(text) ?? [];
  const [first, second] = [Number(a), Number(b)];
  return first > 0 && second > 0 && Math.min(first, second) <= 12 && Math.max(first, second) <= 31;
}

function isMonth(form: RegExp, bytes: Uint8Array, start: number, end: number): boolean {
  const [, name] = form.exec(textOf(bytes, start, end)) ?? [];
  return name !== undefined && monthNumber(fold(name)) !== undefined;
}
