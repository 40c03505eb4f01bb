import { remember } from './remember.ts';

/** How `1` is read: Sage writes 0 for a debit and 1 for a credit; others write 1 and -1. */
export interface SideColumn {
  one: 'debit' | 'credit';
  zeros: number;
  signed: number;
  ones: number;
}

export const sideColumn = (one: SideColumn['one']): SideColumn => ({ one, zeros: 0, signed: 0, ones: 0 });

const words = new Map(
  Object.entries({
    D: 'D',
    DB: 'D',
    DR: 'D',
    DEBIT: 'D',
    DÉBIT: 'D',
    C: 'C',
    CR: 'C',
    CREDIT: 'C',
    CRÉDIT: 'C',
    '0': '0',
    '1': '1',
    '+1': '+',
    '-1': '-',
    '+': '+',
    '-': '-',
  }),
);

const meaning = remember((text) => words.get(text.toUpperCase()));

/** @returns 1 for a debit, -1 for a credit, 0 for anything else */
export function readSide(bytes: Uint8Array, start: number, end: number, column: SideColumn): number {
  switch (meaning(bytes, start, end)) {
    case 'D':
      return 1;
    case 'C':
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
    case undefined:
    default:
      return 0;
  }
}
