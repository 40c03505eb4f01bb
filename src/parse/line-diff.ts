import { countByte } from './count-byte.ts';
import type { CleanLines } from './clean-lines.ts';

/** Bytes by position, read at once: for a thread that has nothing else to do. */
export interface LineSource {
  /** @returns how many bytes came, 0 at the end */
  read(into: Uint8Array, position: number): number;
}

/** A stretch of whole lines of one file. */
export interface Run {
  /** Bytes from the file's start, and of the stretch. */
  offset: number;
  bytes: number;
  /** Its first physical line, from 1, and how many there are. */
  line: number;
  lines: number;
}

/** What one version of a file does not have in common with the other. */
export interface Side {
  runs: Run[];
  /** Physical lines of the whole file. */
  lines: number;
}

/** All lines outside the runs stand in both versions, in the same order. */
export interface LineDiff {
  removed: Side;
  added: Side;
}

/** Bytes that are read at a time, and the most that is looked at ahead for a line that both files have. */
const CHUNK = 1 << 20;
const REACH = 1 << 23;
/** Lines looked at ahead: few first, since most differences are of one line. */
const FEW = 8;
const MANY = 65_536;
/** Bytes that are compared at once: about twenty lines. */
const BLOCK = 2048;
const LF = 0x0a;

interface Cursor {
  source: LineSource;
  bytes: Buffer;
  /** Where `bytes` begins in the file, where in it the line under way begins, and where what was read ends. */
  base: number;
  at: number;
  filled: number;
  ended: boolean;
  /** The number of the line under way. */
  line: number;
  runs: Run[];
  /** Bytes in `runs`. */
  spent: number;
}

/**
 * Compares two versions of a file line by line. Only lines of `clean` (numbered as in `before`) that end with LF count
 * as common: the others are both removed and added. Any answer is right; a better one is shorter.
 * @param most bytes of either file outside what is common @returns undefined where there are more
 */
export function diffLines(before: LineSource, now: LineSource, clean: CleanLines, most: number): LineDiff | undefined {
  const a = cursorOf(before);
  const b = cursorOf(now);
  for (;;) {
    refill(a);
    refill(b);
    if (isOver(a) && isOver(b)) break;
    if (walk(a, b, clean)) continue;
    if (!resync(a, b) || a.spent > most || b.spent > most) return undefined;
  }
  return { removed: { runs: a.runs, lines: a.line - 1 }, added: { runs: b.runs, lines: b.line - 1 } };
}

const cursorOf = (source: LineSource): Cursor => ({
  ...{ source, bytes: Buffer.allocUnsafeSlow(2 * CHUNK), base: 0, at: 0, filled: 0, ended: false },
  ...{ line: 1, runs: [], spent: 0 },
});

const isOver = (c: Cursor): boolean => c.ended && c.at === c.filled;

/** Forgets the lines that are done, and reads on. */
function refill(c: Cursor): void {
  if (c.ended || c.filled - c.at >= CHUNK) return;
  c.bytes.copyWithin(0, c.at, c.filled);
  c.base += c.at;
  c.filled -= c.at;
  c.at = 0;
  grow(c);
}

/** Reads a chunk more, keeping what there is. @returns false where there is no more, or too much already */
function grow(c: Cursor): boolean {
  if (c.ended || c.filled - c.at > REACH) return false;
  if (c.filled + CHUNK > c.bytes.length) c.bytes = Buffer.concat([c.bytes], 2 * c.bytes.length);
  const read = c.source.read(c.bytes.subarray(c.filled, c.filled + CHUNK), c.base + c.filled);
  c.filled += read;
  c.ended = read === 0;
  return read > 0;
}

/**
 * Goes over lines that are alike, in blocks as long as they are alike byte for byte: comparing natively and counting lines
 * in words takes a sixth of the time of going by bytes. @returns whether it came to the end of what was read, and may go on
 */
function walk(a: Cursor, b: Cursor, clean: CleanLines): boolean {
  const begin = a.at;
  const shift = b.at - a.at;
  const end = Math.min(a.filled, b.filled - shift);
  for (let i = a.at; i < end;) {
    const next = Math.min(end, i + BLOCK);
    if (!isAlike(a, b, i, next, shift) || !passLines(a, b, clean, i, next)) {
      if (!walkBytes(a, b, clean, i, next)) return false;
    }
    i = next;
  }
  return a.at > begin;
}

const isAlike = (a: Cursor, b: Cursor, start: number, end: number, shift: number): boolean =>
  a.bytes.compare(b.bytes, start + shift, end + shift, start, end) === 0;

/** Passes the lines that end in a block that is alike. @returns false, having passed none, where one of them is not clean */
function passLines(a: Cursor, b: Cursor, clean: CleanLines, start: number, end: number): boolean {
  const lines = countByte(a.bytes, LF, start, end);
  if (lines === 0) return true;
  if (!clean.hasRange(a.line, a.line + lines)) return false;
  const bytes = a.bytes.lastIndexOf(LF, end - 1) + 1 - a.at;
  step(a, a.at + bytes, lines, true);
  step(b, b.at + bytes, lines, true);
  return true;
}

/** Goes over a block byte by byte. @returns false where they differ */
function walkBytes(a: Cursor, b: Cursor, clean: CleanLines, start: number, end: number): boolean {
  const { bytes: left } = a;
  const { bytes: right } = b;
  let j = start + b.at - a.at;
  for (let i = start; i < end;) {
    const byte = left[i++];
    if (byte !== right[j++]) return false;
    if (byte !== LF) continue;
    const common = clean.has(a.line);
    step(a, i, 1, common);
    step(b, j, 1, common);
  }
  return true;
}

/** Moves to the line that begins at `end`, over so many; they are in common or stand in this file alone. */
function step(c: Cursor, end: number, lines: number, common: boolean): void {
  if (!common && lines > 0) {
    const offset = c.base + c.at;
    const bytes = end - c.at;
    const last = c.runs.at(-1);
    if (last && last.offset + last.bytes === offset) {
      last.bytes += bytes;
      last.lines += lines;
    } else c.runs.push({ offset, bytes, line: c.line, lines });
    c.spent += bytes;
  }
  c.at = end;
  c.line += lines;
}

/** Leaves out lines of either file up to the next one that both have. @returns false where a line has no end */
function resync(a: Cursor, b: Cursor): boolean {
  for (let size = FEW; ; size *= FEW) {
    const left = lineEnds(a, size);
    const right = lineEnds(b, size);
    const places = new Map<string, number>();
    for (let i = left.length - 1; i >= 0; i--) places.set(lineOf(a, left, i), i);
    places.delete('');
    const found = right.findIndex((_, j) => places.has(lineOf(b, right, j)));
    const exhausted = left.length < size && right.length < size;
    if (found < 0 && !exhausted && size < MANY) continue;
    const skipped = found < 0 ? left.length : (places.get(lineOf(b, right, found)) ?? 0);
    const extra = found < 0 ? right.length : found;
    step(a, left[skipped - 1] ?? a.at, skipped, false);
    step(b, right[extra - 1] ?? b.at, extra, false);
    // A line that both begin with was cut by the end of what was read; now it is there.
    return found >= 0 || skipped + extra > 0;
  }
}

/** Where the next lines end, as many as there are, at most `count`. The file's last may end without LF. */
function lineEnds(c: Cursor, count: number): number[] {
  const ends: number[] = [];
  let pos = c.at;
  while (ends.length < count) {
    const end = c.bytes.subarray(0, c.filled).indexOf(LF, pos) + 1;
    if (end > 0) ends.push((pos = end));
    else if (!grow(c)) {
      if (c.ended && pos < c.filled) ends.push(c.filled);
      break;
    }
  }
  return ends;
}

/** A line with its end; empty where it has none. */
function lineOf(c: Cursor, ends: readonly number[], i: number): string {
  const start = ends[i - 1] ?? c.at;
  const end = ends[i] ?? start;
  return c.bytes[end - 1] === LF ? c.bytes.toString('latin1', start, end) : '';
}
