import type { DecimalMark } from '../../model/mapping.ts';
import { type Dress, undress } from './dress.ts';

export const Amount = { empty: 0, exact: 1, rounded: 2, invalid: 3, tooLarge: 4 } as const;

/** What the cells of one column say about its decimal mark, and the last amount read from it. */
export interface AmountColumn {
  /** How `1,234` is read. */
  mark: DecimalMark;
  /** Cells that can be read only with this mark. */
  comma: number;
  dot: number;
  /** Cells such as `1,234` and `1.234`, which either mark allows. */
  unclearComma: number;
  unclearDot: number;
  /** Cells with three decimals or more that no other mark allows, and those with fewer than two. */
  threes: number;
  bare: number;
  /** The first of the cells such as `1,234` that were read with decimals. */
  thousandths: { line: number; value: string }[];
  /** How many of the amounts that the file calls credits are below zero, and how many above. */
  below: number;
  above: number;
  /** How many of its debits, or of amounts whose side nothing says, are below zero, and how many above. */
  minus: number;
  plus: number;
  /** Credit notes and payments above zero, of which nothing but their type says the side. */
  lowered: number;
  /** The sign of a credit says again that it is one: it is no credit taken back; and that of a debit likewise. */
  signedCredits: boolean;
  signedDebits: boolean;
  /** No amount of the file has a sign: what is a credit note or a payment is one by its type alone. */
  unsigned: boolean;
  /** The side that the column itself stands for, which a `D` or `C` beside a figure can only repeat: 1, -1, or 0 for none. */
  side: number;
  /**
   * Amounts of whole cents that are not zero, and those of a fraction of one; of these, those that no division by a
   * thousand makes of money: above a thousand, or with more than five decimals.
   */
  whole: number;
  fractions: number;
  computed: number;
  /** How many of `whole` have cents, and how many have none and are no multiple of five either. */
  withCents: number;
  odd: number;
  /** Fractions of a cent are the column's habit, and rounded; else an amount that has one is none. */
  rounds: boolean;
  /** The last amount, in cents: an integer below 10^15; and whether it bore another currency than the euro. */
  cents: number;
  foreign: boolean;
  /** How many decimals the last amount had, and whether they may be thousands. */
  decimals: number;
  isUnclear: boolean;
}

export const amountColumn = (mark: DecimalMark, side = 0): AmountColumn => ({
  mark,
  comma: 0,
  dot: 0,
  unclearComma: 0,
  unclearDot: 0,
  threes: 0,
  bare: 0,
  thousandths: [],
  below: 0,
  above: 0,
  minus: 0,
  plus: 0,
  lowered: 0,
  signedCredits: false,
  signedDebits: false,
  unsigned: false,
  side,
  whole: 0,
  fractions: 0,
  computed: 0,
  withCents: 0,
  odd: 0,
  rounds: false,
  cents: 0,
  foreign: false,
  decimals: 0,
  isUnclear: false,
});

const COMMA = 0x2c;
const DOT = 0x2e;
const APOSTROPHE = 0x27;
const BLANK = 0x20;
/** decimal(15,2): thirteen digits before the mark. */
const TOO_LARGE = 1e15;
/** Share of a cent under which surplus decimals are noise of a binary number (`1234.5600000000001`). */
const NOISE = 1e-4;

const dress: Dress = { start: 0, end: 0, negative: false, signed: false, side: 0, foreign: false };
/** The figure just scanned; reused. */
const figure = { value: 0, digits: 0, run: 0, lead: 0, last: 0, commas: 0, dots: 0, blanks: 0, uneven: false };

/**
 * Reads an amount in any of the forms that accounting software writes: `1 234,56` (space, NBSP, U+202F, apostrophe),
 * `1.234,56`, `1,234.56`, `(12,00)`, `12,00-`, `−12`, `+12`, `12,00 €`, `0000069,60`, `-` for none. A cell that only one
 * decimal mark allows is read with that one and counted as evidence; `column.mark` decides the others. A side beside the
 * figure is its sign (`80,00 C`, `80.00 DR`), except in a column of debits or credits, where it can only say so again.
 * Half a cent rounds away from zero. The span must be trimmed.
 */
export function readAmount(bytes: Uint8Array, start: number, end: number, column: AmountColumn): number {
  dress.start = start;
  dress.end = end;
  column.isUnclear = false;
  if (!undress(bytes, dress)) return Amount.invalid;
  column.foreign = dress.foreign;
  if (dress.start === dress.end) return dress.signed ? Amount.empty : Amount.invalid;
  if (dress.side !== 0 && !agrees(column)) return Amount.invalid;
  if (!scan(bytes, dress.start, dress.end) || figure.digits === 0) return Amount.invalid;
  const decimals = decimalsOf(column);
  return decimals < 0 ? Amount.invalid : settle(column, decimals);
}

/** Takes the side beside the figure for its sign; false where it contradicts the column, or where a sign stands there, too. */
function agrees(column: AmountColumn): boolean {
  dress.negative = column.side === 0 && dress.side < 0;
  return !dress.signed && (column.side === 0 || column.side === dress.side);
}

/** A spreadsheet's number, in JavaScript's canonical form. */
export function readNumber(text: string, column: AmountColumn): number {
  const number = Number(text);
  if (!Number.isFinite(number)) return Amount.invalid;
  dress.negative = number < 0;
  column.decimals = Number.MAX_SAFE_INTEGER;
  return settleScaled(column, Math.abs(number) * 100);
}

/** @returns false at a byte that is no part of a figure */
function scan(bytes: Uint8Array, start: number, end: number): boolean {
  let value = 0;
  let digits = 0;
  let run = 0;
  figure.last = figure.commas = figure.dots = figure.blanks = figure.lead = 0;
  figure.uneven = false;
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number;
    if (c >= 0x30 && c <= 0x39) {
      value = value * 10 + (c - 0x30);
      digits++;
      run++;
      continue;
    }
    const blank = c === COMMA || c === DOT ? 0 : blankLength(bytes, i);
    if (blank < 0) return false;
    if (blank > 0) i += blank - 1;
    separate(blank > 0 ? BLANK : c, run);
    run = 0;
  }
  figure.value = value;
  figure.digits = digits;
  figure.run = run;
  return true;
}

function separate(separator: number, run: number): void {
  if (figure.last === 0) figure.lead = run;
  else if (run !== 3) figure.uneven = true;
  figure.last = separator;
  if (separator === COMMA) figure.commas++;
  else if (separator === DOT) figure.dots++;
  else figure.blanks++;
}

/** Length of what parts thousands: space, NBSP, U+202F, U+2009, an apostrophe of either kind; -1 for anything else. */
function blankLength(bytes: Uint8Array, i: number): number {
  const c = bytes[i];
  if (c === BLANK || c === APOSTROPHE) return 1;
  if (c === 0xc2) return bytes[i + 1] === 0xa0 ? 2 : -1;
  if (c !== 0xe2 || bytes[i + 1] !== 0x80) return -1;
  const e = bytes[i + 2];
  return e === 0xaf || e === 0x89 || e === 0x99 ? 3 : -1;
}

/** How many of the figure's last digits are decimals; -1 if its separators make no sense. */
function decimalsOf(column: AmountColumn): number {
  const { last, run, commas, dots, blanks } = figure;
  if (last === 0) return 0;
  const same = last === COMMA ? commas : last === DOT ? dots : blanks;
  const all = commas + dots + blanks;
  // A separator that comes twice, or a blank, parts thousands: any other mark would be the decimal one.
  if (last === BLANK || same > 1) return all === same && run === 3 && grouped() ? thousands(column) : -1;
  if (all > 1) return grouped() ? decimal(column, run) : -1;
  return run === 3 && grouped() && !zeroLeads() ? unclear(column) : decimal(column, run);
}

const grouped = (): boolean => !figure.uneven && figure.lead >= 1 && figure.lead <= 3;
const zeroLeads = (): boolean => figure.value < 10 ** (figure.digits - 1);

function thousands(column: AmountColumn): number {
  if (figure.last === COMMA) column.dot++;
  else if (figure.last === DOT) column.comma++;
  return 0;
}

function decimal(column: AmountColumn, decimals: number): number {
  if (decimals > 0 && figure.last === COMMA) column.comma++;
  else if (decimals > 0) column.dot++;
  if (decimals > 2) column.threes++;
  return decimals;
}

function unclear(column: AmountColumn): number {
  if (figure.last === COMMA) column.unclearComma++;
  else column.unclearDot++;
  column.isUnclear = (figure.last === COMMA) === (column.mark === ',');
  return column.isUnclear ? 3 : 0;
}

function settle(column: AmountColumn, decimals: number): number {
  column.decimals = decimals;
  if (decimals < 2) column.bare++;
  if (decimals <= 2)
    return settleScaled(column, decimals === 2 ? figure.value : figure.value * (decimals === 1 ? 10 : 100));
  return settleScaled(column, figure.value / 10 ** (decimals - 2));
}

function settleScaled(column: AmountColumn, scaled: number): number {
  const cents = Math.floor(scaled + 0.5);
  if (cents >= TOO_LARGE) return Amount.tooLarge;
  column.cents = dress.negative && cents > 0 ? -cents : cents;
  return Math.abs(scaled - cents) > NOISE ? Amount.rounded : Amount.exact;
}
