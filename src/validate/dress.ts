import type { Span } from './text.ts';

/** What stands around a figure: its sign and its currency. Reused from cell to cell. */
export interface Dress extends Span {
  negative: boolean;
  /** A sign was there: alone, it means "nothing". */
  signed: boolean;
  /** A currency was there, and it is not the euro. */
  foreign: boolean;
}

const MINUS = 0x2d;
const euros = ['', 'EUR', 'EURO', 'EUROS', 'E', '€'];
const others = ['USD', 'GBP', 'CHF', 'CAD', '$', '£'];

const isFigure = (c: number): boolean => (c >= 0x30 && c <= 0x39) || c === 0x2c || c === 0x2e;

/**
 * Narrows the span to the figure itself, taking off one sign on either side, parentheses (negative), and a currency.
 * @returns false where anything else surrounds the figure
 */
export function undress(bytes: Uint8Array, dress: Dress): boolean {
  dress.negative = false;
  dress.signed = false;
  dress.foreign = false;
  const { start, end } = dress;
  if (start < end && isFigure(bytes[end - 1] as number)) {
    if (isFigure(bytes[start] as number)) return true;
    if (bytes[start] === MINUS && isFigure(bytes[start + 1] as number)) {
      dress.signed = dress.negative = true;
      dress.start++;
      return true;
    }
  }
  while (dress.start < dress.end && !isFigure(bytes[dress.start] as number)) dress.start++;
  while (dress.end > dress.start && !isFigure(bytes[dress.end - 1] as number)) dress.end--;
  return understand(visible(bytes, start, dress.start), visible(bytes, dress.end, end), dress);
}

function understand(before: string, after: string, dress: Dress): boolean {
  const marks = (before + after).replace(/[^-+()]/g, '');
  const words = [before, after].map((text) => text.replace(/[-+()]/g, '').toUpperCase());
  dress.signed = marks.length > 0;
  dress.negative = marks === '-' || marks === '()';
  dress.foreign = words.some((word) => others.includes(word));
  if (marks === '()' && !before.includes('(')) return false;
  return ['', '-', '+', '()'].includes(marks) && words.every((word) => euros.includes(word) || others.includes(word));
}

/** The text between two positions without blanks; a dash of any length is a minus. Strings only for what is rare. */
function visible(bytes: Uint8Array, start: number, end: number): string {
  if (start === end) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString('utf8')
    .replace(/[\s\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-');
}
