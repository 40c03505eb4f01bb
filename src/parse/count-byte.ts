const LOW = 0x7f7f7f7f;
const BYTES = 4;
/** Sums of single bytes in one word: more would run over. */
const mostWords = 255;

/** How often a byte stands between two places, counted four at a time. @param byte less than 0x80 */
export function countByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  const aligned = start + ((BYTES - ((bytes.byteOffset + start) % BYTES)) % BYTES);
  if (aligned >= end) return countSlowly(bytes, byte, start, end);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (end - aligned) >> 2);
  const pattern = byte * 0x01010101;
  let count = countSlowly(bytes, byte, start, aligned);
  for (let from = 0; from < words.length; from += mostWords) {
    const until = Math.min(words.length, from + mostWords);
    let sums = 0;
    for (let i = from; i < until; i++) {
      const word = (words[i] as number) ^ pattern;
      // The highest bit of each byte that is zero, and no other.
      sums += ~(((word & LOW) + LOW) | word | LOW) >>> 7;
    }
    count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
  }
  return count + countSlowly(bytes, byte, aligned + words.length * BYTES, end);
}

function countSlowly(bytes: Uint8Array, byte: number, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (bytes[i] === byte) count++;
  return count;
}
