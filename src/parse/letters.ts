import iconv from 'iconv-lite';
import type { Encoding } from '../model/format.ts';
import { sequenceLength } from './utf8.ts';

/** Which single-byte encoding makes French of the bytes above ASCII. */

/** How much a character speaks for the encoding that yields it; what is not listed speaks against. */
const weights: readonly (readonly [string, number])[] = [
  ['éèàêçôîûùâ', 10],
  ['ëïœ€’ÉÀÈÊÇ°\u00a0', 6],
  ['«»Ôâüöäñ–…“”ŒÎÛÙÂËÏÆæ§²³ÿáíóúßøåãõÜÖÄÑ\u202f', 2],
  ['£µ·®©™ŠšŽžŸ•—‘¼½¾', 0],
];
const weightOf = new Map(
  weights.flatMap(([letters, weight]) => Array.from(letters, (letter) => [letter, weight] as const)),
);

const weightsOf = (encoding: Encoding): Int32Array =>
  Int32Array.from({ length: 256 }, (_, byte) => {
    const letter = iconv.decode(Buffer.of(byte), encoding);
    return letter < '\u00a0' || letter === '\ufffd' ? -40 : (weightOf.get(letter) ?? -10);
  });

/** The first of equals wins: cp1252 holds all that it shares with ISO-8859-15 in the same place. */
const candidates = (['windows-1252', 'iso-8859-15', 'cp850'] as const).map(
  (encoding) => [encoding, weightsOf(encoding)] as const,
);

/** Bytes above ASCII taken from one chunk and in all: enough to decide, spread over the file, and bounded. */
const perChunk = 512;
const inAll = 8192;

export interface LetterSample {
  /** How often each byte was seen. */
  readonly seen: Uint32Array;
  readonly total: number;
  /** Bytes of `total` that stand in a sequence which would be UTF-8. */
  readonly sequenced: number;
  /** More bytes would still be taken. */
  readonly carries: boolean;
  write(chunk: Uint8Array): void;
}

export function createSample(): LetterSample {
  const seen = new Uint32Array(256);
  let total = 0;
  let sequenced = 0;
  return {
    seen,
    get total() {
      return total;
    },
    get sequenced() {
      return sequenced;
    },
    get carries() {
      return total < inAll;
    },
    write(chunk) {
      const most = Math.min(inAll, total + perChunk);
      for (let i = 0; i < chunk.length && total < most; i += 1) {
        const byte = chunk[i] as number;
        if (byte < 0x80) continue;
        const length = sequenceAt(chunk, i);
        if (length > 1) sequenced += length;
        for (const end = i + length; i < end; i += 1) {
          seen[chunk[i] as number] = (seen[chunk[i] as number] ?? 0) + 1;
          total += 1;
        }
        i -= 1;
      }
    },
  };
}

function sequenceAt(bytes: Uint8Array, at: number): number {
  const length = sequenceLength(bytes[at] as number);
  for (let i = at + 1; i < at + length; i += 1) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 1;
  return length;
}

/** A file that is UTF-8 but for a few bytes (two exports glued together) is read as UTF-8 all the same. */
export function guessEncoding(sample: LetterSample): Encoding {
  if (sample.sequenced > sample.total * 0.9) return 'utf-8';
  const scored = candidates.map(([encoding, table]) => ({ encoding, score: scoreOf(sample.seen, table) }));
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).encoding;
}

const scoreOf = (seen: Uint32Array, table: Int32Array) =>
  seen.reduce((score, count, byte) => (byte < 0x80 ? score : score + count * (table[byte] ?? 0)), 0);
