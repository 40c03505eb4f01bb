import { isAscii } from 'node:buffer';
import { garbleAt, likelihood } from './french.ts';
import { withoutControls } from './mend.ts';
import { decodeBytes, type SingleByteEncoding, singleByteEncodings } from './single-byte.ts';
import type { Sightings } from './spoilt-text.ts';
import { sequenceLength } from './utf8.ts';

/** Which single-byte encoding makes French of the bytes above ASCII, judged by what the text around them would be. */

/**
 * Bytes above ASCII taken from one chunk, of the first and of the others: spread over the file, and bounded. Of sequences
 * of UTF-8, of which most are known from the first, four times as many.
 */
const perChunk = 512;
const perLaterChunk = 64;
const firstChunks = 16;
/** Different contexts kept of one byte: more as the file goes on, so that its later parts are heard too. */
const contextsAtFirst = 24;
const mostContexts = 64;
/** What is kept on either side: most words. */
const reach = 16;

const LF = 0x0a;
const CR = 0x0d;

/** A byte above ASCII where it was first seen. */
interface Context {
  /** Bytes of its line. */
  bytes: Uint8Array;
  /** Where in them it stands, and where in the file. */
  at: number;
  offset: number;
}

export interface LetterSample {
  readonly total: number;
  /** Bytes of `total` that stand in a sequence which would be UTF-8. */
  readonly sequenced: number;
  /** The first such sequences. */
  readonly sequences: Sightings;
  readonly contexts: readonly Context[];
  /** Those of characters in UTF-8, and how many times such a character was looked at. */
  readonly wide: readonly Context[];
  /** How often each byte was seen. */
  readonly seen: Uint32Array;
  /** @param offset of the chunk in the file */
  write(chunk: Uint8Array, offset: number): void;
}

export function createSample(): LetterSample {
  const seen = new Uint32Array(256);
  const kept = new Uint32Array(256);
  const known = new Set<string>();
  const contexts: Context[] = [];
  const wide: Context[] = [];
  const wideOf = new Map<number, number>();
  const sequences: Sightings = { count: 0, places: [] };
  let total = 0;
  let sequenced = 0;
  let chunks = 0;

  function take(chunk: Uint8Array, i: number, offset: number): void {
    const byte = chunk[i] as number;
    seen[byte] = (seen[byte] ?? 0) + 1;
    if ((kept[byte] ?? 0) >= Math.min(mostContexts, contextsAtFirst + chunks / 2)) return;
    const [start, end] = around(chunk, i);
    const near = Buffer.from(chunk.subarray(Math.max(start, i - 3), Math.min(end, i + 4)));
    const key = `${i - start} ${near.toString('latin1')}`;
    if (known.has(key)) return;
    known.add(key);
    kept[byte] = (kept[byte] ?? 0) + 1;
    contexts.push({ bytes: Uint8Array.from(chunk.subarray(start, end)), at: i - start, offset: offset + i });
  }

  /** What is UTF-8 says nothing of single bytes. */
  function takeSequence(chunk: Uint8Array, i: number, offset: number, length: number): void {
    sequences.count += 1;
    takeWide(chunk, i, offset, length);
    if (sequences.places.length < mostExamples)
      sequences.places.push({ offset: offset + i, bytes: Uint8Array.from(chunk.subarray(...around(chunk, i))) });
  }

  function takeWide(chunk: Uint8Array, i: number, offset: number, length: number): void {
    const character = chunk.subarray(i, i + length).reduce((code, byte) => code * 256 + byte, 0);
    const already = wideOf.get(character) ?? 0;
    if (already >= contextsAtFirst) return;
    const [start, end] = around(chunk, i);
    const key = `${i - start} ${Buffer.from(chunk.subarray(Math.max(start, i - 2), Math.min(end, i + 5))).toString('latin1')}`;
    if (known.has(key)) return;
    known.add(key);
    wideOf.set(character, already + 1);
    wide.push({ bytes: Uint8Array.from(chunk.subarray(start, end)), at: i - start, offset: offset + i });
  }

  return {
    seen,
    contexts,
    wide,
    sequences,
    get total() {
      return total;
    },
    get sequenced() {
      return sequenced;
    },
    write(chunk, offset) {
      let left = chunks < firstChunks ? perChunk : perLaterChunk;
      chunks += 1;
      const isMarked = offset === 0 && mark.every((byte, at) => chunk[at] === byte);
      for (
        let i = nextAbove(chunk, isMarked ? mark.length : 0);
        i < chunk.length && left > 0;
        i = nextAbove(chunk, i)
      ) {
        const length = sequenceAt(chunk, i);
        if (length > 1) takeSequence(chunk, i, offset, length);
        else take(chunk, i, offset);
        if (length > 1) sequenced += length;
        total += length;
        left -= length > 1 ? 0.25 : 1;
        i += length;
      }
    },
  };
}

/** The bytes around one, of its line. */
function around(chunk: Uint8Array, i: number): [start: number, end: number] {
  let start = i;
  while (start > 0 && start > i - reach && !isLineEnd(chunk[start - 1])) start -= 1;
  let end = i + 1;
  while (end < chunk.length && end <= i + reach && !isLineEnd(chunk[end])) end += 1;
  return [start, end];
}

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR;

/** UTF-8's byte order mark says nothing of letters. */
const mark = [0xef, 0xbb, 0xbf];

/** Stretches of ASCII are passed natively. */
const stretch = 4096;

/** The first byte above ASCII from `start` on. */
function nextAbove(bytes: Uint8Array, start: number): number {
  for (let i = start; i < bytes.length;) {
    const end = Math.min(bytes.length, i + stretch);
    if (isAscii(bytes.subarray(i, end))) i = end;
    else while ((bytes[i] as number) < 0x80) i += 1;
    if (i < end) return i;
  }
  return bytes.length;
}

/** Bytes of the UTF-8 sequence at `at`, 1 where there is none. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (isRareLead(lead)) return 1;
  const length = sequenceLength(lead);
  for (let i = at + 1; i < at + length; i += 1) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 1;
  return length;
}

/**
 * Whether a text is better read as single bytes although it is valid UTF-8: its only sequences are of alphabets that
 * nobody writes here, and another encoding makes French of all of them.
 */
export function isUtf8ByChance(sample: LetterSample): boolean {
  if (sample.sequenced > 0 || sample.contexts.length === 0) return false;
  return singleByteEncodings.some((encoding) =>
    sample.contexts.every(({ bytes, at }) => likelihood(decodeBytes(bytes, encoding), at) > -10),
  );
}

/**
 * The first byte of letters of alphabets that nobody writes here; `l’été` in MacRoman would be Armenian, and quotation
 * marks rare Cyrillic.
 */
const isRareLead = (byte: number): boolean => (byte >= 0xc6 && byte <= 0xca) || (byte >= 0xd2 && byte <= 0xd5);

/** How much of a text in UTF-8 must look garbled where each piece alone might be meant. */
const garbledShare = 0.2;

/** Characters in UTF-8 that a text got when it was read in a wrong encoding, before it was encoded: `BesanÞon`, `Soci‚t‚`. */
export function garbledIn({ wide }: LetterSample): Sightings {
  const found = wide.map((context) => ({ context, kind: garbleAt(...textOf(context)) }));
  const certain = found.filter(({ kind }) => kind === 'certain');
  const likely = found.filter(({ kind }) => kind !== undefined);
  const counted = certain.length > 0 || likely.length >= garbledShare * found.length ? likely : [];
  return { count: counted.length, places: counted.slice(0, mostExamples).map(({ context }) => context) };
}

/** A text and where the character stands in it. */
function textOf({ bytes, at }: Context): [text: string, at: number] {
  const buffer = Buffer.from(bytes);
  const before = buffer.toString('utf8', 0, at);
  return [withoutControls(before + buffer.toString('utf8', at)), before.length];
}

/** A file that is UTF-8 but for a few bytes (two exports glued together) is read as UTF-8 all the same. */
export const isMostlyUtf8 = (sample: LetterSample): boolean => sample.sequenced > sample.total * 0.9;

/** One way to read the bytes above ASCII. */
export interface Candidate {
  encoding: SingleByteEncoding;
  /** The higher, the likelier; a difference of ten is beyond doubt. */
  score: number;
}

/** How often each is met: what is said for it before a byte was seen. */
const usual: Record<SingleByteEncoding, number> = { 'windows-1252': 0, 'iso-8859-15': -2, cp850: -4, macroman: -6 };

/** All of the single-byte encodings, the likeliest first. */
function candidatesOf(sample: LetterSample): Candidate[] {
  return singleByteEncodings
    .map((encoding) => ({ encoding, score: usual[encoding] + scoreOf(sample, encoding) }))
    .sort((a, b) => b.score - a.score);
}

/** The mean of a byte's contexts, by the root of its frequency: one mark that is everywhere must not outvote the rest. */
function scoreOf(sample: LetterSample, encoding: SingleByteEncoding): number {
  const sums = new Float64Array(256);
  const counts = new Uint32Array(256);
  for (const { bytes, at } of sample.contexts) {
    const byte = bytes[at] as number;
    sums[byte] = (sums[byte] ?? 0) + likelihood(decodeBytes(bytes, encoding), at);
    counts[byte] = (counts[byte] ?? 0) + 1;
  }
  return sums.reduce(
    (score, sum, byte) => (counts[byte] ? score + (sum / counts[byte]) * Math.sqrt(sample.seen[byte] ?? 0) : score),
    0,
  );
}

/** What letters say of a text in a single-byte encoding. */
export interface Letters {
  /** The likeliest first. */
  candidates: readonly Candidate[];
  /** The first text that two encodings read otherwise, as each does. */
  difference(
    one: SingleByteEncoding,
    other: SingleByteEncoding,
  ): { offset: number; texts: [string, string] } | undefined;
  /** What makes no sense in this encoding. */
  senseless(encoding: SingleByteEncoding): Sightings;
}

/** A likelihood from which on down a character is not what was meant. */
const nonsense = -22;
const mostExamples = 5;

export const lettersOf = (sample: LetterSample): Letters => ({
  candidates: candidatesOf(sample),
  difference(one, other) {
    const found = sample.contexts.find(({ bytes, at }) => {
      const byte = bytes.subarray(at, at + 1);
      return decodeBytes(byte, one) !== decodeBytes(byte, other);
    });
    const textIn = (encoding: SingleByteEncoding) => decodeBytes(found?.bytes ?? new Uint8Array(0), encoding).trim();
    return found && { offset: found.offset, texts: [textIn(one), textIn(other)] };
  },
  senseless(encoding) {
    const places = sample.contexts.filter(({ bytes, at }) => {
      const text = decodeBytes(bytes, encoding);
      return text[at] !== '\ufffd' && likelihood(text, at) <= nonsense;
    });
    return { count: places.length, places: places.slice(0, mostExamples) };
  },
});
