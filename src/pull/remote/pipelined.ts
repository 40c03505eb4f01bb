/** What most servers give at once, and how much is asked for ahead: 2 MiB hide 20 ms of distance at 100 MB/s. */
const CHUNK = 64 * 1024;
const AHEAD = 32;

/**
 * Reads a range with many requests under way at once, in order.
 * @param readAt gives up to `length` bytes from a position; fewer than asked are asked for again, none is the end
 * @param tooShort makes the error for a file that ends before `to`
 */
export async function* pipelined(
  readAt: (position: number, length: number) => Promise<Uint8Array>,
  from: number,
  to: number,
  tooShort: () => Error,
): AsyncGenerator<Uint8Array> {
  const underWay: { position: number; length: number; bytes: Promise<Uint8Array> }[] = [];
  let next = from;
  for (;;) {
    while (underWay.length < AHEAD && next < to) {
      const length = Math.min(CHUNK, to - next);
      const bytes = readAt(next, length);
      bytes.catch(() => undefined);
      underWay.push({ position: next, length, bytes });
      next += length;
    }
    const first = underWay.shift();
    if (!first) return;
    let missing = first.length;
    for (let bytes = await first.bytes; ; bytes = await readAt(first.position + first.length - missing, missing)) {
      if (bytes.length === 0) throw tooShort();
      yield bytes;
      missing -= bytes.length;
      if (missing === 0) break;
    }
  }
}
