/**
 * Which physical lines of a file, from 1, are each one record that was accepted without remark: one bit a line, the
 * first lowest. Such a line alone says what it says wherever it stands; any other is read again.
 */
export interface CleanLines {
  has(line: number): boolean;
  add(line: number): void;
  /** Adds the lines from `first` up to and without `end`. */
  addRange(first: number, end: number): void;
  remove(line: number): void;
  readonly bits: Uint8Array;
}

export function cleanLines(given: Uint8Array = new Uint8Array(0)): CleanLines {
  let bits = given;
  let used = given.length;
  const reserve = (bytes: number): void => {
    if (bytes > bits.length) {
      const larger = new Uint8Array(bytes * 2);
      larger.set(bits.subarray(0, used));
      bits = larger;
    }
    if (bytes > used) used = bytes;
  };
  const add = (line: number): void => {
    reserve((line >>> 3) + 1);
    bits[line >>> 3] = (bits[line >>> 3] as number) | (1 << (line & 7));
  };
  return {
    has: (line) => line >>> 3 < used && (((bits[line >>> 3] as number) >>> (line & 7)) & 1) === 1,
    add,
    addRange(first, end) {
      for (let line = first; line < end; line++) add(line);
    },
    remove(line) {
      if (line >>> 3 < used) bits[line >>> 3] = (bits[line >>> 3] as number) & ~(1 << (line & 7));
    },
    get bits() {
      return bits.subarray(0, used);
    },
  };
}
