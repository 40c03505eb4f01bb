import { isAscii } from 'node:buffer';
import { twiceAt, twiceBound, twiceMarks } from './encoded-twice.ts';
import { entityAt, entityBound, nextAmpersand } from './entities.ts';

/** Where in a file something was seen. */
interface Place {
  offset: number;
  /** The bytes around it, of its line. */
  bytes: Uint8Array;
}

export interface Sightings {
  count: number;
  /** The first of them. */
  places: Place[];
}

export interface SpoiltText {
  /** HTML's names and numbers of characters. */
  readonly entities: Sightings;
  /** UTF-8 that was encoded twice. */
  readonly twice: Sightings;
  /** `Ã` within a word, as in `SÃO`: a letter that is meant. */
  readonly contrary: Sightings;
  /** `Ã` without what followed it. */
  readonly remains: Sightings;
  /** UTF-8 that was taken for MacRoman or code page 850: `√©`, `├®`. */
  readonly images: Sightings;
  /** Characters of Windows-1252 that were written as C1 controls, of which no text is meant to hold any. */
  readonly controls: Sightings;
  /** `?` within a word: what stood there was lost. */
  readonly lost: Sightings;
  /** Takes the next bytes of a text that holds ASCII as it is. @param inUtf8 as far as is known */
  write(chunk: Uint8Array, inUtf8: boolean): void;
  end(inUtf8: boolean): void;
}

const mostPlaces = 5;
/** Bytes of the end of a chunk that are looked at together with the next. */
const overlap = Math.max(entityBound, twiceBound);
const QUESTION = 0x3f;
const C2 = 0xc2;
const C3 = 0xc3;
const E2 = 0xe2;
const A_TILDE = 0x83;
/** `√` and `├` in UTF-8, without their first byte. */
const otherMarks = [Buffer.of(0x88, 0x9a), Buffer.of(0x94, 0x9c)];

/** Looks for what a text went through before it was encoded, natively, which costs next to nothing where there is none. */
export function createSpoiltText(): SpoiltText {
  const entities: Sightings = { count: 0, places: [] };
  const twice: Sightings = { count: 0, places: [] };
  const contrary: Sightings = { count: 0, places: [] };
  const remains: Sightings = { count: 0, places: [] };
  const images: Sightings = { count: 0, places: [] };
  const controls: Sightings = { count: 0, places: [] };
  const lost: Sightings = { count: 0, places: [] };
  const shownUntil = new Map<Sightings, number>();
  let tail: Buffer = Buffer.alloc(0);
  /** Where `tail` begins. */
  let base = 0;

  /** Looks at what begins before `until`. */
  function look(bytes: Buffer, until: number, offset: number, inUtf8: boolean): void {
    const see = (what: Sightings, at: number, end: number): void => {
      what.count += 1;
      // One example of a line is enough.
      if (what.places.length === mostPlaces || offset + at < (shownUntil.get(what) ?? 0)) return;
      const rest = bytes.subarray(at).findIndex((byte) => isLineEnd(byte));
      shownUntil.set(what, offset + (rest < 0 ? bytes.length : at + rest));
      what.places.push({ offset: offset + at, bytes: around(bytes, at, end) });
    };
    for (let at = nextAmpersand(bytes, 0); at >= 0 && at < until;) {
      const found = entityAt(bytes, at, bytes.length);
      if (found) see(entities, at, found.end);
      at = nextAmpersand(bytes, found?.end ?? at + 1);
    }
    for (let at = bytes.indexOf(QUESTION); at >= 0 && at < until; at = bytes.indexOf(QUESTION, at + 1))
      if (isWithinWord(bytes, at)) see(lost, at, at + 1);
    if (!inUtf8 || isAscii(bytes)) return;
    for (let at = bytes.indexOf(C2); at >= 0 && at < until; at = bytes.indexOf(C2, at + 2))
      if ((bytes[at + 1] ?? 0xff) < 0xa0) see(controls, at, at + 2);
    for (const mark of twiceMarks)
      for (let at = bytes.indexOf(mark) - 1; at >= -1 && at < until;) {
        const found = bytes[at] === C3 ? twiceAt(bytes, at, bytes.length) : undefined;
        if (found) see(twice, at, found.end);
        else if (bytes[at] === C3 && bytes[at + 1] === A_TILDE)
          see(isLetterAt(bytes, at + 2) ? contrary : remains, at, at + 2);
        at = bytes.indexOf(mark, found?.end ?? at + 1 + mark.length) - 1;
      }
    for (const mark of otherMarks)
      for (let at = bytes.indexOf(mark) - 1; at >= -1 && at < until; at = bytes.indexOf(mark, at + 3) - 1)
        if (bytes[at] === E2 && (bytes[at + 3] ?? 0) >= 0x80) see(images, at, at + 3);
  }

  return {
    entities,
    twice,
    contrary,
    remains,
    images,
    controls,
    lost,
    write(chunk, inUtf8) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      if (tail.length > 0) look(Buffer.concat([tail, bytes.subarray(0, overlap)]), tail.length, base, inUtf8);
      const kept = Math.max(0, bytes.length - overlap);
      look(bytes, kept, base + tail.length, inUtf8);
      base += tail.length + kept;
      tail = Buffer.from(bytes.subarray(kept));
    },
    end(inUtf8) {
      look(tail, tail.length, base, inUtf8);
      tail = Buffer.alloc(0);
    },
  };
}

/** Whether a letter begins here, of ASCII or from U+00C0 to U+00FF in UTF-8. */
const isLetterAt = (bytes: Uint8Array, at: number): boolean => {
  const byte = bytes[at] ?? 0;
  return byte === 0xc3 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
};

/** Between letters, and not where the query of a Web address begins. */
function isWithinWord(bytes: Uint8Array, at: number): boolean {
  if (!isWordByte(bytes[at - 1]) || !isWordByte(bytes[at + 1])) return false;
  let start = at;
  while (start > 0 && at - start < overlap && !isGap(bytes[start - 1])) start -= 1;
  let end = at;
  while (end < bytes.length && end - at < overlap && !isGap(bytes[end])) end += 1;
  return !bytes.subarray(start, at).includes(SLASH) && !bytes.subarray(at, end).includes(EQUALS);
}

const SLASH = 0x2f;
const EQUALS = 0x3d;
const isGap = (byte: number | undefined) => byte === 0x20 || byte === 0x3b || byte === 0x2c || isBreak(byte);
const isWordByte = (byte = 0): boolean =>
  byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

const shownBefore = 24;
const shownAfter = 24;
const isLineEnd = (byte: number | undefined) => byte === 0x0a || byte === 0x0d;
const isBreak = (byte: number | undefined) => isLineEnd(byte) || byte === 0x09 || byte === 0x22;

function around(bytes: Uint8Array, at: number, end: number): Uint8Array {
  let start = at;
  while (start > 0 && at - start < shownBefore && !isBreak(bytes[start - 1]) && bytes[start - 1] !== 0x3b) start -= 1;
  let stop = end;
  while (stop < bytes.length && stop - end < shownAfter && !isBreak(bytes[stop])) stop += 1;
  return Uint8Array.from(bytes.subarray(start, stop));
}
