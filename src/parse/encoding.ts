import { isAscii, isUtf8 } from 'node:buffer';
import type { ErrorCode } from '../errors.ts';
import type { Encoding } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { faultOf, isZip, olePackage } from './not-text.ts';
import { createSample, guessEncoding } from './letters.ts';
import { sequenceLength, wholeCharacters } from './utf8.ts';

/** What the bytes of a file are. Its name is never asked: a CSV called `.xlsx` is a CSV. */
export type Content =
  | { kind: 'text'; encoding: Encoding; bom: boolean; remarks: readonly Warning[] }
  /** A zip archive: whether a workbook is inside is for the reader of workbooks to say. */
  | { kind: 'zip' }
  | { kind: 'refused'; code: ErrorCode };

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
 * UTF-8 if the whole is valid (ASCII is); otherwise the single-byte encoding that makes the best French.
 */
export function createEncodingSurvey(): EncodingSurvey {
  let head: Uint8Array = new Uint8Array(0);
  const valid = createUtf8Check();
  const sample = createSample();
  const ole = olePackage();

  const markOrPin = (pin: Encoding | undefined): Content | undefined => {
    const mark = markOf(head) ?? unmarkedUtf16(head);
    if (pin) return textIn(pin, mark?.encoding === pin && mark.bom);
    return mark && textIn(mark.encoding, mark.bom);
  };

  return {
    write(chunk) {
      if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
      ole.write(chunk);
      valid.write(chunk);
      if (sample.carries && !isAscii(chunk)) sample.write(chunk);
    },
    get decided() {
      if (head.length < headBytes || ole.open(head)) return false;
      return isZip(head) || markOf(head) !== undefined || (!valid.whole && !sample.carries);
    },
    result(pin) {
      if (isZip(head)) return { kind: 'zip' };
      const code = faultOf(head, ole.encrypted);
      const marked = markOrPin(pin);
      if (code && !(code === 'not_text' && marked)) return { kind: 'refused', code };
      return marked ?? textIn(valid.whole ? 'utf-8' : guessEncoding(sample), false);
    },
  };
}

const textIn = (encoding: Encoding, bom: boolean): Content => ({ kind: 'text', encoding, bom, remarks: [] });

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
