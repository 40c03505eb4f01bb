/** A block is one line of the processor's cache: the four probes of a hash cost one miss. */
const BLOCK_WORDS = 16;
const BITS_PER_ROW = 10;

/**
 * Tells (1, else 0) whether a hash may have been added before: a blocked Bloom filter with four probes (F. Putze, P. Sanders, J. Singler,
 * 2007). With ten bits for each row, about one row in sixty is taken for a repeat; a repeat is never missed.
 * @param rows how many are expected; more cost only certainty
 */
export function seenBefore(rows: number): (hash: Int32Array) => number {
  const blocks = Math.ceil((Math.min(Math.max(rows, 1000), 2 ** 26) * BITS_PER_ROW) / (BLOCK_WORDS * 32));
  const words = new Int32Array(blocks * BLOCK_WORDS);
  return (hash) => {
    const block = ((hash[0] as number) >>> 0) % blocks;
    let bits = hash[1] as number;
    let all = 1;
    for (let i = 0; i < 4; i++) {
      const at = block * BLOCK_WORDS + ((bits >>> 5) & (BLOCK_WORDS - 1));
      const held = words[at] as number;
      all &= held >>> (bits & 31);
      words[at] = held | (1 << (bits & 31));
      bits = i === 2 ? (hash[2] as number) : bits >>> 9;
    }
    return all;
  };
}
