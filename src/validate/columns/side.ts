import { fold } from '../cells/fold.ts';
import { remember } from '../cells/remember.ts';

/** How `1` is read: Sage writes 0 for a debit and 1 for a credit; others write 1 and -1, or 1 and 2. */
export interface SideColumn {
  one: 'debit' | 'credit';
  zeros: number;
  signed: number;
  ones: number;
  twos: number;
}

export const sideColumn = (one: SideColumn['one']): SideColumn => ({ one, zeros: 0, signed: 0, ones: 0, twos: 0 });

type Meaning = 'D' | 'C' | 'doit' | 'avoir' | '0' | '1' | '2' | '+' | '-';

/** French and English, and the letters of German (Soll, Haben), Spanish (Debe, Haber) and Italian listings. */
const names: Readonly<Record<'D' | 'C', string>> = {
  D: 'd db dr deb debit debits debiteur debitrice dt dbt s soll debe dare debito',
  C: 'c cr cred credit credits crediteur creditrice ct cdt crt h haben haber avere credito',
};
const words = new Map<string, Meaning>([
  ...(['D', 'C'] as const).flatMap((side) => names[side].split(' ').map((name) => [name, side] as const)),
  // Sides in a column that its header calls so; elsewhere they are types, and one letter may be anything.
  ['doit', 'doit'],
  ['avoir', 'avoir'],
  ['a', 'avoir'],
  ['0', '0'],
  ['1', '1'],
  ['2', '2'],
]);
/** Words for a side of which nothing is left once punctuation is dropped. */
const signs = new Map<string, Meaning>([
  ['+1', '+'],
  ['-1', '-'],
  ['+', '+'],
  ['-', '-'],
  ['\u2212', '-'],
  ['\u2013', '-'],
]);

const meaning = remember((text) => signs.get(text) ?? words.get(fold(text)));

/** @returns 1 for a debit, -1 for a credit, 0 for anything else */
export function readSide(bytes: Uint8Array, start: number, end: number, column: SideColumn): number {
  switch (meaning(bytes, start, end)) {
    case 'D':
    case 'doit':
      return 1;
    case 'C':
    case 'avoir':
      return -1;
    case '+':
      column.signed++;
      return 1;
    case '-':
      column.signed++;
      return -1;
    case '0':
      column.zeros++;
      return 1;
    case '1':
      column.ones++;
      return column.one === 'debit' ? 1 : -1;
    case '2':
      column.twos++;
      // Beside Sage's 0 and 1 it is neither.
      return column.one === 'debit' ? -1 : 0;
    case undefined:
    default:
      return 0;
  }
}

/** What `readSide` would say, with Sage's 0 and 1; nothing is counted. */
export function sideOf(bytes: Uint8Array, start: number, end: number): number {
  const found = meaning(bytes, start, end);
  if (found === 'D' || found === '+' || found === '0') return 1;
  return found === 'C' || found === '-' || found === '1' ? -1 : 0;
}

/** Whether a header speaks of sides, whatever the cells under it say: `Cr`, `Crédit ?`, `Signe`. */
export const speaksOfSides = (header: string): boolean =>
  header.split(/[^\p{L}]+/u).some((word) => word.length > 1 && (words.has(fold(word)) || sideHeaders.has(fold(word))));

const sideHeaders = new Set(['sens', 'signe', 'side', 'sign']);
