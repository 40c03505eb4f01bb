import { guardedBytes } from '../../model/guarded.ts';
import { CellKind, type RecordView } from '../../model/record.ts';

/** A byte range that is narrowed step by step; reused from cell to cell. */
export interface Span {
  start: number;
  end: number;
}

export const Cell = { empty: 0, value: 1, error: 2 } as const;

const SPACE = 0x20;
const DELETE = 0x7f;
/** A visible character of ASCII: nothing to trim. */
const isPlain = (c: number): boolean => c > SPACE && c < DELETE;

/**
 * Length in bytes of the character at `i` if nothing is seen of it, else 0: C1 controls, NBSP and soft hyphen (C2), the
 * spaces, zero-width and direction marks of U+2000 – U+206F (E2 80, E2 81), ideographic space, U+FEFF.
 */
function invisibleLength(bytes: Uint8Array, i: number, end: number): number {
  const c = bytes[i] as number;
  if (c < 0xc2 || i + 1 >= end) return 0;
  const d = bytes[i + 1] as number;
  if (c === 0xc2) return d <= 0xa0 || d === 0xad ? 2 : 0;
  if (i + 2 >= end) return 0;
  const e = bytes[i + 2] as number;
  if (c === 0xe2)
    return (d === 0x80 && (e <= 0x8f || (e >= 0xa8 && e <= 0xaf))) || (d === 0x81 && e >= 0x9f && e <= 0xaf) ? 3 : 0;
  return (c === 0xe3 && d === 0x80 && e === 0x80) || (c === 0xef && d === 0xbb && e === 0xbf) ? 3 : 0;
}

/** Whether a space that typographers use begins here: of the invisible characters only these stay inside a text. */
function isSpace(bytes: Uint8Array, i: number): boolean {
  const c = bytes[i] as number;
  const d = bytes[i + 1] as number;
  if (c === 0xc2) return d === 0xa0;
  if (c === 0xe3) return true;
  const e = bytes[i + 2] as number;
  return c === 0xe2 && ((d === 0x80 && (e <= 0x8a || e === 0xaf)) || (d === 0x81 && e === 0x9f));
}

/** Takes white space, control and zero-width characters off both ends. */
export function trim(bytes: Uint8Array, span: Span): void {
  let { start, end } = span;
  while (start < end) {
    const c = bytes[start] as number;
    if (c <= SPACE || c === DELETE) start++;
    else {
      const length = c < 0xc2 ? 0 : invisibleLength(bytes, start, end);
      if (length === 0) break;
      start += length;
    }
  }
  while (end > start) {
    const c = bytes[end - 1] as number;
    if (c <= SPACE || c === DELETE) end--;
    else if (c < 0x80) break;
    else if (end - 2 >= start && bytes[end - 2] === 0xc2 && invisibleLength(bytes, end - 2, end) === 2) end -= 2;
    else if (end - 3 >= start && invisibleLength(bytes, end - 3, end) === 3) end -= 3;
    else break;
  }
  span.start = start;
  span.end = end;
}

/** As spreadsheets, databases, and Python's tables write it. */
const nothing = [
  ...['#N/A', '#N/D', '#NA', 'N/A', 'NULL', 'null', '(null)', '<null>', '\\N', '#N/A N/A'],
  ...['nan', 'NaN', 'NaT', '<NA>', 'None'],
];
/** What Excel and LibreOffice leave in a CSV file where a formula failed, in English and French. */
const failures = ['#REF!', '#VALUE!', '#VALEUR!', '#DIV/0!', '#NAME?', '#NOM?', '#NULL!', '#NUL!', '#NUM!', '#NOMBRE!'];
const special = [...nothing, ...failures].map((text) => ({
  bytes: Buffer.from(text),
  state: failures.includes(text) ? Cell.error : Cell.empty,
}));
const specialLead = new Uint8Array(256);
for (const { bytes } of special) specialLead[bytes[0] as number] = 1;

function specialState(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  for (const word of special) {
    if (word.bytes.length !== length) continue;
    let i = 0;
    while (i < length && word.bytes[i] === bytes[start + i]) i++;
    if (i === length) return word.state;
  }
  return Cell.value;
}

/**
 * Narrows `span` to what cell `position` says. A cell that is missing, blank, or a word for "nothing" is empty; a
 * spreadsheet's error, as a cell kind or as the text that a CSV export makes of it, is an error.
 */
export function openCell(view: RecordView, position: number, span: Span): number {
  if (position >= view.count) return Cell.empty;
  if ((view.kinds[position] as number) >= CellKind.error) return Cell.error;
  let start = view.starts[position] as number;
  let end = view.ends[position] as number;
  if (start === end) return Cell.empty;
  const bytes = view.bytes;
  span.start = start;
  span.end = end;
  if (!isPlain(bytes[start] as number) || !isPlain(bytes[end - 1] as number)) {
    trim(bytes, span);
    start = span.start;
    end = span.end;
    if (start === end) return Cell.empty;
  }
  if (specialLead[bytes[start] as number] === 1 && end - start <= 9) return specialState(bytes, start, end);
  return Cell.value;
}

/** The bytes that the writer can't just copy. */
const closer = new Uint8Array(256);
closer.fill(1, 0, SPACE);
closer.fill(1, 0xcc);
for (const c of [0x22, DELETE, 0x5c, 0xc2]) closer[c] = 1;

/**
 * Whether a character begins at `i` of which another spelling may be the normal one (NFC, UAX #15): combining marks, as
 * macOS parts letters from their accents, the ohm, kelvin and ångström signs, and all that is not Latin. Never
 * typography and currency signs.
 */
function mayBeAbnormal(bytes: Uint8Array, i: number): boolean {
  if (bytes[i] !== 0xe2) return (bytes[i] as number) >= 0xcc;
  const d = bytes[i + 1] as number;
  const e = bytes[i + 2] as number;
  return d === 0x80 ? e <= 0x81 : d === 0x84 ? e >= 0xa6 && e <= 0xab : d === 0x8c || d === 0xab;
}

/** The text in the form under which codes and names compare; undefined where it is in that form, or would grow too much. */
function normalOf(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  const normal = text.normalize('NFC');
  if (normal === text) return undefined;
  const written = Buffer.from(normal);
  return written.length <= end - start ? written : undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
/** Control character → the letter that stands for it after a backslash, in COPY text and in JSON alike. */
const letters = new Uint8Array(SPACE);
letters.set([0x74, 0x6e], 0x09);
letters[0x0d] = 0x72;
/** FileMaker and Word end a line within a text with these, as others do with U+2028 and U+2029. */
letters[0x0b] = 0x6e;
letters[0x0c] = 0x6e;

const isLineSeparator = (bytes: Uint8Array, i: number): boolean =>
  bytes[i] === 0xe2 && bytes[i + 1] === 0x80 && ((bytes[i + 2] as number) & 0xfe) === 0xa8;

let spaced = false;

/** Whether a text written since the last call holds a typographer's space. */
function wasSpaced(): boolean {
  const was = spaced;
  spaced = false;
  return was;
}

/** Writes a code as `writeText` does, with plain spaces: nobody sees in which of two files one is a hard one. */
export function writeCode(bytes: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  wasSpaced();
  const written = writeText(bytes, start, end, into, at);
  if (!wasSpaced()) return written;
  let to = at;
  for (let i = at; i < written; i++) {
    const length = (into[i] as number) < 0xc2 ? 0 : invisibleLength(into, i, written);
    into[to++] = length > 0 ? SPACE : (into[i] as number);
    if (length > 0) i += length - 1;
  }
  return to;
}

let unreadable = false;

/** Whether a text written since the last call holds U+FFFD, which stands for bytes that its encoding does not define. */
export function wasUnreadable(): boolean {
  const was = unreadable;
  unreadable = false;
  return was;
}

/**
 * Writes a text as COPY text, in Unicode's form C: backslash, tab and line ends escaped; NUL, control and zero-width
 * characters dropped; CR LF becomes LF. With `json`, as the inside of a JSON string, itself escaped for COPY. The bytes
 * must be valid UTF-8. Writes at most 2 (JSON: 4) bytes for each one read.
 * @returns the position after the text
 */
export function writeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
  json = false,
): number {
  const from = at;
  let unchecked = true;
  let i = start;
  while (i < end) {
    const c = bytes[i] as number;
    if (closer[c] === 0) into[at++] = c;
    else if (c >= 0x80) {
      const length = invisibleLength(bytes, i, end);
      if (length > 0 && !isSpace(bytes, i)) {
        if (isLineSeparator(bytes, i)) at = writeEscaped(LF, into, at, json);
        i += length;
        continue;
      }
      if (length > 0) spaced = true;
      if (unchecked && mayBeAbnormal(bytes, i)) {
        unchecked = false;
        const normal = normalOf(bytes, start, end);
        if (normal) return writeText(normal, 0, normal.length, into, from, json);
      }
      const plain = c === 0xef && bytes[i + 1] === 0xb7 ? (guardedBytes[bytes[i + 2] as number] as number) : 0;
      if (plain > 0) {
        if (closer[plain] === 0) into[at++] = plain;
        else at = writeEscaped(plain, into, at, json);
        i += 3;
        continue;
      }
      if (c === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd) unreadable = true;
      // The bytes that follow a first one are all copied.
      into[at++] = c;
    } else if (c !== 0x0d || i + 1 >= end || bytes[i + 1] !== LF) at = writeEscaped(c, into, at, json);
    i++;
  }
  return at;
}

function writeEscaped(c: number, into: Uint8Array, at: number, json: boolean): number {
  if (c === QUOTE && !json) {
    into[at++] = c;
    return at;
  }
  const letter = c >= SPACE && c !== DELETE ? c : (letters[c] ?? 0);
  if (letter === 0) return at;
  into[at++] = BACKSLASH;
  if (json) into[at++] = BACKSLASH;
  if (json && c === BACKSLASH) into[at++] = BACKSLASH;
  into[at++] = letter;
  return at;
}
