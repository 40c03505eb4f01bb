/** Keys held at a time; of larger files a sample is held: of one row in two, four, eight … */
const mostKeys = 1 << 13;
/** Open addressing with linear probing, at most half full. */
const slots = mostKeys * 2;

/** A sample of keys of 64 bits, and the part and line in which each came: the same keys of a file are in it each time. */
export interface KeySample {
  /** Whether keys with this first word are in the sample. */
  takes(low: number): boolean;
  /** The slot of a key, or the free one in which it goes, whose line is 0. */
  find(low: number, high: number): number;
  /** @returns whether it is full, and has to be halved */
  add(slot: number, low: number, high: number): boolean;
  /** Holds but every other key from now on. */
  halve(): void;
  readonly parts: Int32Array;
  /** What tells rows of one key apart. */
  readonly contents: Int32Array;
  /** From 1; its sign is the caller's. */
  readonly lines: Int32Array;
}

export function keySample(): KeySample {
  const lows = new Int32Array(slots);
  const highs = new Int32Array(slots);
  const parts = new Int32Array(slots);
  const contents = new Int32Array(slots);
  const lines = new Int32Array(slots);
  let mask = 0;
  let count = 0;

  const find = (low: number, high: number): number => {
    let slot = (low ^ high ^ (high >>> 15)) & (slots - 1);
    while (lines[slot] !== 0 && (lows[slot] !== low || highs[slot] !== high)) slot = (slot + 1) & (slots - 1);
    return slot;
  };

  return {
    parts,
    contents,
    lines,
    takes: (low) => (low & mask) === 0,
    find,
    add(slot, low, high) {
      lows[slot] = low;
      highs[slot] = high;
      return ++count === mostKeys;
    },
    halve() {
      const [oldLows, oldHighs, oldParts, oldContents, oldLines] = [lows, highs, parts, contents, lines].map((of) =>
        of.slice(),
      );
      mask = mask * 2 + 1;
      count = 0;
      lines.fill(0);
      for (let i = 0; i < slots; i++) {
        const low = oldLows?.[i] ?? 0;
        if (oldLines?.[i] === 0 || (low & mask) !== 0) continue;
        const high = oldHighs?.[i] ?? 0;
        const slot = find(low, high);
        lows[slot] = low;
        highs[slot] = high;
        parts[slot] = oldParts?.[i] ?? 0;
        contents[slot] = oldContents?.[i] ?? 0;
        lines[slot] = oldLines?.[i] ?? 0;
        count++;
      }
    },
  };
}
