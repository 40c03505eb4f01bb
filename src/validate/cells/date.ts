import {
  dateOf,
  dateOfSerial,
  type DateNumber,
  dayAfter,
  isWeekday,
  monthNumber,
  NO_DATE,
  parisOffset,
  UNREADABLE,
} from './calendar.ts';
import { type DateColumn, forgetLast, Hour, monthAt, partsOf, usualKey } from './date-column.ts';
import { fold } from './fold.ts';
import { textOf } from './remember.ts';
import { readTime, time } from './time-of-day.ts';

const SLASH = 0x2f;
const DOT = 0x2e;

/** 1990-01-01 and 2100-01-01 in the 1900 system. */
const FIRST_SERIAL = 32_874;
const LAST_SERIAL = 73_051;

/** The parts of the cell under way and their lengths in digits; reused. */
const part = { a: 0, b: 0, c: 0, la: 0, lb: 0, lc: 0, count: 0, isSlashed: false };

/**
 * Reads a date: ISO with or without a time, `AAAAMMJJ`, `JJ/MM/AAAA`, `JJ-MM-AA`, `J.M.AA`, `JJMMAAAA` and `JJMMAA` with
 * or without their first zero, `31 janv. 2026`, a spreadsheet's serial. The column's order decides where the cell does
 * not, and each cell is counted as evidence for it. The span must be trimmed.
 */
export function readDate(bytes: Uint8Array, start: number, end: number, column: DateColumn): DateNumber {
  if (end - start === 10 && bytes[start + 2] === SLASH && bytes[start + 5] === SLASH && tenCharacters(bytes, start))
    return usual(column);
  forgetLast(column);
  time.seconds = -1;
  if (!scan(bytes, start, end)) return onItsDay(readWords(bytes, start, end, column), column);
  return onItsDay(fromParts(column), column);
}

function fromParts(column: DateColumn): DateNumber {
  if (part.count === 0) return NO_DATE;
  if (part.count === 1) return readDigits(part.a, part.la, column);
  if (part.count === 2) return part.la === 5 ? withFraction(column) : UNREADABLE;
  if (part.la === 4) return part.lb <= 2 && part.lc <= 2 ? fromYear(column) : UNREADABLE;
  return part.la <= 2 && part.lb <= 2 && (part.lc === 4 || part.lc === 2) ? ordered(column, 1) : UNREADABLE;
}

const DAY = 86_400;
/** By so many seconds the evening before may be off: serials are rounded, and clocks of 1899 were not on the hour. */
const TOLERANCE = 60;
/** Some programs write the first second of a day as one of the last of the day before. */
const SHORT_OF_MIDNIGHT = DAY - 600;
const END_OF_DAY = DAY - 1;

const isNear = (seconds: number, hour: number): boolean =>
  Math.abs(seconds - hour * 3600) <= TOLERANCE && seconds !== hour * 3600 - 1;

/**
 * The day that a cell with a time means: what a program in France makes of a day without a time when it writes it in UTC
 * is the evening before, at 23:00 in winter and at 22:00 in summer. One such cell may as well be a point in time: the
 * column decides.
 */
function onItsDay(date: DateNumber, column: DateColumn): DateNumber {
  if (date <= 0 || time.seconds < 0) return date;
  const hour = hourOf(date, column);
  column.last.hour = hour;
  return hour === Hour.evening && column.eveningMeans === 'next' ? dayAfter(date) : date;
}

function hourOf(date: DateNumber, column: DateColumn): number {
  const { seconds, offset, isZoned } = time;
  const universal = seconds - offset * 60;
  if (seconds === 0 || (offset !== 0 && universal + parisOffset(date) === 0)) {
    column.midnight++;
    return Hour.plain;
  }
  if (isNear(universal + parisOffset(dayAfter(date)), 24)) {
    column.evening++;
    if (isZoned) column.zoned++;
    return Hour.evening;
  }
  if (offset === 0 && (isNear(seconds, 23) || isNear(seconds, 22))) column.offSeason++;
  else if (seconds >= SHORT_OF_MIDNIGHT && seconds !== END_OF_DAY) column.short++;
  else return otherHour(column);
  return Hour.evening;
}

function otherHour(column: DateColumn): number {
  const { seconds, offset, isZoned } = time;
  if (seconds === END_OF_DAY) {
    column.dayEnd++;
    return Hour.dayEnd;
  }
  if (isZoned && offset === 0 && seconds % 3600 === 0 && seconds > DAY / 2) {
    column.late++;
    return Hour.late;
  }
  column.timed++;
  return Hour.plain;
}

/** `JJ/MM/AAAA`, the form of most files, at a third of the cost. */
function tenCharacters(bytes: Uint8Array, i: number): boolean {
  part.a = twoDigits(bytes, i);
  part.b = twoDigits(bytes, i + 3);
  part.c = twoDigits(bytes, i + 6) * 100 + twoDigits(bytes, i + 8);
  part.la = 2;
  part.lc = 4;
  part.isSlashed = true;
  return part.a < 100 && part.b < 100 && part.c < 10_000;
}

/** Dates repeat: each is looked into once, and only counted from then on. */
function usual(column: DateColumn): DateNumber {
  const key = usualKey(part.a, part.b, part.c);
  if (key < 0) {
    forgetLast(column);
    return ordered(column, 1);
  }
  const { usual } = column;
  usual.counts[key] = (usual.counts[key] as number) + 1;
  column.last.usual = key;
  const known = usual.dates[key] as DateNumber;
  return known === 0 ? (usual.dates[key] = inOrder(column)) : known;
}

/** Counts what usual cells say, which has only been noted; once, when the last is read. */
export function tallyUsual(column: DateColumn): void {
  for (const [key, n] of column.usual.counts.entries()) {
    if (n === 0) continue;
    [part.a, part.b, part.c] = partsOf(key);
    part.la = 2;
    part.lc = 4;
    part.isSlashed = true;
    ordered(column, n);
  }
}

/** The date of a cell whose year has four digits, in the column's order. */
const inOrder = ({ order }: DateColumn): DateNumber =>
  order === 'mdy' ? dateOf(part.c, part.a, part.b) : dateOf(part.c, part.b, part.a);

/** What is no digit makes the number too large. */
function twoDigits(bytes: Uint8Array, i: number): number {
  const a = (bytes[i] as number) - 0x30;
  const b = (bytes[i + 1] as number) - 0x30;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : 100_000;
}

/** Splits into at most three parts; false if the cell holds more than digits, separators and a time. */
function scan(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  let count = 0;
  part.isSlashed = false;
  while (count < 3) {
    let value = 0;
    const from = i;
    while (i < end && isDigit(bytes[i] as number)) value = value * 10 + (bytes[i++] as number) - 0x30;
    if (i === from) return count === 0 && isBlankForm(bytes, start, end);
    count = setPart(count, value, i - from);
    if (i === end || count === 3 || i - from >= 8 || bytes[i] === 0x54) break;
    if (!isSeparator(bytes[i] as number)) return false;
    if (bytes[i] === SLASH || bytes[i] === DOT) part.isSlashed = true;
    i++;
    while (i < end && bytes[i] === 0x20) i++;
  }
  return i === end || readTime(bytes, i, end);
}

function setPart(count: number, value: number, length: number): number {
  part.count = count + 1;
  if (count === 0) {
    part.a = value;
    part.la = length;
  } else if (count === 1) {
    part.b = value;
    part.lb = length;
  } else {
    part.c = value;
    part.lc = length;
  }
  return part.count;
}

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
/** `/ - . ,` and space. */
const isSeparator = (c: number): boolean => c === 0x2f || c === 0x2d || c === 0x2e || c === 0x20 || c === 0x2c;

/** `  /  /    `, `__/__/____`: the form that a program prints for an empty date. */
function isBlankForm(bytes: Uint8Array, start: number, end: number): boolean {
  part.count = 0;
  for (let i = start; i < end; i++) if (!isSeparator(bytes[i] as number) && bytes[i] !== 0x5f) return false;
  return true;
}

function add(counts: Int32Array, at: number, n: number): void {
  counts[at] = (counts[at] as number) + n;
}

/** Parts whose order the cell itself does not show; such a cell is there `n` times. */
function ordered(column: DateColumn, n: number): DateNumber {
  const { a, b, c } = part;
  const year = part.lc === 4 ? c : fullYear(c, column);
  const dmy = dateOf(year, b, a);
  const mdy = a === b ? dmy : dateOf(year, a, b);
  if (dmy === NO_DATE || (a | b | c) === 0) return NO_DATE;
  const { months, last } = column;
  if (dmy > 0) {
    add(months.dmy, monthAt(year, b), n);
    last.dmy = year * 372 + b * 31 + a;
  }
  if (mdy > 0) {
    add(months.mdy, monthAt(year, a), n);
    last.mdy = year * 372 + a * 31 + b;
  }
  const ymd = part.lc === 2 && part.la === 2 ? yearFirst(column, n) : UNREADABLE;
  if (dmy > 0 && mdy > 0) {
    column.both += n;
    if (dmy !== mdy) {
      column.either += n;
      add(months.eitherDmy, monthAt(year, b), n);
      add(months.eitherMdy, monthAt(year, a), n);
      last.isOpen = true;
    }
  } else if (dmy <= 0 && mdy <= 0 && ymd <= 0) return UNREADABLE;
  column.cells += n;
  if (part.isSlashed) column.slashed += n;
  if (column.order === 'mdy') return mdy;
  return column.order === 'ymd' && part.lc === 2 ? ymd : dmy;
}

function yearFirst(column: DateColumn, n: number): DateNumber {
  const { a, b, c } = part;
  const year = fullYear(a, column);
  const date = dateOf(year, b, c);
  if (date <= 0) return UNREADABLE;
  add(column.months.ymd, monthAt(year, b), n);
  column.last.ymd = year * 372 + b * 31 + c;
  if (a !== c) {
    column.yearFirst += n;
    column.last.isOpen = true;
  }
  return date;
}

/** The hundred years that end with the column's last are those that two digits stand for. */
function fullYear(twoDigits: number, { lastYear }: DateColumn): number {
  const century = lastYear - (lastYear % 100);
  return twoDigits <= lastYear % 100 ? century + twoDigits : century - 100 + twoDigits;
}

/** `2026-25-03` is a mistake, or the habit of a program that has the day before the month: the column decides. */
function fromYear(column: DateColumn): DateNumber {
  const { a, b, c } = part;
  const turned = b > 12 && c <= 12 ? dateOf(a, c, b) : UNREADABLE;
  if (turned <= 0) return fixed(a, b, c, column);
  column.turned++;
  column.last.dmy = column.last.mdy = column.last.ymd = a * 372 + c * 31 + b;
  return column.isSwapped ? turned : UNREADABLE;
}

/** A date whose parts stand in an order that is known; a spreadsheet may have swapped day and month before. */
function fixed(year: number, month: number, day: number, column: DateColumn): DateNumber {
  const date = dateOf(year, month, day);
  if (date <= 0) return date;
  const { months, last } = column;
  add(months.fixed, monthAt(year, month), 1);
  last.dmy = last.mdy = last.ymd = year * 372 + month * 31 + day;
  if (day > 12) {
    column.high++;
    return date;
  }
  column.low++;
  last.isLow = true;
  add(months.swapped, monthAt(year, day), 1);
  return column.isSwapped ? dateOf(year, day, month) : date;
}

const fixedNumber = (date: DateNumber, column: DateColumn): DateNumber =>
  fixed(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100, column);

function readDigits(value: number, length: number, column: DateColumn): DateNumber {
  if (value <= 1) return NO_DATE;
  if (length === 14 || length === 12) return dateAndTime(length === 14 ? value : value * 100, column);
  if (length === 7 || length === 8) return eightDigits(value, column);
  if (length === 6) {
    column.jjmmaa++;
    return sixDigits(value, column);
  }
  return length === 5 ? fiveDigits(value, column) : UNREADABLE;
}

/** `20260131230000`. */
function dateAndTime(value: number, column: DateColumn): DateNumber {
  const clock = value % 1e6;
  const [hours, minutes, seconds] = [Math.floor(clock / 1e4), Math.floor(clock / 100) % 100, clock % 100];
  if (hours > 24 || minutes > 59 || seconds > 60) return UNREADABLE;
  time.seconds = hours * 3600 + minutes * 60 + seconds;
  time.offset = 0;
  time.isZoned = false;
  const date = Math.floor(value / 1e6);
  return fixedNumber(date, column);
}

/** A year in front is in 1900 … 2999, where a day and a month can't be: never both. */
function eightDigits(value: number, column: DateColumn): DateNumber {
  const date = fixed(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100, column);
  if (date !== UNREADABLE) return date;
  part.a = Math.floor(value / 1_000_000);
  part.b = Math.floor(value / 10_000) % 100;
  part.c = value % 10_000;
  part.la = 2;
  part.lc = 4;
  return ordered(column, 1);
}

/** `JJMMAA`, of which a spreadsheet takes the first zero off. */
function sixDigits(value: number, column: DateColumn): DateNumber {
  part.a = Math.floor(value / 10_000);
  part.b = Math.floor(value / 100) % 100;
  part.c = value % 100;
  part.la = part.lc = 2;
  return ordered(column, 1);
}

function fiveDigits(value: number, column: DateColumn): DateNumber {
  const serial = value + column.epoch;
  const asSerial = serial >= FIRST_SERIAL && serial < LAST_SERIAL ? dateOfSerial(serial) : UNREADABLE;
  const [first, second] = [Math.floor(value / 10_000), Math.floor(value / 100) % 100];
  const year = fullYear(value % 100, column);
  const asDay = column.order === 'mdy' ? dateOf(year, first, second) : dateOf(year, second, first);
  if (asSerial > 0 && asDay > 0) {
    column.unclearDigits++;
    column.last.isUnclear = true;
    add(column.months.asSerial, monthOf(asSerial), 1);
    add(column.months.asDay, monthOf(asDay), 1);
    return column.digits === 'serial' ? asSerial : asDay;
  }
  if (asSerial > 0) {
    column.serial++;
    return fixedNumber(asSerial, column);
  }
  if (asDay > 0) column.jjmmaa++;
  return sixDigits(value, column);
}

const monthOf = (date: DateNumber): number => monthAt(Math.floor(date / 10_000), Math.floor(date / 100) % 100);

/** A serial with its time, `46053,9583333`: to a second, or as exactly as it is written. */
function withFraction(column: DateColumn): DateNumber {
  const fraction = part.b / 10 ** part.lb;
  let serial = part.a + column.epoch;
  if (serial < FIRST_SERIAL || serial >= LAST_SERIAL) return UNREADABLE;
  const exact = fraction * DAY;
  const error = (0.5 * DAY) / 10 ** part.lb;
  const sharp = part.lb < 2 ? undefined : [22, 23].find((hour) => Math.abs(exact - hour * 3600) <= error);
  let seconds = sharp === undefined ? Math.round(exact) : sharp * 3600;
  // Noise of a binary fraction.
  if (exact > DAY - 0.5) {
    seconds = 0;
    serial++;
  }
  // Nobody writes the end of a day as a serial: it is rounded, too.
  time.seconds = seconds === END_OF_DAY ? END_OF_DAY - 1 : seconds;
  time.offset = 0;
  time.isZoned = false;
  column.serial++;
  return fixedNumber(dateOfSerial(serial), column);
}

/** `31 janv. 2026`, `31-Jan-26`, `January 31, 2026`, `sam. 31 janvier 2026 10:00`. */
function readWords(bytes: Uint8Array, start: number, end: number, column: DateColumn): DateNumber {
  if (end - start > 60) return UNREADABLE;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const clock = /[ T]\d{1,2}[:h]\d\d.*$/.exec(text)?.index;
  if (clock !== undefined && !readTime(bytes, start + clock, end)) return UNREADABLE;
  return readNames(textOf(bytes, start, start + (clock ?? text.length)), column);
}

function readNames(text: string, column: DateColumn): DateNumber {
  const words = text.split(/[\s.,/-]+/).filter((word) => word !== '');
  const parts = words.length > 3 && isWeekday(fold(words[0] ?? '')) ? words.slice(1) : words;
  const at = parts.findIndex((word) => monthNumber(fold(word)) !== undefined);
  const [day, year] = parts.filter((_, i) => i !== at).map(withoutOrdinal);
  if (parts.length !== 3 || at < 0 || day === undefined || year === undefined) return UNREADABLE;
  const month = monthNumber(fold(parts[at] ?? '')) ?? 0;
  if (/^\d{4}$/.test(day) && /^\d{1,2}$/.test(year)) return fixed(Number(day), month, Number(year), column);
  if (!/^\d{1,2}$/.test(day) || !/^(\d\d|\d{4})$/.test(year)) return UNREADABLE;
  const written = Number(year);
  return fixed(year.length === 2 ? fullYear(written, column) : written, month, Number(day), column);
}

/** `1er`, `2nd`. */
const withoutOrdinal = (word: string): string => word.replace(/^(\d{1,2})(er|st|nd|rd|th)$/i, '$1');
