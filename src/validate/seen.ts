/**
 * Whether a hash may have been added before: a Bloom filter with four probes. With ten bits for each row, one row in
 * eighty is taken for a repeat; a repeat is never missed.
 * @param rows how many are expected; more cost only certainty
 */
export function seenBefore(rows: number): (hash: Int32Array) => boolean {
  const bits = 2 ** Math.ceil(Math.log2(Math.min(Math.max(rows, 1000) * 10, 2 ** 29)));
  const words = new Int32Array(bits / 32);
  const mask = bits - 1;
  return (hash) => {
    let all = 1;
    for (let i = 0; i < 4; i++) {
      const bit = (hash[i] as number) & mask;
      const at = bit >>> 5;
      const held = words[at] as number;
      all &= held >>> (bit & 31);
      words[at] = held | (1 << (bit & 31));
    }
    return all === 1;
  };
}
