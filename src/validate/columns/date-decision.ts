import type { DateOrder } from '../../model/mapping.ts';
import { type DateColumn, type DateDecision, type readings } from '../cells/date-column.ts';

/**
 * Everything is weighed in bits: how much likelier one reading makes what stands in the file than another. A cell that a
 * reading leaves impossible is one that somebody mistyped, which is rare; dates lie near today and near one another.
 */
const IMPOSSIBLE = 20;
/** That there are such in a file, but few. */
const MISTAKES = 7;
/** For a date of the future where none can be, and for a due date before its entry, or over half a year after it. */
const FUTURE = 4;
const ODD = 3;
/** Before any cell is read: the day stands first in Europe, and a year in front of slashes hardly anywhere. */
const AGAINST = { dmy: 0, mdy: 3, ymd: 5, slashedYmd: 9 };
/** What the other columns of a file may add. */
const MOST_OF_OTHERS = 12;
/** By so much another order has to be likelier than the day first, and to be certain. */
const ENOUGH = 4;
const CERTAIN = 8;

const orders = ['dmy', 'mdy', 'ymd'] as const;
type Bits = Record<DateOrder, number>;

const bitsOf = (of: (order: DateOrder) => number): Bits => ({ dmy: of('dmy'), mdy: of('mdy'), ymd: of('ymd') });
const lowest = ({ dmy, mdy, ymd }: Bits): number => Math.min(dmy, mdy, ymd);

/** What can only have happened; a due date lies ahead. */
const isPast = (name: string): boolean => name !== 'due_date';

/** Months since the first that is counted; see `monthAt`. */
const thisMonth = (today: Date): number => (today.getUTCFullYear() - 1950) * 12 + today.getUTCMonth() + 1;

/** Up to a year is near; then the logarithm of the years. */
const remoteness = (months: number): number => Math.log2(1 + Math.max(0, months - 12) / 12);

const total = (months: Int32Array): number => months.reduce((sum, n) => sum + Math.max(0, n), 0);

function median(months: readonly Int32Array[], all: number): number {
  const length = months[0]?.length ?? 0;
  let seen = 0;
  for (let at = 0; at < length; at++) {
    for (const counts of months) seen += Math.max(0, counts[at] ?? 0);
    if (seen * 2 >= all) return at;
  }
  return 0;
}

/** Months ahead beyond which a date that has happened is refused, and one that is due means none; see `dateWriters`. */
const MOST_AHEAD = { past: 25, due: 120 };
const FIRST_MONTH = (1990 - 1950) * 12 + 1;

/** How far from today and from the column's middle dates lie that are counted by month; what is refused is impossible. */
function distance(months: Int32Array, beside: Int32Array, now: number, mayBeAhead: boolean): number {
  const middle = median([months, beside], total(months) + total(beside));
  const last = now + (mayBeAhead ? MOST_AHEAD.due : MOST_AHEAD.past);
  let bits = 0;
  for (const [at, n] of months.entries()) {
    if (n <= 0) continue;
    const ahead = !mayBeAhead && at > now + 1 ? FUTURE : 0;
    const isRefused = at < FIRST_MONTH || at > last;
    const near = remoteness(Math.abs(at - middle)) + remoteness(Math.abs(at - now)) + ahead;
    bits += n * (isRefused ? Math.max(IMPOSSIBLE, near) : near);
  }
  return bits;
}

/**
 * Bits for cells that are no date in this order. In a column with the month first most days are beyond the twelfth:
 * where one cell in twenty or fewer is so, it is as likely a mistake in a column with the day first, and is named.
 */
function unlikely(impossible: number, cells: number, order: DateOrder): number {
  const isMistake = order === 'dmy' && impossible * 20 <= cells;
  return isMistake ? Math.min(impossible * IMPOSSIBLE, MISTAKES) : impossible * IMPOSSIBLE;
}

/** How unlikely each order makes the cells of one column, but for what is usual. */
function ownBits(name: string, column: DateColumn, due: DateColumn | undefined, now: number): Bits {
  const { months, cells } = column;
  const isPaired = due !== undefined && (name === 'entry_date' || name === 'due_date');
  const odd = isPaired ? { dmy: due.oddDmy, mdy: due.oddMdy, ymd: due.oddYmd } : { dmy: 0, mdy: 0, ymd: 0 };
  return bitsOf(
    (order) =>
      unlikely(cells - total(months[order]), cells, order) +
      distance(months[order], months.fixed, now, !isPast(name)) +
      odd[order] * ODD,
  );
}

/**
 * Chooses the order of the parts, for each column by what its cells say, and by those of the others where they leave
 * it open.
 */
function chooseOrders(columns: ReadonlyMap<string, DateColumn>, now: number): Map<string, DateOrder[]> {
  const own = new Map<string, Bits>();
  for (const [name, column] of columns) own.set(name, ownBits(name, column, columns.get('due_date'), now));
  const chosen = new Map<string, DateOrder[]>();
  for (const [name, column] of columns) {
    if (column.cells === 0 && column.unclearDigits === 0) continue;
    const others = [...own].filter(([other]) => other !== name && (columns.get(other)?.cells ?? 0) > 0);
    const beside = bitsOf((order) => others.reduce((sum, [, bits]) => sum + bits[order] - lowest(bits), 0));
    const slashed = column.slashed * 2 > column.cells;
    const bits = bitsOf((order) => {
      const against = order === 'ymd' && slashed ? AGAINST.slashedYmd : AGAINST[order];
      const bits = own.get(name)?.[order] ?? 0;
      return bits + Math.min(MOST_OF_OTHERS, beside[order] - lowest(beside)) + against;
    });
    chosen.set(name, ranked(bits, column));
  }
  return chosen;
}

/** The order to read by, then those that are about as likely and would make other dates. */
function ranked(bits: Bits, column: DateColumn): DateOrder[] {
  const best = orders.reduce((best, order) =>
    bits[order] + (order === 'dmy' ? 0 : ENOUGH) < bits[best] ? order : best,
  );
  const differs = (order: DateOrder) => (order === 'ymd' || best === 'ymd' ? column.yearFirst > 0 : column.either > 0);
  return [best, ...orders.filter((order) => order !== best && differs(order) && bits[order] < bits[best] + CERTAIN)];
}

/** From nine of ten on, a habit; below one of five, it happens. */
const isHabit = (count: number, all: number): boolean => count > 0 && count * 10 >= all * 9;
const isChance = (count: number, all: number): boolean => count * 5 <= all;
/** So many cells of one habit without an offset are no accident. */
const ENOUGH_EVENINGS = 3;

type Unsure = NonNullable<DateDecision['unsure']>[number];

function decideEvening(name: string, column: DateColumn, isWorkbook: boolean) {
  const { midnight, evening, offSeason, short, dayEnd, late, timed } = column;
  const before = evening + offSeason + short;
  const all = midnight + before + dayEnd + late + timed;
  const unsure: Unsure[] = [];
  const isShifted = isHabit(before, all);
  if (isShifted) {
    const isCertain = isHabit(evening, before) && (column.zoned === evening || evening >= ENOUGH_EVENINGS);
    if (!isCertain) unsure.push('evening');
  } else if (before > 0 && !isChance(before, timed)) unsure.push('evening');
  if (isHabit(dayEnd, all) && (isWorkbook || isPast(name))) unsure.push('dayEnd');
  if (isHabit(late, all)) unsure.push('late');
  const eveningMeans: DateColumn['eveningMeans'] = isShifted || before === 0 ? 'next' : 'same';
  return { eveningMeans, unsure, count: isShifted ? before : 0 };
}

/** So many cells on either side make a fingerprint. */
const FINGERPRINT = 3;

/**
 * A spreadsheet that expects the month first makes dates of `03/04/2026` and swaps them, and leaves `25/03/2026` a text:
 * cells that show their order are all of the first twelve days, and the others of no such day. The same where a program
 * writes `2026-25-03`.
 */
function decideSwapped(column: DateColumn, order: DateOrder, now: number): DateDecision['swapped'] {
  const { low, high, turned, both, months } = column;
  if (turned > 0 && high === 0) return turned >= FINGERPRINT && turned * 2 >= low ? 'surely' : 'perhaps';
  if (turned >= FINGERPRINT && !isChance(turned, high)) return 'perhaps';
  const texts = column.cells - both - (order === 'ymd' ? column.cells : 0);
  if (low === 0 || texts <= 0) return undefined;
  if (high > 0 || both > 0)
    return low > 2 && texts > 2 && high * 10 <= low && both * 10 <= texts ? 'perhaps' : undefined;
  const bits = (fixed: 'fixed' | 'swapped') => distance(months[fixed], months[order], now, false);
  const isNearer = bits('swapped') <= bits('fixed') + ENOUGH;
  return low >= FINGERPRINT && texts >= FINGERPRINT && isNearer ? 'surely' : 'perhaps';
}

/** By so many bits for each cell, at least, dates have to be likelier with day and month swapped. */
const ENOUGH_PER_CELL = 0.3;

/**
 * The same where the spreadsheet shows what it made in the form of the texts: `09/12/2025` became `12/09/2025`, and
 * `25/12/2025` is still there. Cells that may be either then lie in the future, or are due before they were entered.
 */
function mayBeSwapped(name: string, column: DateColumn, order: DateOrder, due: DateColumn | undefined, now: number) {
  const { cells, both, either, months } = column;
  if (order === 'ymd' || either === 0 || cells === both) return false;
  const isPaired = due !== undefined && (name === 'entry_date' || name === 'due_date');
  const bits = (reading: 'eitherDmy' | 'eitherMdy', odd: number) =>
    distance(months[reading], months.fixed, now, !isPast(name)) + (isPaired ? odd * ODD : 0);
  const dmy = bits('eitherDmy', due?.oddDmy ?? 0);
  const mdy = bits('eitherMdy', due?.oddMdy ?? 0);
  return (order === 'dmy' ? dmy - mdy : mdy - dmy) > Math.max(CERTAIN, ENOUGH_PER_CELL * either);
}

/** Four years and a day, by which the two systems of serials differ, in months; entries of a year ago are not late. */
const SYSTEMS_APART = 48;
const LATELY = 12;

/**
 * The last month of a column of serials, if it lies so far back that they count from 1904 without saying so: a file is
 * seldom sent that ends four years ago.
 */
function monthOf1904(column: DateColumn, isWorkbook: boolean, now: number): number | undefined {
  const { low, high, cells, serial, epoch, months } = column;
  if (epoch !== 0 || cells > 0 || low + high === 0 || (!isWorkbook && serial < low + high)) return undefined;
  const last = months.fixed.findLastIndex((n) => n > 0);
  const ago = now - (last + SYSTEMS_APART);
  return ago >= -1 && ago <= LATELY ? last : undefined;
}

/** How five digits are read: as most others of the column, or as what lies nearer. */
function decideDigits(column: DateColumn, now: number): { digits: DateColumn['digits']; isSure: boolean } {
  if (column.serial !== column.jjmmaa)
    return { digits: column.serial > column.jjmmaa ? 'serial' : 'jjmmaa', isSure: true };
  if (column.unclearDigits === 0) return { digits: column.digits, isSure: true };
  const bits = (months: (typeof readings)[number]) => distance(column.months[months], column.months.fixed, now, true);
  const ahead = bits('asSerial') - bits('asDay');
  return { digits: ahead + ENOUGH < 0 ? 'serial' : 'jjmmaa', isSure: Math.abs(ahead) >= CERTAIN };
}

export interface AboutFile {
  today: Date;
  isWorkbook: boolean;
  /** It was read by what an earlier run decided. */
  isAgain: boolean;
  /** Amounts of it are in a currency that has cents. */
  inEuro: boolean;
}

export interface DateVerdict {
  decisions: Record<string, DateDecision>;
  /** Columns whose cells mean, at 22:00 or 23:00, the day that follows: how many. */
  evenings: Map<string, number>;
  /** Column → order, where the file's columns differ in it. */
  mixed: [string, DateOrder][];
  /** Entries whose serials may count from 1904: the last month of them, as `monthAt` counts, and how many there are. */
  from1904?: { month: number; count: number };
  refuted: boolean;
}

/** Decides how the columns of dates of one file are read; `pinned` is the order that a mapping names. */
export function decideDates(
  columns: ReadonlyMap<string, DateColumn>,
  { pinned, today, isWorkbook, isAgain }: { pinned: DateOrder | undefined } & AboutFile,
): DateVerdict {
  const now = thisMonth(today);
  const chosen = chooseOrders(columns, now);
  const verdict: DateVerdict = { decisions: {}, evenings: new Map(), mixed: [], refuted: false };
  for (const [name, column] of columns) {
    const likely = pinned === undefined ? (chosen.get(name) ?? []) : [pinned];
    const order = likely[0] ?? column.order;
    const { digits, isSure } = decideDigits(column, now);
    const evening = decideEvening(name, column, isWorkbook);
    const due = columns.get('due_date');
    const swapped =
      decideSwapped(column, order, now) ??
      (likely.length === 1 && mayBeSwapped(name, column, order, due, now) ? 'perhaps' : undefined);
    const last = name === 'entry_date' ? monthOf1904(column, isWorkbook, now) : undefined;
    if (last !== undefined) verdict.from1904 = { month: last, count: column.low + column.high };
    const unsure: Unsure[] = [...evening.unsure, ...(isSure ? [] : ['digits' as const])];
    if (evening.count > 0) verdict.evenings.set(name, evening.count);
    verdict.decisions[name] = {
      dateOrder: order,
      ...(column.cells > 0 && { orders: likely }),
      digits,
      eveningMeans: evening.eveningMeans,
      ...(swapped && { swapped }),
      ...(unsure.length > 0 && { unsure }),
    };
    // What is said of single cells needs a run that knows it: one is enough.
    const needsAnother = !isAgain && (likely.length > 1 || unsure.length > 0 || swapped !== undefined);
    verdict.refuted ||=
      needsAnother ||
      order !== column.order ||
      (digits !== column.digits && column.unclearDigits > 0) ||
      (evening.eveningMeans !== column.eveningMeans && column.evening + column.offSeason + column.short > 0);
  }
  const read = [...columns].filter(([, column]) => column.cells > 0);
  const orderOf = (name: string): DateOrder => verdict.decisions[name]?.dateOrder ?? 'dmy';
  if (new Set(read.map(([name]) => orderOf(name))).size > 1)
    verdict.mixed = read.map(([name]) => [name, orderOf(name)]);
  return verdict;
}
