import { CellKind } from '../../model/record.ts';

/** The grammar of single cells in SpreadsheetML (ECMA-376 part 1, section 18.3): text in, value out. */

/** `BC12` → 54 (columns from 0); -1 where the reference is none. Columns beyond `XFD` are none. */
export function columnOf(reference: string): number {
  let column = 0;
  let i = 0;
  for (; i < reference.length && i < 4; i++) {
    const letter = reference.charCodeAt(i) & ~0x20;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return i === 0 || column > 16_384 ? -1 : column - 1;
}

/** `BC12` → 12; 0 where the reference holds no row. */
export function rowOf(reference: string): number {
  return Number(/\d+$/.exec(reference)?.[0] ?? 0);
}

/** `_x000D_` stands for a character that XML cannot hold, `_x005F_` for an underscore (ST_Xstring, 22.9.2.19). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** A spreadsheet's numbers end at 9.99999999999999E+307. */
const MAX_NUMBER = 1e308;
const PLAIN = /^-?(?:0|[1-9]\d{0,9})(?:\.\d{0,4}[1-9])?$/;

/**
 * A stored number in plain decimal: no exponent, no `.0`, and without the noise of binary fractions, for a
 * spreadsheet shows 15 significant digits of what it stores in full. Whole numbers stay exact up to 2^53.
 * Undefined where the text is no number.
 */
export function canonicalNumber(stored: string): string | undefined {
  if (PLAIN.test(stored) && stored !== '-0') return stored;
  const value = stored.trim() === '' ? NaN : Number(stored);
  if (!(Math.abs(value) < MAX_NUMBER)) return undefined;
  return plainDecimal(Number.isSafeInteger(value) ? value : Number(value.toPrecision(15)));
}

/** JavaScript's shortest form with its exponent written out: `1e+21` → `1000000000000000000000`. */
function plainDecimal(value: number): string {
  const short = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(short);
  if (!parts) return short;
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts;
  const exponent = Number(power);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`;
  return sign + (whole + fraction).padEnd(exponent + 1, '0');
}

/** How a number format shows a serial: `date` without its time, `moment` with it, `time` alone. */
export type DateStyle = 'date' | 'moment' | 'time' | undefined;

/** A number format that shows another currency than the euro. */
export const FOREIGN = Symbol('foreign currency');

/** A number format that puts letters before so many digits at least. */
export interface ShownCode {
  prefix: string;
  digits: number;
}

/** A number format that puts a word for the side behind an amount: above zero, and below; undefined: that of above, and a minus. */
export interface ShownSide {
  above: 'D' | 'C' | '';
  below: 'D' | 'C' | '' | undefined;
}

/** A number format that shows hundredths as `20%`. */
export const PERCENT = Symbol('percent');

/**
 * How a number format shows a number: as a date, with so many digits at least, behind the letters of a code, as money
 * that is not in euros, beside its side, or in percent.
 */
export type CellStyle = DateStyle | number | ShownCode | ShownSide | typeof FOREIGN | typeof PERCENT;

/** `100 C`, where the format shows `100.00 Cr`; the number itself where it shows no word. */
export function shownWithSide(number: string, { above, below }: ShownSide): string {
  const isBelow = number.startsWith('-');
  const word = number === '0' ? '' : isBelow ? (below ?? above) : above;
  if (word === '') return number;
  // A format of its own for what is below zero shows no minus.
  return `${isBelow && below !== undefined ? number.slice(1) : number} ${word}`;
}

export interface CellValue {
  text: string;
  kind: number;
}

const DAY = 86_400;
/** From here on a time may be the midnight of France in UTC, so that the day that follows is meant. */
const EVENING = 22 * 3600 - 60;
/** Days from the epoch of each date system to 1970-01-01, and the day of 9999-12-31. */
const EPOCH = { 1900: 25_569, 1904: 24_107 };
const LAST_DAY = { 1900: 2_958_465, 1904: 2_957_003 };

/**
 * A serial shown by a date format → ISO. The 1900 system counts a 29 February 1900 that never was (as Lotus did), so
 * days before it lie one later; its day 0, shown as 00/01/1900, is the customary null date. Numbers outside
 * 1900–9999 are shown as `####` and stay numbers. A time that the format does not show is kept in the evening only.
 */
export function serialToIso(stored: string, style: NonNullable<DateStyle>, system: 1900 | 1904): CellValue | undefined {
  const seconds = Math.round(Number(stored) * DAY);
  if (!(seconds >= 0) || seconds >= (LAST_DAY[system] + 1) * DAY) return undefined;
  let day = Math.floor(seconds / DAY);
  const time = seconds - day * DAY;
  if (style === 'time' && day === 0) return { text: clock(time), kind: CellKind.text };
  if (system === 1900 && day < 60) day = Math.max(day, 1) + 1;
  const date = calendarDate(day - EPOCH[system]);
  return {
    text: time === 0 || (style === 'date' && time < EVENING) ? date : `${date}T${clock(time)}`,
    kind: CellKind.date,
  };
}

/** Days since 1970-01-01 → ISO, in the proleptic Gregorian calendar (H. Hinnant, chrono-compatible date algorithms). */
function calendarDate(days: number): string {
  const shifted = days + 719_468; // since 0000-03-01, so that leap days end a year
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  return `${year + era * 400 + (month <= 2 ? 1 : 0)}-${two(month)}-${two(day)}`;
}

function clock(seconds: number): string {
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

const ISO = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** The text of a `t="d"` cell (ISO 8601) without fractions, zone and midnight; undefined where it is no date. */
export function isoDate(stored: string): string | undefined {
  const parts = ISO.exec(stored.trim());
  if (!parts) return undefined;
  const [, date = '', minutes, seconds = '00'] = parts;
  const time = minutes === undefined ? '00:00:00' : `${minutes}:${seconds}`;
  return time === '00:00:00' ? date : `${date}T${time}`;
}
