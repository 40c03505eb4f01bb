import type { RecordView } from '../../model/record.ts';
import { remember } from './remember.ts';
import { Cell, openCell, type Span } from './text.ts';
import { countryCode } from './vocabulary.ts';

/**
 * Postcodes and telephones that a spreadsheet took for numbers have lost a zero: in France a postcode has five digits and
 * a telephone ten, of which the first is 0. Elsewhere fewer digits are right.
 */
export interface FrenchColumn {
  /** Cells with all their digits, of clients in France or of an unknown country. */
  full: number;
  /** Cells that would have them with a zero, of clients of an unknown country. */
  short: number;
  /** Decided: no cell has all its digits, so that nothing says that these are French. */
  keeps: boolean;
}

export const frenchColumn = (keeps: boolean): FrenchColumn => ({ full: 0, short: 0, keeps });

export type Digits = 5 | 10;

const span: Span = { start: 0, end: 0 };
const codeOf = remember(countryCode);

/** Whether the client is in France; undefined where the file does not say where. */
function isFrench(view: RecordView, country: number): boolean | undefined {
  if (country < 0 || openCell(view, country, span) !== Cell.value) return undefined;
  const code = codeOf(view.bytes, span.start, span.end);
  return code === undefined ? undefined : code === 'FR';
}

/** @returns what is to be said of a number that lacks its first zero: it gets it (with or without a doubt), or may lack it */
export function lostZero(
  text: Uint8Array,
  { start, end }: Span,
  digits: Digits,
  column: FrenchColumn,
  view: RecordView,
  country: number,
): 'none' | 'mended' | 'mendedInDoubt' | 'doubtful' {
  let count = 0;
  for (let i = start; i < end; i++) {
    const c = text[i] as number;
    if (c >= 0x30 && c <= 0x39) count++;
    else if (c !== 0x20 && c !== 0x2e && c !== 0x2d) return 'none';
  }
  const startsWithZero = text[start] === 0x30;
  const isFull = count === digits && (digits === 5 || startsWithZero);
  if (!isFull && (count !== digits - 1 || startsWithZero)) return 'none';
  const french = isFrench(view, country);
  if (french === false) return 'none';
  if (isFull) {
    column.full++;
    return 'none';
  }
  if (french === true) return 'mended';
  column.short++;
  return column.keeps ? 'doubtful' : 'mendedInDoubt';
}
