import type { Span } from './text.ts';
import { trim } from './text.ts';

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const PLUS = 0x2b;
const EQUALS = 0x3d;

/** Longer codes would not fit an index of the database. */
export const longestCode = 200;

/**
 * Takes off what spreadsheets put around a code to keep its zeros: `'00123`, `="00123"`. The span is trimmed before and
 * after.
 */
export function unwrapCode(bytes: Uint8Array, span: Span): void {
  const first = bytes[span.start];
  if (first === APOSTROPHE) span.start++;
  else if (
    first === EQUALS &&
    span.end - span.start >= 3 &&
    bytes[span.start + 1] === QUOTE &&
    bytes[span.end - 1] === QUOTE
  ) {
    span.start += 2;
    span.end--;
  } else return;
  trim(bytes, span);
}

/**
 * Whether a code ends with a quote or an apostrophe: what is left of quotes that the file's other cells do not have. Of an
 * `=` or an apostrophe before it nothing is left.
 */
export function endsWithQuote(bytes: Uint8Array, { start, end }: Span): boolean {
  const last = bytes[end - 1];
  if (last === APOSTROPHE || last === QUOTE) return end - start > 1;
  return last === 0x9d && bytes[end - 2] === 0x80 && bytes[end - 3] === 0xe2 && end - start > 3;
}

/**
 * `3,62521E+13`, or `3.62521E13` as Java and databases write: a program has rounded what was a long code, and nothing
 * brings its digits back. Without a mark and a plus it is a code (`4E12`).
 */
export function isRoundedNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const second = bytes[start + 1] as number;
  const hasMark = isMark(second);
  if (end - start < 5 || !isDigit(bytes[start]) || !(hasMark || isExponent(second))) return false;
  let i = start + 1;
  if (hasMark)
    do i++;
    while (i < end && isDigit(bytes[i]));
  if ((hasMark && i < start + 3) || !isExponent(bytes[i] as number)) return false;
  const hasPlus = bytes[i + 1] === PLUS;
  if (!hasMark && !hasPlus) return false;
  const digits = end - i - (hasPlus ? 2 : 1);
  if (digits < 1 || digits > 3) return false;
  for (i = end - digits; i < end; i++) if (!isDigit(bytes[i])) return false;
  return true;
}

const isExponent = (c: number): boolean => (c | 0x20) === 0x65;
const isDigit = (c = 0): boolean => c >= ZERO && c <= ZERO + 9;

/** What the cells of a column of codes say about a `.0` at their end, which a program put there that took them for numbers. */
export interface CodeColumn {
  cells: number;
  /** Digits with `.0`; and digits with other decimals, beside which `12.0` is a code like them. */
  floats: number;
  decimals: number;
  /** How many of the clients' codes have a digit, and how many are of words, with the first of these. */
  numbered: number;
  words: number;
  worded: { line: number; value: string }[];
  /** The last code is of words. */
  isWorded: boolean;
  /** Decided: the codes are what they are. */
  keeps: boolean;
}

export const codeColumn = (keeps = false): CodeColumn => ({
  cells: 0,
  floats: 0,
  decimals: 0,
  numbered: 0,
  words: 0,
  worded: [],
  isWorded: false,
  keeps,
});

const ZERO = 0x30;
const isMark = (c: number | undefined): boolean => c === 0x2e || c === 0x2c;

/** Takes the decimals off a code that has none but zeros (`1001.0`, `69001,00`), unless the column keeps them. */
export function cutZeros(bytes: Uint8Array, span: Span, column: CodeColumn): void {
  column.cells++;
  const { start, end } = span;
  if (!isMark(bytes[end - 2]) && !isMark(bytes[end - 3])) return;
  let mark = -1;
  let isZero = true;
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number;
    if (isMark(c) && mark < 0 && i > start) mark = i;
    else if (c < ZERO || c > ZERO + 9) return;
    else if (mark >= 0 && c !== ZERO) isZero = false;
  }
  if (mark < 0 || mark === end - 1) return;
  if (!isZero) column.decimals++;
  else {
    column.floats++;
    if (!column.keeps) span.end = mark;
  }
}

/** `Édité par`, `Confidentiel`, `//C3`: small letters or blanks and no digit, or no letter and no digit at the beginning. */
export function isWorded(bytes: Uint8Array, { start, end }: Span): boolean {
  let isSmall = false;
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number;
    if (isDigit(c)) return isPunctuation(bytes[start] as number);
    if ((c >= 0x61 && c <= 0x7a) || c === 0x20) isSmall = true;
  }
  return isSmall || isPunctuation(bytes[start] as number);
}

const isPunctuation = (c: number): boolean => c < ZERO && c !== PLUS;
