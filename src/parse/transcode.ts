import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { Encoding } from '../model/format.ts';
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
      return fromSingleByte(encoding);
  }
}

const utf8 = new TextEncoder();

/**
 * Byte → its UTF-8 bytes, the first lowest. Taken from iconv-lite, because `TextDecoder('windows-1252')` of Node 20
 * reads 0x80 as a control character.
 */
function tableOf(encoding: Encoding): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) =>
    utf8.encode(iconv.decode(Buffer.of(byte), encoding)).reduceRight((packed, next) => (packed << 8) | next, 0),
  );
}

function fromSingleByte(encoding: Encoding): Transcoder {
  const table = tableOf(encoding);
  return {
    bound: (length) => 3 * length,
    write(chunk, target, at) {
      if (isAscii(chunk)) {
        target.set(chunk, at);
        return at + chunk.length;
      }
      return translate(chunk, table, target, at);
    },
    end: (_, at) => at,
  };
}

function translate(chunk: Uint8Array, table: Uint32Array, target: Uint8Array, start: number): number {
  const { length } = chunk;
  let at = start;
  for (let i = 0; i < length; i += 1) {
    const byte = chunk[i] as number;
    if (byte < 0x80) {
      target[at++] = byte;
      continue;
    }
    const packed = table[byte] as number;
    target[at++] = packed;
    target[at++] = packed >>> 8;
    if (packed > 0xffff) target[at++] = packed >>> 16;
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
      held = target.slice(whole, end);
      return settle(target, at, whole);
    },
    end(target, at) {
      target.set(held, at);
      return settle(target, at, at + held.length);
    },
  };
}

/** Only bytes that a pin calls UTF-8 against the evidence come here. */
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
