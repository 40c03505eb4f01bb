import type { CsvFormat } from '../../model/format.ts';
import { type Form, formOf } from './form.ts';

/**
 * Finds one record in a buffer of UTF-8: where it ends and where its cells stand. A quote opens only at a cell's start;
 * a doubled quote is one; any other quote is a character; a single quote closes, and what follows it in the cell is
 * kept, with the quotes, as csv-parse does under `relax_quotes`. Other forms than `"` and one byte between cells are
 * scanned by `scannerOf`.
 */
export interface Scan {
  /** Cells of the record last found: `[starts[i], ends[i])`. A hard cell still holds its quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  count: number;
  /** Which cells hold quotes that have to be undone, in order. */
  readonly hard: Int32Array;
  hardCount: number;
  /** More cells than `columnBound`; the rest is not kept. */
  overflow: boolean;
  rawEnd: number;
  /** Index of the first mark at or after the start of the record to scan; a scan leaves it at the next record's. */
  mark: number;
  /** Line ends inside quotes. */
  breaks: number;
  /** Where the scan stopped; what a refused record has cost. */
  stopped: number;
}

/** UTF-8 up to `filled`, where an LF stands that is none of it: so the inner loop needs no check of its own. */
export interface Text {
  bytes: Uint8Array;
  filled: number;
  /** Nothing follows: the end of the text ends a record. */
  final: boolean;
  /** Where delimiters and line ends stand, in order, quoted or not; the last is at `filled`. */
  marks: Int32Array;
  markCount: number;
}

export interface ScanRules {
  form: Form;
  /** The first byte of the delimiter, and of a quote that opens; -1: none does. */
  delimiter: number;
  opening: number;
  /** A CR ends a line even without an LF; otherwise CRs before an LF belong to the line's end, others to the text. */
  loneCr: boolean;
  /** Delimiters inside one quoted cell with line breaks from which on it is lines swallowed by a stray quote. */
  swallowed: number;
  /** Delimiters of a whole line, where that many are not enough to tell. */
  narrow: number;
}

export const columnBound = 512;

/** The buffer ends before the record does; outside and inside a quoted cell. */
export const incomplete = -1;
export const open = -2;
/** A quoted cell runs over line ends to a quote that closes no cell: the opening one was a stray quote. */
export const stray = -3;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

export const createScan = (): Scan => ({
  starts: new Int32Array(columnBound),
  ends: new Int32Array(columnBound),
  count: 0,
  hard: new Int32Array(columnBound),
  hardCount: 0,
  overflow: false,
  rawEnd: 0,
  mark: 0,
  breaks: 0,
  stopped: 0,
});

/**
 * From eight columns on, nobody writes a whole line's worth of delimiters into a label. An address may well hold four and
 * a line break: of fewer columns, each line that a stray quote swallows must be a whole one by itself.
 */
export function scanRules(
  format: Pick<CsvFormat, 'delimiter' | 'quote' | 'escape' | 'lineEnds' | 'header'>,
): ScanRules {
  const form = formOf(format);
  return {
    form,
    delimiter: form.delimiter.charCodeAt(0),
    opening: form.opening === '' ? -1 : form.opening.charCodeAt(0),
    loneCr: format.lineEnds === 'cr' || format.lineEnds === 'mixed',
    swallowed: format.header.length >= 8 ? format.header.length - 1 : Infinity,
    narrow: format.header.length >= 4 && format.header.length < 8 ? format.header.length - 1 : Infinity,
  };
}

/** Gives where the record after the one at `start` begins, or a negative outcome. */
export function scanRecord(scan: Scan, rules: ScanRules, text: Text, start: number): number {
  const { starts, ends } = scan;
  const { bytes, marks } = text;
  const { delimiter, opening } = rules;
  let { mark } = scan;
  let count = 0;
  let pos = start;
  scan.hardCount = 0;
  scan.breaks = 0;
  scan.overflow = false;
  for (;;) {
    let closing = 0;
    starts[count] = pos;
    if (bytes[pos] === opening && pos < text.filled) {
      const hardBefore = scan.hardCount;
      const after = scanQuoted(scan, rules, text, pos, count);
      if (after < 0) return after;
      closing = scan.hardCount > hardBefore ? 0 : 1;
      starts[count] = pos + closing;
      while ((marks[mark] as number) < after) mark += 1;
    }
    const end = marks[mark++] as number;
    if (bytes[end] !== delimiter) {
      scan.mark = mark;
      return endRecord(scan, rules, text, end, count, closing);
    }
    ends[count] = end - closing;
    pos = end + 1;
    if (count < columnBound - 1) count += 1;
    else scan.overflow = true;
  }
}

export function endRecord(
  scan: Scan,
  rules: ScanRules,
  text: Text,
  end: number,
  cell: number,
  closing: number,
): number {
  const next = lineEndAt(text, end, rules.loneCr);
  if (next < 0) return next;
  if (next === end + 2) scan.mark += 1;
  scan.rawEnd = trimmed(text.bytes, end, scan.starts[cell] as number);
  scan.ends[cell] = scan.rawEnd - closing;
  scan.count = cell + 1;
  return next;
}

/** Past the closing quote at `pos`: the cell is done, or goes on unquoted. */
function scanQuoted(scan: Scan, rules: ScanRules, text: Text, opening: number, cell: number): number {
  const { bytes, filled } = text;
  const { delimiter, loneCr } = rules;
  let breaks = 0;
  let delimiters = 0;
  let onFirstLine = 0;
  let hard = false;
  let pos = opening + 1;
  for (; ; pos += 1) {
    const byte = bytes[pos] as number;
    if (byte === QUOTE) {
      if (bytes[pos + 1] !== QUOTE || pos + 1 >= filled) break;
      hard = true;
      pos += 1;
    } else if (byte === delimiter) delimiters += 1;
    else if (byte === LF || (byte === CR && loneCr)) {
      if (pos >= filled) return stop(scan, open, filled);
      if (breaks === 0) onFirstLine = delimiters;
      if (byte === CR || !loneCr || bytes[pos - 1] !== CR) breaks += 1;
    }
  }
  const closes = closesCell(text, pos + 1, rules);
  if (closes < 0) return stop(scan, open, filled);
  if (breaks > 0 && (closes === 0 || isSwallowing(rules, cell, delimiters, onFirstLine, breaks)))
    return stop(scan, stray, pos);
  scan.breaks += breaks;
  if (hard || closes === 0) scan.hard[scan.hardCount++] = cell;
  return pos + 1;
}

/** Whether so many delimiters in a quoted cell over several lines are those of whole lines. */
export function isSwallowing(
  { narrow, swallowed }: ScanRules,
  cell: number,
  delimiters: number,
  onFirstLine: number,
  breaks: number,
): boolean {
  return delimiters >= swallowed || (cell + onFirstLine === narrow && delimiters === breaks * narrow);
}

export function stop(scan: Scan, outcome: number, at: number): number {
  scan.stopped = at;
  return outcome;
}

/** 1: a delimiter, a line end or the end of the file stands at `pos`; 0: something else; negative: not known yet. */
export function closesCell({ bytes, filled, final }: Text, pos: number, rules: ScanRules): number {
  if (pos >= filled) return final ? 1 : incomplete;
  const byte = bytes[pos];
  if (byte === rules.delimiter || byte === LF) return 1;
  if (byte !== CR) return 0;
  if (rules.loneCr) return 1;
  const after = bytes[pos + 1] === CR && pos + 1 < filled ? pos + 2 : pos + 1;
  if (after >= filled) return final ? 1 : incomplete;
  return bytes[after] === LF ? 1 : 0;
}

/** Where the line after the line end at `pos` begins; in a buffer that goes on, a CR may still be followed by its LF. */
function lineEndAt({ bytes, filled, final }: Text, pos: number, loneCr: boolean): number {
  if (pos >= filled) return final ? filled : incomplete;
  if (bytes[pos] === LF || !loneCr) return pos + 1;
  if (pos + 1 >= filled) return final ? filled : incomplete;
  return bytes[pos + 1] === LF ? pos + 2 : pos + 1;
}

/** Where the line after the one at `start` begins, quotes or not; negative if the buffer does not hold its end. */
export function nextLine(rules: ScanRules, text: Text, start: number): number {
  const { bytes } = text;
  let pos = start;
  while (bytes[pos] !== LF && !(rules.loneCr && bytes[pos] === CR)) pos += 1;
  return lineEndAt(text, pos, rules.loneCr);
}

/** Where the text of the line between `start` and `next` ends. */
export function lineEnd(bytes: Uint8Array, start: number, next: number): number {
  const end = next > start && bytes[next - 1] === LF ? next - 1 : next;
  return trimmed(bytes, end, start);
}

/** CR LF and CR CR LF: the CRs before a line's end, two at most, are no text. */
function trimmed(bytes: Uint8Array, end: number, least: number): number {
  if (end === least || bytes[end - 1] !== CR) return end;
  return end - 1 > least && bytes[end - 2] === CR ? end - 2 : end - 1;
}
