/**
 * MurmurHash3, x86 128-bit variant (A. Appleby, public domain), over bytes and without allocation. It is no defence
 * against someone who wants two rows to collide; within a tenant, only the tenant's own data would suffer.
 */
const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/** Bytes past the end of what is hashed that must be there; what they hold makes no difference. */
export const HASH_SLACK = 16;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The word at `i`, with zeros for what lies past the end. */
function lastWord(bytes: DataView, i: number, end: number): number {
  if (i >= end) return 0;
  const word = bytes.getInt32(i, true);
  return end - i >= 4 ? word : word & ((1 << ((end - i) * 8)) - 1);
}

/** Writes the four words of the hash of `bytes[start .. end)` to `into`. */
export function murmur128(bytes: DataView, start: number, end: number, seed: number, into: Int32Array): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  let i = start;
  for (const last = end - 16; i <= last; i += 16) {
    h1 ^= Math.imul(rotate(Math.imul(bytes.getInt32(i, true), C1), 15), C2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(bytes.getInt32(i + 4, true), C2), 16), C3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(bytes.getInt32(i + 8, true), C3), 17), C4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(bytes.getInt32(i + 12, true), C4), 18), C1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= Math.imul(rotate(Math.imul(lastWord(bytes, i, end), C1), 15), C2);
  h2 ^= Math.imul(rotate(Math.imul(lastWord(bytes, i + 4, end), C2), 16), C3);
  h3 ^= Math.imul(rotate(Math.imul(lastWord(bytes, i + 8, end), C3), 17), C4);
  h4 ^= Math.imul(rotate(Math.imul(lastWord(bytes, i + 12, end), C4), 18), C1);
  const length = end - start;
  finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length, into);
}

function finish(h1: number, h2: number, h3: number, h4: number, into: Int32Array): void {
  h1 = (h1 + h2 + h3 + h4) | 0;
  const a = mix(h1);
  const b = mix((h2 + h1) | 0);
  const c = mix((h3 + h1) | 0);
  const d = mix((h4 + h1) | 0);
  const sum = (a + b + c + d) | 0;
  into[0] = sum;
  into[1] = b + sum;
  into[2] = c + sum;
  into[3] = d + sum;
}
