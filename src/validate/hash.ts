/**
 * MurmurHash3, x86 128-bit variant (A. Appleby, public domain), over bytes and without allocation. It is no defence
 * against someone who wants two rows to collide; within a tenant, only the tenant's own data would suffer.
 */
const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const tail = new Uint8Array(16);

/** Writes the four words of the hash of `bytes[start .. end)` to `into`. */
export function murmur128(bytes: Uint8Array, start: number, end: number, seed: number, into: Int32Array): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  let i = start;
  let source = bytes;
  const whole = end - ((end - start) & 15);
  // The last bytes go through a block of zeros: a zero word changes no lane, as in the reference.
  for (let last = false; ;) {
    if (i >= whole && !last) {
      if (i === end) break;
      tail.fill(0);
      for (let t = 0; i < end; t++, i++) tail[t] = bytes[i] as number;
      source = tail;
      i = 0;
      last = true;
    }
    const k1 = word(source, i);
    const k2 = word(source, i + 4);
    const k3 = word(source, i + 8);
    const k4 = word(source, i + 12);
    h1 ^= Math.imul(rotate(Math.imul(k1, C1), 15), C2);
    h2 ^= Math.imul(rotate(Math.imul(k2, C2), 16), C3);
    h3 ^= Math.imul(rotate(Math.imul(k3, C3), 17), C4);
    h4 ^= Math.imul(rotate(Math.imul(k4, C4), 18), C1);
    if (last) break;
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
    i += 16;
  }
  finish(h1, h2, h3, h4, end - start, into);
}

const word = (bytes: Uint8Array, i: number): number =>
  (bytes[i] as number) |
  ((bytes[i + 1] as number) << 8) |
  ((bytes[i + 2] as number) << 16) |
  ((bytes[i + 3] as number) << 24);

function finish(h1: number, h2: number, h3: number, h4: number, length: number, into: Int32Array): void {
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[0] = h1;
  into[1] = h2 + h1;
  into[2] = h3 + h1;
  into[3] = h4 + h1;
}
