/**
 * Which physical lines of a file, from 1, are each one record that was accepted without remark: one bit a line, the
 * first lowest. Such a line alone says what it says wherever it stands; any other is read again.
 */
export interface CleanLines {
  has(line: number): boolean;
  /** Whether it has all from `first` up to and without `end`. */
  hasRange(first: number, end: number): boolean;
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
  const has = (line: number): boolean => line >>> 3 < used && (((bits[line >>> 3] as number) >>> (line & 7)) & 1) === 1;
  return {
    has,
    hasRange(first, end) {
      let line = first;
      while (line < end && has(line)) line++;
      return line >= end;
    },
    add,
    addRange(first, end) {
      if (end <= first) return;
      reserve(((end - 1) >>> 3) + 1);
      let line = first;
      while (line < end && (line & 7) !== 0) add(line++);
      const whole = end - ((end - line) & 7);
      bits.fill(0xff, line >>> 3, whole >>> 3);
      for (line = Math.max(line, whole); line < end; line++) add(line);
    },
    remove(line) {
      if (line >>> 3 < used) bits[line >>> 3] = (bits[line >>> 3] as number) & ~(1 << (line & 7));
    },
    get bits() {
      return bits.subarray(0, used);
    },
  };
}
