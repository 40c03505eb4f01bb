/** Writers of COPY text: each puts bytes at a position and returns the position after them. */

const BACKSLASH = 0x5c;
const ZERO = 0x30;

export function writeNull(into: Uint8Array, at: number): number {
  into[at] = BACKSLASH;
  into[at + 1] = 0x4e;
  return at + 2;
}

export function writeBytes(bytes: Uint8Array, into: Uint8Array, at: number): number {
  for (let i = 0; i < bytes.length; i++) into[at++] = bytes[i] as number;
  return at;
}

/** A whole number from 0, exact up to 2^53. */
export function writeInteger(value: number, into: Uint8Array, at: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  let rest = value;
  let i = at + digits;
  while (rest > 0x7fffffff) {
    const tenth = Math.floor(rest / 10);
    into[--i] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  let small = rest | 0;
  while (i > at) {
    const tenth = (small / 10) | 0;
    into[--i] = ZERO + (small - tenth * 10);
    small = tenth;
  }
  return at + digits;
}

/** Cents as a decimal: `-1234.56`. */
export function writeCents(cents: number, into: Uint8Array, at: number): number {
  let rest = cents;
  if (rest < 0) {
    into[at++] = 0x2d;
    rest = -rest;
  }
  const whole = Math.floor(rest / 100);
  const fraction = rest - whole * 100;
  at = writeInteger(whole, into, at);
  into[at] = 0x2e;
  into[at + 1] = ZERO + ((fraction / 10) | 0);
  into[at + 2] = ZERO + (fraction % 10);
  return at + 3;
}

/** `20260131` as `2026-01-31`. */
export function writeDate(date: number, into: Uint8Array, at: number): number {
  const year = (date / 10_000) | 0;
  const month = ((date / 100) | 0) % 100;
  const day = date % 100;
  into[at] = ZERO + ((year / 1000) | 0);
  into[at + 1] = ZERO + (((year / 100) | 0) % 10);
  into[at + 2] = ZERO + (((year / 10) | 0) % 10);
  into[at + 3] = ZERO + (year % 10);
  into[at + 4] = into[at + 7] = 0x2d;
  into[at + 5] = ZERO + ((month / 10) | 0);
  into[at + 6] = ZERO + (month % 10);
  into[at + 8] = ZERO + ((day / 10) | 0);
  into[at + 9] = ZERO + (day % 10);
  return at + 10;
}

/** The two hexadecimal digits of each byte. */
const pairs = Uint16Array.from({ length: 256 }, (_, n) => Buffer.from(n.toString(16).padStart(2, '0')).readUInt16BE());

/** Four words as 32 hexadecimal digits: a form of Postgres's uuid. */
export function writeUuid(hash: Int32Array, into: DataView, at: number): void {
  for (let w = 0; w < 4; w++) {
    const value = hash[w] as number;
    into.setUint16(at, pairs[value >>> 24] as number);
    into.setUint16(at + 2, pairs[(value >>> 16) & 255] as number);
    into.setUint16(at + 4, pairs[(value >>> 8) & 255] as number);
    into.setUint16(at + 6, pairs[value & 255] as number);
    at += 8;
  }
}

/** Digits of a bigint made of two words of a hash: 18, so that its place can be kept before it is known. */
export const BIGINT_DIGITS = 18;

export function writeBigint(high: number, low: number, into: Uint8Array, at: number): void {
  writeNine(high, into, at);
  writeNine(low, into, at + 9);
}

/** The digits of 000 to 999. */
const thousand = Buffer.from(Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0')).join(''));

function writeNine(word: number, into: Uint8Array, at: number): void {
  const nine = (word >>> 0) % 1_000_000_000;
  const six = (nine / 1000) | 0;
  const three = (six / 1000) | 0;
  writeThree(three, into, at);
  writeThree(six - three * 1000, into, at + 3);
  writeThree(nine - six * 1000, into, at + 6);
}

function writeThree(number: number, into: Uint8Array, at: number): void {
  const from = number * 3;
  into[at] = thousand[from] as number;
  into[at + 1] = thousand[from + 1] as number;
  into[at + 2] = thousand[from + 2] as number;
}
