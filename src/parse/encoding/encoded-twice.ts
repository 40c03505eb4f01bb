import { characters } from './single-byte.ts';
import { sequenceLength } from './utf8.ts';

/**
 * UTF-8 of which every byte was taken for a character of Windows-1252 (or of ISO-8859-1, below U+00A0) and written as
 * UTF-8 again: `é` is `Ã©`, `’` is `â€™`.
 */

const byteOf = new Map<string, number>([
  ...Array.from({ length: 32 }, (_, i) => [String.fromCharCode(0x80 + i), 0x80 + i] as const),
  ...characters['windows-1252'].map((character, byte) => [character, byte] as const).filter(([c]) => c !== '\ufffd'),
]);

/** Longest form: four characters of three bytes. */
export const twiceBound = 12;

/**
 * What tells the first letters of such forms (`Ã`, `Â`, `Å`, `Ä`, `â`, `ï`) from French in UTF-8: their second byte, with the
 * next where that is frequent, too. Natively found in no time, as their first byte, which `é` has, would not be.
 */
export const twiceMarks: readonly Buffer[] = ['83', '82c2', '85', '84', 'a2e2', 'a2c2', 'afc2'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Letters and marks of European texts: others that could be spelt so are accidents. */
const isMeant = (point: number): boolean =>
  (point >= 0xa0 && point <= 0x17f) || (point >= 0x2000 && point <= 0x22ff) || point === 0xfeff || point >= 0x1f000;

/** What was meant at `at`, where a character of UTF-8 begins. */
export function twiceAt(bytes: Uint8Array, at: number, filled: number): { end: number; text: string } | undefined {
  const first = imageAt(bytes, at, filled);
  if (!first || first.byte < 0xc2) return undefined;
  const length = sequenceLength(first.byte);
  if (length === 1) return undefined;
  const meant = [first.byte];
  let { end } = first;
  while (meant.length < length) {
    const next = imageAt(bytes, end, filled) ?? lostAt(bytes, end, filled, meant);
    if (!next || next.byte < 0x80 || next.byte > 0xbf) return undefined;
    meant.push(next.byte);
    end = next.end;
  }
  const text = Buffer.from(meant).toString('utf8');
  const point = text.codePointAt(0) ?? 0;
  return isMeant(point) && point !== 0xfffd ? { end, text } : undefined;
}

const REPLACED = Buffer.from('\ufffd');

/** The byte of `”`, which Windows-1252 does not define: the only such usual after those of `“`, `’` and dashes. */
function lostAt(bytes: Uint8Array, at: number, filled: number, before: readonly number[]) {
  const isLost = before.length === 2 && before[0] === 0xe2 && before[1] === 0x80 && at + 3 <= filled;
  return isLost && REPLACED.equals(bytes.subarray(at, at + 3)) ? { byte: 0x9d, end: at + 3 } : undefined;
}

function imageAt(bytes: Uint8Array, at: number, filled: number): { byte: number; end: number } | undefined {
  if (at >= filled || (bytes[at] as number) < 0xc2) return undefined;
  const end = at + sequenceLength(bytes[at] as number);
  if (end > filled) return undefined;
  const byte = byteOf.get(Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('utf8'));
  return byte === undefined ? undefined : { byte, end };
}
