import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding, Repair } from '../../model/format.ts';
import type { Warning } from '../../model/rejection.ts';
import {
  createSample,
  garbledIn,
  isMostlyUtf8,
  isUtf8ByChance,
  type Letters,
  type LetterSample,
  lettersOf,
} from './letters.ts';
import { withoutControls } from './mend.ts';
import { type Fault, faultOf, isZip, olePackage } from './not-text.ts';
import { createSpoiltText, type Sightings, type SpoiltText } from './spoilt-text.ts';
import { decodeBytes, isSingleByte, type SingleByteEncoding } from './single-byte.ts';
import { createTranscoder } from './transcode.ts';
import { sequenceLength, wholeCharacters } from './utf8.ts';

/** A remark on a text, by where in its bytes it is seen. */
export interface PlacedRemark {
  code: string;
  count: number;
  examples: readonly { offset: number; value: string }[];
}

/** What the bytes of a file are. Its name is never asked: a CSV called `.xlsx` is a CSV. */
export type Content =
  | {
      kind: 'text';
      encoding: Encoding;
      bom: boolean;
      remarks: readonly Warning[];
      repairs?: readonly Repair[];
      placed?: readonly PlacedRemark[];
      /** Where letters alone tell the encoding; a header that is known may tell it better. */
      guessed?: { letters: Letters; as: (encoding: SingleByteEncoding) => TextContent };
    }
  /** A zip archive: whether a workbook is inside is for the reader of workbooks to say. */
  | { kind: 'zip' }
  | ({ kind: 'refused' } & Fault);
export type TextContent = Extract<Content, { kind: 'text' }>;

export interface EncodingSurvey {
  write(chunk: Uint8Array): void;
  /** No later byte changes the result: the rest of the file need not be read. */
  readonly decided: boolean;
  /** `pin`: an encoding that the mapping or the command line knows better; it does not make a zip a text. */
  result(pin?: Encoding): Content;
}

/** Bytes from the file's start that tell text from anything else. */
const headBytes = 4096;

/**
 * Looks at every byte of a file, fed in chunks of any size, and says how to read it: a byte order mark first; then
 * UTF-8 if the whole is valid (ASCII is); otherwise the single-byte encoding that makes the best French. And whether it
 * was spoilt before it was encoded.
 */
export function createEncodingSurvey(): EncodingSurvey {
  let head: Uint8Array = new Uint8Array(0);
  const valid = createUtf8Check();
  const sample = createSample();
  const spoilt = createSpoiltText();
  const ole = olePackage();
  let offset = 0;
  let fromUtf16: ReturnType<typeof widened> | undefined;
  /** Bytes so far of UTF-16 as UTF-8. */
  let wide = 0;

  const found = (): { encoding: Encoding; bom: boolean } | undefined => markOf(head) ?? unmarkedUtf16(head);

  return {
    write(chunk) {
      const isFirst = offset === 0;
      if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
      ole.write(chunk);
      if (isFirst) fromUtf16 = widened(found()?.encoding);
      if (fromUtf16) {
        const text = fromUtf16(chunk);
        if (!isAscii(text)) sample.write(text, wide);
        wide += text.length;
        spoilt.write(text, true);
      } else {
        valid.write(chunk);
        if (!isAscii(chunk)) sample.write(chunk, offset);
        spoilt.write(chunk, valid.whole || isMostlyUtf8(sample));
      }
      offset += chunk.length;
    },
    get decided() {
      if (head.length < headBytes || ole.open(head)) return false;
      const fault = faultOf(head, ole.held);
      return isZip(head) || (fault !== undefined && fault.code !== 'not_text');
    },
    result(pin) {
      if (isZip(head)) return { kind: 'zip' };
      const fault = faultOf(head, ole.held);
      const marked = found();
      if (fault && !(fault.code === 'not_text' && (marked || pin))) return { kind: 'refused', ...fault };
      spoilt.end(fromUtf16 !== undefined || valid.whole || isMostlyUtf8(sample));
      const bom = marked?.bom === true && (pin === undefined || marked.encoding === pin);
      const isUtf8 = (valid.whole && (bom || !isUtf8ByChance(sample))) || isMostlyUtf8(sample);
      // Some programs put the mark of UTF-8 before whatever they write.
      const byMark = marked?.encoding === 'utf-8' && !isUtf8 ? undefined : marked?.encoding;
      const certain = pin ?? byMark ?? (isUtf8 ? 'utf-8' : undefined);
      const letters = lettersOf(sample);
      if (certain)
        return textIn(certain, bom, sample, spoilt, isSingleByte(certain) ? letters.senseless(certain) : undefined);
      const as = (encoding: SingleByteEncoding) => textIn(encoding, false, sample, spoilt);
      return { ...as(letters.candidates[0]?.encoding ?? 'windows-1252'), guessed: { letters, as } };
    },
  };
}

/** @param senseless what makes no sense in an encoding that is a pin's, and so compared with no other */
function textIn(
  encoding: Encoding,
  bom: boolean,
  sample: LetterSample,
  spoilt: SpoiltText,
  senseless?: Sightings,
): TextContent {
  return { kind: 'text', encoding, bom, remarks: [], ...repairsOf(encoding, sample, spoilt, senseless) };
}

/**
 * What is to be undone in all of the file, and what is said of it. A few lines in UTF-8 among others in Windows-1252 are
 * what double encoding looks like.
 */
function repairsOf(
  encoding: Encoding,
  sample: LetterSample,
  spoilt: SpoiltText,
  senseless?: Sightings,
): Pick<TextContent, 'repairs' | 'placed'> {
  const repairs: Repair[] = [];
  const placed: PlacedRemark[] = [];
  const say = (code: string, { count, places }: Sightings): void => {
    placed.push({
      code,
      count,
      examples: places.map(({ offset, bytes }) => ({ offset, value: shown(bytes, encoding) })),
    });
  };
  if (spoilt.entities.count > 0) {
    repairs.push('html-entities');
    say('html_entities', spoilt.entities);
  }
  const single = isSingleByte(encoding);
  const twice = single ? sample.sequences : spoilt.twice;
  const isCertain = single ? encoding === 'windows-1252' : spoilt.contrary.count === 0;
  if (twice.count > 0) {
    if (isCertain) repairs.push('encoded-twice');
    say(!isCertain ? 'garbled_text' : single ? 'mixed_encodings' : 'encoded_twice', twice);
  }
  if (!single && spoilt.controls.count > 0) {
    repairs.push('c1-controls');
    if (twice.count === 0) say('restored_controls', spoilt.controls);
  }
  if (spoilt.lost.count > 0) say('lost_characters', spoilt.lost);
  const left = single
    ? [senseless]
    : [twice.count > 0 ? isCertain && spoilt.remains : garbledIn(sample), spoilt.images];
  for (const sightings of left) if (sightings && sightings.count > 0) say('garbled_text', sightings);
  return { ...(repairs.length > 0 && { repairs }), ...(placed.length > 0 && { placed }) };
}

const shown = (bytes: Uint8Array, encoding: Encoding): string =>
  (isSingleByte(encoding)
    ? decodeBytes(bytes, encoding)
    : withoutControls(Buffer.from(bytes).toString('utf8')).replace(/^\ufffd+|\ufffd+$/g, '')
  ).trim();

/** UTF-16 as UTF-8, in which texts are looked at. */
function widened(encoding: Encoding | undefined): ((chunk: Uint8Array) => Uint8Array) | undefined {
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be') return undefined;
  const transcoder = createTranscoder(encoding);
  return (chunk) => {
    const target = new Uint8Array(transcoder.bound(chunk.length));
    return target.subarray(0, transcoder.write(chunk, target, 0));
  };
}

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

function markOf(head: Uint8Array): { encoding: Encoding; bom: true } | undefined {
  const found = marks.find(([, mark]) => mark.every((byte, i) => head[i] === byte));
  return found && { encoding: found[0], bom: true };
}

/** UTF-16 of Western text has a zero in nearly every other byte, and hardly one in the rest. */
function unmarkedUtf16(head: Uint8Array): { encoding: Encoding; bom: false } | undefined {
  const zeros = [0, 0];
  head.forEach((byte, i) => {
    if (byte === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const most = head.length * 0.35;
  if (odd > most && even < odd / 20) return { encoding: 'utf-16le', bom: false };
  if (even > most && odd < even / 20) return { encoding: 'utf-16be', bom: false };
  return undefined;
}

/** Node's native check, over characters that a chunk's end cuts. A character cut by the end of the file is no fault. */
function createUtf8Check() {
  let held: Uint8Array = new Uint8Array(0);
  let whole = true;
  return {
    get whole() {
      return whole;
    },
    write(chunk: Uint8Array) {
      if (!whole) return;
      const missing = held.length === 0 ? 0 : sequenceLength(held[0] as number) - held.length;
      const first = Buffer.concat([held, chunk.subarray(0, missing)]);
      if (chunk.length < missing) {
        held = first;
        return;
      }
      const end = wholeCharacters(chunk, chunk.length);
      held = Uint8Array.from(chunk.subarray(Math.max(end, missing)));
      whole = isUtf8(first) && isUtf8(chunk.subarray(missing, Math.max(end, missing)));
    },
  };
}
