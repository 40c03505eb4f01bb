import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { Encoding } from '../../model/format.ts';
import { characters, type SingleByteEncoding } from './single-byte.ts';
import { wholeCharacters } from './utf8.ts';

/**
 * Turns the bytes of a file into UTF-8, chunk by chunk, written straight into the reader's buffer. The byte order mark
 * is dropped; what its encoding does not define becomes U+FFFD, since Postgres would refuse it.
 */
export interface Transcoder {
  /** The most bytes that `write` makes of a chunk of this length, or `end` of what was held back. */
  bound(length: number): number;
  /** Writes at `at`, which leaves room for `bound(chunk.length)`; gives the end of what was written. */
  write(chunk: Uint8Array, target: Uint8Array, at: number): number;
  /** Writes what the end of the file leaves incomplete. */
  end(target: Uint8Array, at: number): number;
}

export function createTranscoder(encoding: Encoding): Transcoder {
  switch (encoding) {
    case 'utf-8':
      return fromUtf8();
    case 'utf-16le':
    case 'utf-16be':
      return fromUtf16(encoding === 'utf-16be');
    case 'windows-1252':
    case 'iso-8859-15':
    case 'cp850':
    case 'macroman':
      return fromSingleByte(encoding);
  }
}

const utf8 = new TextEncoder();
const mark = [0xef, 0xbb, 0xbf];

/** Byte → its UTF-8 bytes, the first lowest, and their number in the top byte. */
function tableOf(encoding: SingleByteEncoding): Int32Array {
  return Int32Array.from(characters[encoding], (character) => {
    const bytes = utf8.encode(character);
    return bytes.reduceRight((packed, next) => (packed << 8) | next, 0) | (bytes.length << 24);
  });
}

function fromSingleByte(encoding: SingleByteEncoding): Transcoder {
  const table = tableOf(encoding);
  /** Bytes of UTF-8's mark that the text begins with: some programs put it before whatever they write. */
  let marked: number | undefined = 0;
  return {
    bound: (length) => 3 * length + 9,
    write(given, target, at) {
      let chunk = given;
      if (marked !== undefined) {
        while (chunk.length > 0 && marked < mark.length && chunk[0] === mark[marked]) {
          chunk = chunk.subarray(1);
          marked += 1;
        }
        if (chunk.length === 0) return at;
        if (marked < mark.length) chunk = Buffer.concat([Buffer.from(mark.slice(0, marked)), chunk]);
        marked = undefined;
      }
      if (isAscii(chunk)) {
        target.set(chunk, at);
        return at + chunk.length;
      }
      return translate(chunk.byteOffset % 4 === 0 ? chunk : Uint8Array.from(chunk), table, target, at);
    },
    end(target, at) {
      if (marked === undefined || marked === mark.length) return at;
      return translate(Uint8Array.from(mark.slice(0, marked)), table, target, at);
    },
  };
}

/**
 * Four bytes at a time, twice as fast as one: each becomes a word, of which the next overwrites what is too much.
 * Unrolled by hand, since a function that moved `at` would double the time again. Little-endian.
 */
function translate(chunk: Uint8Array, table: Int32Array, target: Uint8Array, start: number): number {
  const words = new Int32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2);
  const into = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const { length } = words;
  let at = start;
  for (let word = 0; word < length; word += 1) {
    const four = words[word] as number;
    if ((four & 0x80808080) === 0) {
      into.setInt32(at, four, true);
      at += 4;
      continue;
    }
    const first = table[four & 0xff] as number;
    into.setInt32(at, first, true);
    at += first >>> 24;
    const second = table[(four >>> 8) & 0xff] as number;
    into.setInt32(at, second, true);
    at += second >>> 24;
    const third = table[(four >>> 16) & 0xff] as number;
    into.setInt32(at, third, true);
    at += third >>> 24;
    const fourth = table[four >>> 24] as number;
    into.setInt32(at, fourth, true);
    at += fourth >>> 24;
  }
  for (let i = 4 * length; i < chunk.length; i += 1) {
    const packed = table[chunk[i] as number] as number;
    into.setInt32(at, packed, true);
    at += packed >>> 24;
  }
  return at;
}

/** UTF-8 passes through once it is known to be whole and valid; the first character may be the mark. */
function fromUtf8(): Transcoder {
  let held: Uint8Array = new Uint8Array(0);
  let atStart = true;

  const settle = (target: Uint8Array, at: number, end: number): number => {
    if (atStart && end > at) {
      atStart = false;
      if (target[at] === 0xef && target[at + 1] === 0xbb && target[at + 2] === 0xbf) {
        target.copyWithin(at, at + 3, end);
        return settle(target, at, end - 3);
      }
    }
    const written = target.subarray(at, end);
    return isUtf8(written) ? end : at + repair(written, target.subarray(at));
  };

  return {
    bound: (length) => 3 * (length + 3),
    write(chunk, target, at) {
      target.set(held, at);
      target.set(chunk, at + held.length);
      const end = at + held.length + chunk.length;
      const whole = at + wholeCharacters(target.subarray(at, end), end - at);
      held = Uint8Array.from(target.subarray(whole, end));
      return settle(target, at, whole);
    },
    end(target, at) {
      target.set(held, at);
      return settle(target, at, at + held.length);
    },
  };
}

/** Only bytes that are no UTF-8, a few among many that are or under a pin, come here. */
function repair(bytes: Uint8Array, target: Uint8Array): number {
  return utf8.encodeInto(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), target).written;
}

function fromUtf16(bigEndian: boolean): Transcoder {
  const decoder = iconv.getDecoder('utf-16le');
  let odd: Uint8Array = new Uint8Array(0);
  const put = (text: string, target: Uint8Array, at: number) => at + utf8.encodeInto(text, target.subarray(at)).written;

  return {
    bound: (length) => 3 * (length + 4),
    write(chunk, target, at) {
      const joined = Buffer.concat([odd, chunk]);
      const units = joined.subarray(0, joined.length & ~1);
      odd = joined.subarray(units.length);
      return put(decoder.write(bigEndian ? units.swap16() : units), target, at);
    },
    end: (target, at) => put((decoder.end() ?? '') + (odd.length > 0 ? '\ufffd' : ''), target, at),
  };
}
