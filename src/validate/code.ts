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

/** `3,62521E+13`: a spreadsheet has rounded what was a long code, and nothing brings its digits back. */
export function isRoundedNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5 || bytes[end - 3] !== PLUS || ((bytes[end - 4] as number) | 0x20) !== 0x65) return false;
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number;
    const digit = c >= 0x30 && c <= 0x39;
    const mark = i === start + 1 && (c === 0x2c || c === 0x2e);
    if (!digit && !mark && i !== end - 3 && i !== end - 4) return false;
  }
  return true;
}
