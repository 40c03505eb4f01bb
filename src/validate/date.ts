import type { DateOrder } from '../model/mapping.ts';
import { dateNumberOf, dateOf, dateOfSerial, type DateNumber, monthNumber, NO_DATE, UNREADABLE } from './calendar.ts';
import { fold } from './fold.ts';
import { textOf } from './remember.ts';

/** What the cells of one column say about the order of their parts, and how the next one is read. */
export interface DateColumn {
  order: DateOrder;
  /** How five digits are read where both are possible: JJMMAA without its first zero, or a spreadsheet's serial. */
  digits: 'jjmmaa' | 'serial';
  /** What to add to a serial: 0, or 1462 where the workbook counts from 1904. */
  epoch: number;
  /** Cells that each order can read, of those that an order has to decide. */
  dmy: number;
  mdy: number;
  ymd: number;
  /** Cells of bare digits that only one reading allows, and those of five digits that both do. */
  serial: number;
  jjmmaa: number;
  unclearDigits: number;
}

export const dateColumn = (order: DateOrder, date1904 = false): DateColumn => ({
  order,
  digits: 'jjmmaa',
  epoch: date1904 ? 1462 : 0,
  dmy: 0,
  mdy: 0,
  ymd: 0,
  serial: 0,
  jjmmaa: 0,
  unclearDigits: 0,
});

/** 1990-01-01 and 2100-01-01 in the 1900 system. */
const FIRST_SERIAL = 32_874;
const LAST_SERIAL = 73_051;

/** The parts of the cell under way and their lengths in digits; reused. */
const part = { a: 0, b: 0, c: 0, la: 0, lb: 0, lc: 0, count: 0 };

/**
 * Reads a date: ISO with or without a time, `AAAAMMJJ`, `JJ/MM/AAAA`, `JJ-MM-AA`, `J.M.AA`, `JJMMAAAA` and `JJMMAA` with
 * or without their first zero, `31 janv. 2026`, a spreadsheet's serial. The column's order decides where the cell does
 * not, and each cell is counted as evidence for it. The span must be trimmed.
 */
export function readDate(bytes: Uint8Array, start: number, end: number, column: DateColumn): DateNumber {
  if (end - start === 10 && bytes[start + 2] === SLASH && bytes[start + 5] === SLASH && tenCharacters(bytes, start))
    return ordered(column);
  if (!scan(bytes, start, end)) return readWords(bytes, start, end);
  if (part.count === 0) return NO_DATE;
  if (part.count === 1) return readDigits(part.a, part.la, column);
  if (part.count === 2) return part.la === 5 ? readDigits(part.a, 5, column) : UNREADABLE;
  if (part.la === 4) return part.lb <= 2 && part.lc <= 2 ? isoDate(bytes, start, end) : UNREADABLE;
  return part.la <= 2 && part.lb <= 2 && (part.lc === 4 || part.lc === 2) ? ordered(column) : UNREADABLE;
}

const Z = 0x5a;
/** What a program in France makes of a day without a time when it writes it in UTC: the evening before. */
const eveningBefore = /T2[23]:00(:00([.,]0+)?)?Z$/;

function isoDate(bytes: Uint8Array, start: number, end: number): DateNumber {
  const date = dateOf(part.a, part.b, part.c);
  if (date <= 0 || bytes[end - 1] !== Z || !eveningBefore.test(textOf(bytes, start, end))) return date;
  return dateNumberOf(new Date(Date.UTC(part.a, part.b - 1, part.c + 1)));
}

const SLASH = 0x2f;

/** `JJ/MM/AAAA`, the form of most files, at a third of the cost. */
function tenCharacters(bytes: Uint8Array, i: number): boolean {
  part.a = twoDigits(bytes, i);
  part.b = twoDigits(bytes, i + 3);
  part.c = twoDigits(bytes, i + 6) * 100 + twoDigits(bytes, i + 8);
  part.la = 2;
  part.lc = 4;
  return part.a < 100 && part.b < 100 && part.c < 10_000;
}

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
  while (count < 3) {
    let value = 0;
    const from = i;
    while (i < end && isDigit(bytes[i] as number)) value = value * 10 + (bytes[i++] as number) - 0x30;
    if (i === from) return count === 0 && isBlankForm(bytes, start, end);
    count = setPart(count, value, i - from);
    if (i === end || count === 3 || i - from >= 8 || bytes[i] === 0x54) break;
    if (!isSeparator(bytes[i] as number)) return false;
    i++;
    while (i < end && bytes[i] === 0x20) i++;
  }
  return i === end || isTime(bytes, i, end);
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

/** `T10:00:00.000Z`, ` 10:00 PM`, ` 00:00:00+02:00`: told by its characters, never read. */
function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== 0x20 && bytes[start] !== 0x54) return false;
  for (let i = start + 1; i < end; i++) {
    const c = bytes[i] as number;
    if (!isDigit(c) && !isSeparator(c) && !':+ZzAPMapmh'.includes(String.fromCharCode(c))) return false;
  }
  return true;
}

/** Parts whose order the cell itself does not show. */
function ordered(column: DateColumn): DateNumber {
  const { a, b, c } = part;
  const year = part.lc === 4 ? c : fullYear(c);
  const dmy = dateOf(year, b, a);
  const mdy = dateOf(year, a, b);
  const ymd = part.lc === 2 && part.la === 2 ? dateOf(fullYear(a), b, c) : UNREADABLE;
  if (dmy === NO_DATE || (a | b | c) === 0) return NO_DATE;
  if (dmy > 0) column.dmy++;
  if (mdy > 0) column.mdy++;
  if (ymd > 0) column.ymd++;
  if (column.order === 'mdy') return mdy;
  return column.order === 'ymd' && part.lc === 2 ? ymd : dmy;
}

/** No entry is older than 1990. */
const fullYear = (twoDigits: number): number => (twoDigits < 90 ? 2000 : 1900) + twoDigits;

function readDigits(value: number, length: number, column: DateColumn): DateNumber {
  if (value <= 1) return NO_DATE;
  if (length === 14) return readDigits(Math.floor(value / 1e6), 8, column);
  if (length === 7 || length === 8) return eightDigits(value, column);
  if (length === 6) {
    column.jjmmaa++;
    return sixDigits(value, column);
  }
  return length === 5 ? fiveDigits(value, column) : UNREADABLE;
}

/** A year in front is in 1900 … 2999, where a day and a month can't be: never both. */
function eightDigits(value: number, column: DateColumn): DateNumber {
  const date = dateOf(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100);
  if (date !== UNREADABLE) return date;
  part.a = Math.floor(value / 1_000_000);
  part.b = Math.floor(value / 10_000) % 100;
  part.c = value % 10_000;
  part.la = 2;
  part.lc = 4;
  return ordered(column);
}

function sixDigits(value: number, column: DateColumn): DateNumber {
  part.a = Math.floor(value / 10_000);
  part.b = Math.floor(value / 100) % 100;
  part.c = value % 100;
  part.la = part.lc = 2;
  return ordered(column);
}

function fiveDigits(value: number, column: DateColumn): DateNumber {
  const serial = value + column.epoch;
  const asSerial = serial >= FIRST_SERIAL && serial < LAST_SERIAL ? dateOfSerial(serial) : UNREADABLE;
  const day = Math.floor(value / 10_000);
  const asDay = dateOf(fullYear(value % 100), Math.floor(value / 100) % 100, day);
  if (asSerial > 0 && asDay > 0) {
    column.unclearDigits++;
    return column.digits === 'serial' ? asSerial : asDay;
  }
  if (asSerial > 0) column.serial++;
  else if (asDay > 0) column.jjmmaa++;
  return asSerial > 0 ? asSerial : asDay;
}

/** `31 janv. 2026`, `31-Jan-26`, `January 31, 2026`. */
function readWords(bytes: Uint8Array, start: number, end: number): DateNumber {
  if (end - start > 40) return UNREADABLE;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  const parts = text.split(/[\s.,/-]+/).filter((word) => word !== '');
  const at = parts.findIndex((word) => monthNumber(fold(word)) !== undefined);
  const [day, year] = parts.filter((_, i) => i !== at);
  if (parts.length !== 3 || !/^\d{1,2}$/.test(day ?? '') || !/^(\d\d|\d{4})$/.test(year ?? '')) return UNREADABLE;
  const written = Number(year);
  const month = monthNumber(fold(parts[at] ?? '')) ?? 0;
  return dateOf(written < 100 ? fullYear(written) : written, month, Number(day));
}
