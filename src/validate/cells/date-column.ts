import type { DateOrder } from '../../model/mapping.ts';

/** Months from January 1950 are numbered from 1; 0 stands for any that is farther away. */
const FIRST_YEAR = 1950;
const YEARS = 180;

export const monthAt = (year: number, month: number): number =>
  year >= FIRST_YEAR && year < FIRST_YEAR + YEARS ? (year - FIRST_YEAR) * 12 + month : 0;

/** `2026-05` */
export const monthShown = (at: number): string =>
  `${FIRST_YEAR + Math.floor((at - 1) / 12)}-${String(((at - 1) % 12) + 1).padStart(2, '0')}`;

/** How many cells lie in each month. */
type ByMonth = Int32Array;

/**
 * What a column's cells would be: by each order of their parts, as the dates that they are where the cell itself shows
 * its order, as those dates with day and month swapped, as either reading of five digits; and, again, those of the cells
 * that are a date by either order and another by each.
 */
export const readings = [
  'dmy',
  'mdy',
  'ymd',
  'fixed',
  'swapped',
  'asSerial',
  'asDay',
  'eitherDmy',
  'eitherMdy',
] as const;

/** Cells counted by what they show; see `readDate`. All of it adds up, in whatever order the cells come. */
export const dateCounters = [
  /** Whose order has to be decided and of which some order makes a date; those with `/` or `.` between the parts. */
  'cells',
  'slashed',
  /** Cells whose day and month could both be either; where that makes a difference; where a year in front does. */
  'both',
  'either',
  'yearFirst',
  /** Whose order is fixed: of the first twelve days of a month, and of the others. */
  'low',
  'high',
  /** With the year in front: no date unless the day stands before the month. */
  'turned',
  /** Bare digits that only one reading allows, and five digits that both do. */
  'serial',
  'jjmmaa',
  'unclearDigits',
  /** By the time of day: none, and midnight in Paris; the evening before (see `Hour`), of these with an offset … */
  'midnight',
  'evening',
  'zoned',
  'offSeason',
  'short',
  'dayEnd',
  'late',
  'timed',
  /** Rows whose due date lies before the entry or over half a year after it, if both were read by this order. */
  'oddDmy',
  'oddMdy',
  'oddYmd',
] as const;

type DateCounter = (typeof dateCounters)[number];

/** What the time of a cell says of its day. */
export const Hour = {
  /** Nothing: there is none, or it is midnight, or one of a real point in time. */
  plain: 0,
  /** 22:00 or 23:00, or seconds short of midnight: the day that follows may be meant. */
  evening: 1,
  /** 23:59:59, by which programs write the end of that very day. */
  dayEnd: 2,
  /** An hour of the afternoon sharp, in UTC: midnight somewhere in the east. */
  late: 3,
} as const;

/** A usual cell, `JJ/MM/AAAA` with two parts that may be a day, as one number below `USUAL`; any other is -1. */
const FIRST_USUAL = 1990;
const USUAL = 64 << 10;

export const usualKey = (a: number, b: number, year: number): number =>
  a < 32 && b < 32 && year >= FIRST_USUAL && year < FIRST_USUAL + 64 ? ((year - FIRST_USUAL) << 10) | (b << 5) | a : -1;

export const partsOf = (key: number): [a: number, b: number, year: number] => [
  key & 31,
  (key >> 5) & 31,
  (key >> 10) + FIRST_USUAL,
];

/** What the column's last cell could be by each order, as `year * 372 + month * 31 + day`; -1 where it is no date. */
interface LastCell {
  /** It is a usual one, of which nothing else here is known yet; or -1. */
  usual: number;
  dmy: number;
  mdy: number;
  ymd: number;
  /** The orders make a difference. */
  isOpen: boolean;
  /** One of the first twelve days of a month, in a cell that shows its order. */
  isLow: boolean;
  /** Five digits that are a serial as well as a day. */
  isUnclear: boolean;
  hour: number;
}

/** How the cells of a column of dates are read that do not show it themselves. */
export interface DateDecision {
  dateOrder?: DateOrder;
  /** The orders that its cells speak for about as much; where there are several, cells that they read otherwise are named. */
  orders?: readonly DateOrder[];
  digits?: DateColumn['digits'];
  eveningMeans?: DateColumn['eveningMeans'];
  /** Day and month of the cells that show their order were swapped: surely, so that they are swapped back, or perhaps. */
  swapped?: 'surely' | 'perhaps';
  /** Cells that are named since what they mean is not certain. */
  unsure?: readonly ('digits' | 'evening' | 'dayEnd' | 'late')[];
}

/** How a column is read, and what its cells say. */
export interface DateColumn extends Record<DateCounter, number> {
  order: DateOrder;
  /** How five digits are read where both are possible: JJMMAA without its first zero, or a spreadsheet's serial. */
  digits: 'jjmmaa' | 'serial';
  /** Which day the evening before means. */
  eveningMeans: 'next' | 'same';
  /** Day and month of cells that show their order were swapped by a spreadsheet: they are swapped back. */
  isSwapped: boolean;
  /** What an earlier run over the file decided: cells that it leaves doubtful are named. */
  decided: DateDecision;
  /** What to add to a serial: 0, or 1462 where the workbook counts from 1904. */
  epoch: number;
  /** The last year that two digits stand for; they stand for the hundred that end with it. */
  lastYear: number;
  months: Record<(typeof readings)[number], ByMonth>;
  /** How often each usual cell came, not counted otherwise so far, and the date that it is; 0: not known. */
  usual: { counts: Int32Array; dates: Int32Array };
  last: LastCell;
}

/** Two digits are the year that lies nearest to today. */
const YEARS_AHEAD = 49;

/** @param pinned the order that a mapping names */
export function dateColumn(
  today: Date,
  { pinned, decided = {}, date1904 = false }: { pinned?: DateOrder; decided?: DateDecision; date1904?: boolean } = {},
): DateColumn {
  const counters = Object.fromEntries(dateCounters.map((name) => [name, 0])) as Record<DateCounter, number>;
  const byMonth = () => new Int32Array(YEARS * 12 + 1);
  return {
    ...counters,
    order: pinned ?? decided.dateOrder ?? 'dmy',
    digits: decided.digits ?? 'jjmmaa',
    eveningMeans: decided.eveningMeans ?? 'next',
    isSwapped: decided.swapped === 'surely',
    decided,
    epoch: date1904 ? 1462 : 0,
    lastYear: today.getUTCFullYear() + YEARS_AHEAD,
    months: {
      dmy: byMonth(),
      mdy: byMonth(),
      ymd: byMonth(),
      fixed: byMonth(),
      swapped: byMonth(),
      asSerial: byMonth(),
      asDay: byMonth(),
      eitherDmy: byMonth(),
      eitherMdy: byMonth(),
    },
    usual: { counts: new Int32Array(USUAL), dates: new Int32Array(USUAL) },
    last: { usual: -1, dmy: -1, mdy: -1, ymd: -1, isOpen: false, isLow: false, isUnclear: false, hour: Hour.plain },
  };
}

/** Before a row whose cell may be empty: what the last one could be is forgotten. */
export function forgetLast({ last }: DateColumn): void {
  last.usual = last.dmy = last.mdy = last.ymd = -1;
  last.isOpen = last.isLow = last.isUnclear = false;
  last.hour = Hour.plain;
}

/** Half a year, in days of which a year has 372. */
const LONGEST_TERM = 190;
const isOdd = (entry: number, due: number): boolean =>
  entry >= 0 && due >= 0 && (due < entry || due > entry + LONGEST_TERM);

/** Whether the order makes a difference to a usual cell. */
const isUsualOpen = (key: number): boolean =>
  (key & 31) <= 12 && ((key >> 5) & 31) <= 12 && (key & 31) !== ((key >> 5) & 31);

/** Looks into the last cell, if it is a usual one. */
function unfold({ last }: DateColumn): void {
  if (last.usual < 0) return;
  const [a, b, year] = partsOf(last.usual);
  last.isOpen = isUsualOpen(last.usual);
  last.isLow = last.isUnclear = false;
  last.hour = Hour.plain;
  last.dmy = b <= 12 ? year * 372 + b * 31 + a : -1;
  last.mdy = a <= 12 ? year * 372 + a * 31 + b : -1;
  last.ymd = last.usual = -1;
}

/** Counts what the last cells of two columns say of one another, if the orders make a difference to them. */
export function countPair(entry: DateColumn, due: DateColumn): void {
  const [first, second] = [entry.last, due.last];
  // Most cells can be read in one order only.
  if ((first.usual >= 0 && !isUsualOpen(first.usual)) || (second.usual >= 0 && !isUsualOpen(second.usual))) return;
  unfold(entry);
  unfold(due);
  if (!first.isOpen && !second.isOpen) return;
  if (isOdd(first.dmy, second.dmy)) due.oddDmy++;
  if (isOdd(first.mdy, second.mdy)) due.oddMdy++;
  if (isOdd(first.ymd, second.ymd)) due.oddYmd++;
}

/** The finding that names the column's last cell: it is one that the decision leaves doubtful. */
export function doubtOf(column: DateColumn): string | undefined {
  unfold(column);
  const { last, decided, order } = column;
  const { orders = [], unsure = [], swapped } = decided;
  const read = last[order];
  if (last.isOpen && orders.some((other) => last[other] >= 0 && last[other] !== read)) return 'ambiguous_dates';
  if (last.isUnclear && unsure.includes('digits')) return 'ambiguous_dates';
  if (last.isLow && swapped !== undefined) return swapped === 'surely' ? 'swapped_dates' : 'perhaps_swapped_dates';
  if (last.isOpen && swapped === 'perhaps') return 'perhaps_swapped_dates';
  if (last.hour === Hour.evening && unsure.includes('evening')) return 'evening_unclear';
  if (last.hour === Hour.dayEnd && unsure.includes('dayEnd')) return 'evening_unclear';
  return last.hour === Hour.late && unsure.includes('late') ? 'evening_unclear' : undefined;
}

/** Whether any cell of a column may be doubtful. */
export const mayBeDoubtful = ({ decided: { orders = [], unsure = [], swapped } }: DateColumn): boolean =>
  orders.length > 1 || unsure.length > 0 || swapped !== undefined;
