import { unguarded } from '../../model/guarded.ts';

/** The text of a byte range, for what is rare enough to afford a string. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return unguarded(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
}

/** A bounded set of byte strings, each numbered from 0 in the order in which they came. */
export interface ByteSet {
  /** The number of these bytes, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number;
  /** Adds bytes that `find` has just not found. @returns their number, or -1 when the set is full */
  add(bytes: Uint8Array, start: number, end: number): number;
}

/** Open addressing with linear probing, at most half full; the keys lie one after another in one growing buffer. */
export function byteSet(limit: number): ByteSet {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, limit * 2)));
  const slots = new Int32Array(size);
  const offsets = new Int32Array(limit + 1);
  let keys = new Uint8Array(1024);
  let count = 0;
  let free = 0;

  const same = (key: number, bytes: Uint8Array, start: number, end: number): boolean => {
    let k = offsets[key] as number;
    if ((offsets[key + 1] as number) - k !== end - start) return false;
    for (let i = start; i < end; i++) if (keys[k++] !== bytes[i]) return false;
    return true;
  };

  return {
    find(bytes, start, end) {
      let hash = 0x811c9dc5;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
      free = (hash ^ (hash >>> 15)) & (size - 1);
      for (let slot = slots[free] as number; slot !== 0; slot = slots[free] as number) {
        if (same(slot - 1, bytes, start, end)) return slot - 1;
        free = (free + 1) & (size - 1);
      }
      return -1;
    },
    add(bytes, start, end) {
      if (count === limit) return -1;
      const from = offsets[count] as number;
      const to = from + end - start;
      if (to > keys.length) {
        const grown = new Uint8Array(Math.max(to, keys.length * 2));
        grown.set(keys);
        keys = grown;
      }
      keys.set(bytes.subarray(start, end), from);
      offsets[count + 1] = to;
      slots[free] = ++count;
      return count - 1;
    },
  };
}

/** Answers for the texts that a column repeats (currencies, yes and no, types), without making a string of each. */
export function remember<T>(answer: (text: string) => T): (bytes: Uint8Array, start: number, end: number) => T {
  const known = byteSet(1024);
  const answers: T[] = [];
  return (bytes, start, end) => {
    const at = known.find(bytes, start, end);
    if (at >= 0) return answers[at] as T;
    const value = answer(textOf(bytes, start, end));
    // Long texts are no vocabulary.
    if (end - start <= 64 && known.add(bytes, start, end) >= 0) answers.push(value);
    return value;
  };
}
