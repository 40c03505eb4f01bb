import type { Form } from './form.ts';
import {
  closesCell,
  columnBound,
  endRecord,
  isSwallowing,
  open,
  type Scan,
  type ScanRules,
  scanRecord,
  stop,
  stray,
  type Text,
} from './scan.ts';

const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;

/** Gives where the record after the one at `start` begins, or a negative outcome. */
type Scanner = (scan: Scan, rules: ScanRules, text: Text, start: number) => number;

export const scannerOf = ({ form }: ScanRules): Scanner => (form.plain ? scanRecord : scannerOfForm(form));

interface Marks {
  delimiter: Uint8Array;
  opening: Uint8Array;
  closing: Uint8Array;
  /** A backslash takes the meaning from what follows it. */
  escapes: boolean;
  /** A quote inside quotes is written twice. */
  doubles: boolean;
}

/**
 * As `scanRecord`, for delimiters of several bytes, other quotes and other escapes: byte by byte, a third as fast. A cell
 * with an escape is hard, quoted or not.
 */
function scannerOfForm(form: Form): Scanner {
  const marks: Marks = {
    delimiter: Buffer.from(form.delimiter, 'latin1'),
    opening: Buffer.from(form.opening, 'latin1'),
    closing: Buffer.from(form.closing, 'latin1'),
    escapes: form.escape === '\\',
    doubles: form.escape !== 'none',
  };
  return (scan, rules, text, start) => {
    const { delimiter, opening, closing } = marks;
    let count = 0;
    let pos = start;
    scan.hardCount = 0;
    scan.breaks = 0;
    scan.overflow = false;
    for (;;) {
      let after = pos;
      let quote = 0;
      scan.starts[count] = pos;
      if (opening.length > 0 && standsAt(text, pos, opening)) {
        const hardBefore = scan.hardCount;
        after = scanQuoted(scan, rules, marks, text, pos, count);
        if (after < 0) return after;
        if (scan.hardCount === hardBefore) {
          quote = closing.length;
          scan.starts[count] = pos + opening.length;
        }
      }
      const end = cellEnd(scan, rules, marks, text, after, count);
      if (!standsAt(text, end, delimiter)) return endRecord(scan, rules, text, end, count, quote);
      scan.ends[count] = end - quote;
      pos = end + delimiter.length;
      if (count < columnBound - 1) count += 1;
      else scan.overflow = true;
    }
  };
}

/** Past the closing quote: the cell is done, or goes on unquoted. */
function scanQuoted(scan: Scan, rules: ScanRules, marks: Marks, text: Text, start: number, cell: number): number {
  const { bytes, filled } = text;
  const { delimiter, closing } = marks;
  const before = scan.breaks;
  let delimiters = 0;
  let onFirstLine = 0;
  let isHard = false;
  let pos = start + marks.opening.length;
  let closes = 0;
  for (; ; pos += 1) {
    if (pos >= filled) return stop(scan, open, filled);
    const byte = bytes[pos] as number;
    if (byte === BACKSLASH && marks.escapes) {
      isHard = true;
      pos = escapedEnd(scan, rules, text, pos);
    } else if (byte === closing[0] && standsAt(text, pos, closing)) {
      const after = pos + closing.length;
      if (marks.doubles && standsAt(text, after, closing)) {
        isHard = true;
        pos = after + closing.length - 1;
        continue;
      }
      closes = closesForm(text, after, rules, delimiter);
      if (closes < 0) return stop(scan, open, filled);
      if (closes === 1 || marks.doubles) break;
      if (scan.breaks > before && opensCell(text, pos, delimiter)) return stop(scan, stray, pos);
      isHard = true;
    } else if (byte === delimiter[0] && standsAt(text, pos, delimiter)) delimiters += 1;
    else if (byte === LF || (byte === CR && rules.loneCr)) {
      if (scan.breaks === before) onFirstLine = delimiters;
      if (byte === CR || !rules.loneCr || bytes[pos - 1] !== CR) scan.breaks += 1;
    }
  }
  const breaks = scan.breaks - before;
  if (breaks > 0 && (closes === 0 || isSwallowing(rules, cell, delimiters, onFirstLine, breaks)))
    return stop(scan, stray, pos);
  if (isHard || closes === 0) noteHard(scan, cell);
  return pos + closing.length;
}

/** What stands before a quote inside quotes says that a cell begins there, and that the other was opened by mistake. */
const opensCell = (text: Text, pos: number, delimiter: Uint8Array): boolean =>
  text.bytes[pos - 1] === LF || standsAt(text, pos - delimiter.length, delimiter);

function closesForm(text: Text, pos: number, rules: ScanRules, delimiter: Uint8Array): number {
  if (standsAt(text, pos, delimiter)) return 1;
  const rest = text.filled - pos;
  // The end of what is there cuts a delimiter.
  if (rest < delimiter.length && !text.final && standsAt(text, pos, delimiter.subarray(0, rest))) return -1;
  return text.bytes[pos] === delimiter[0] && pos < text.filled ? 0 : closesCell(text, pos, rules);
}

/** Where a delimiter or the line's end stands. */
function cellEnd(scan: Scan, rules: ScanRules, marks: Marks, text: Text, start: number, cell: number): number {
  const { bytes, filled } = text;
  const { delimiter, escapes } = marks;
  for (let pos = start; pos < filled; pos += 1) {
    const byte = bytes[pos] as number;
    if (byte === LF || (byte === CR && rules.loneCr)) return pos;
    if (byte === delimiter[0] && standsAt(text, pos, delimiter)) return pos;
    if (byte === BACKSLASH && escapes) {
      noteHard(scan, cell);
      pos = escapedEnd(scan, rules, text, pos);
    }
  }
  return filled;
}

/** The last byte of what the backslash at `pos` escapes; a line end is one. */
function escapedEnd(scan: Scan, rules: ScanRules, { bytes, filled }: Text, pos: number): number {
  const next = pos + 1;
  const isCrLf = bytes[next] === CR && bytes[next + 1] === LF && next + 1 < filled;
  if (next < filled && (isCrLf || bytes[next] === LF || (bytes[next] === CR && rules.loneCr))) scan.breaks += 1;
  return isCrLf ? next + 1 : next;
}

function noteHard(scan: Scan, cell: number): void {
  if (scan.hardCount === 0 || scan.hard[scan.hardCount - 1] !== cell) scan.hard[scan.hardCount++] = cell;
}

function standsAt({ bytes, filled }: Text, pos: number, wanted: Uint8Array): boolean {
  if (pos + wanted.length > filled) return false;
  for (let i = 0; i < wanted.length; i += 1) if (bytes[pos + i] !== wanted[i]) return false;
  return true;
}
