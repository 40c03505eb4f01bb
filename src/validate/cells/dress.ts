import type { Span } from './text.ts';

/** What stands around a figure: its sign and its currency. Reused from cell to cell. */
export interface Dress extends Span {
  negative: boolean;
  /** A sign was there: alone, it means "nothing". */
  signed: boolean;
  /** A letter or word for the side was there: 1 for a debit, -1 for a credit, else 0. */
  side: number;
  /** A currency was there, and it is not the euro. */
  foreign: boolean;
}

const MINUS = 0x2d;
const euros = ['', 'EUR', 'EURO', 'EUROS', 'E', '€'];
const others: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency').filter((code) => code !== 'EUR'),
  ...['$', 'US$', 'CA$', '£', '¥', 'FR.', 'SFR', 'SFR.', 'FS', 'FCFA', 'DH', 'DHS', 'ZŁ', 'KR', 'KČ', 'LEI'],
]);
/** As listings write them behind a figure, seldom before it: French, English, German, Spanish. */
const sides: Readonly<Record<string, number>> = {
  ...{ D: 1, DB: 1, DR: 1, DEB: 1, DÉB: 1, DEBIT: 1, DÉBIT: 1, S: 1, SOLL: 1, DEBE: 1 },
  ...{ C: -1, CR: -1, CRED: -1, CRÉD: -1, CREDIT: -1, CRÉDIT: -1, H: -1, HABEN: -1, HABER: -1 },
};

const isFigure = (c: number): boolean => (c >= 0x30 && c <= 0x39) || c === 0x2c || c === 0x2e;

/**
 * Narrows the span to the figure itself, taking off one sign on either side, parentheses (negative), a currency, and a
 * word for the side.
 * @returns false where anything else surrounds the figure
 */
export function undress(bytes: Uint8Array, dress: Dress): boolean {
  dress.negative = false;
  dress.signed = false;
  dress.side = 0;
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
  dress.signed = marks.length > 0;
  dress.negative = marks === '-' || marks === '()';
  if (marks === '()' && !before.includes('(')) return false;
  return ['', '-', '+', '()'].includes(marks) && [before, after].every((text) => name(text, dress));
}

/** Notes what the words on one side of a figure say: a currency, a side, or both. @returns false for any others */
function name(text: string, dress: Dress): boolean {
  const word = text.replace(/[-+()]/g, '').toUpperCase();
  if (euros.includes(word)) return true;
  if (others.has(word)) return (dress.foreign = true);
  for (const [side, sign] of Object.entries(sides)) {
    const rest = word.endsWith(side)
      ? word.slice(0, -side.length)
      : word.startsWith(side)
        ? word.slice(side.length)
        : word;
    if (rest === word || dress.side !== 0 || !(euros.includes(rest) || others.has(rest))) continue;
    dress.side = sign;
    dress.foreign ||= others.has(rest);
    return true;
  }
  return false;
}

/** The text between two positions without blanks; a dash of any length is a minus. Strings only for what is rare. */
function visible(bytes: Uint8Array, start: number, end: number): string {
  if (start === end) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString('utf8')
    .replace(/[\s\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-');
}
