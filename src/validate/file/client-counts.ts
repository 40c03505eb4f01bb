import { HASH_SLACK, murmur128 } from '../output/hash.ts';

/** More clients than this are not counted. */
const mostCounted = 200_000;
const ENTRY_BYTES = 12;
const WORDS = 4;
const COUNT = 2;
const TAKEN = 3;

/**
 * How many entries each client has, by 64 bits of a hash of its company and code (as COPY text, with a tab between):
 * counts add up and may be taken off, so that the number of clients is known of a file of which only a part is read.
 */
export interface ClientCounts {
  /** Whoever calls it leaves `HASH_SLACK` bytes after `end`. */
  add(bytes: DataView, start: number, end: number, entries?: number): void;
  /** Adds, or takes off, what `toBytes` gave. */
  merge(bytes: Uint8Array, sign: 1 | -1): void;
  countOf(text: string): number;
  /** How many clients have an entry; `null`: too many to count. */
  clients(): number | null;
  /** Twelve bytes for each client: hash and count, little endian. `null`: too many. */
  toBytes(): Uint8Array<ArrayBuffer> | null;
}

export function clientCounts(): ClientCounts {
  let mask = 1023;
  /** Four words for each slot, so that one is one line of the processor's cache: hash, count, and 1 where it is taken. */
  let words = new Int32Array((mask + 1) * WORDS);
  let size = 0;
  let isOver = false;
  const hash = new Int32Array(4);

  /** Where the slot of a hash begins, taken or free. */
  const find = (high: number, low: number): number => {
    let at = (low & mask) * WORDS;
    while (words[at + TAKEN] === 1 && (words[at] !== high || words[at + 1] !== low))
      at = at + WORDS === words.length ? 0 : at + WORDS;
    return at;
  };
  const change = (high: number, low: number, by: number): void => {
    const at = find(high, low);
    if (words[at + TAKEN] === 1) words[at + COUNT] = (words[at + COUNT] as number) + by;
    else if (size >= mostCounted) isOver = true;
    else {
      fill(at, high, low, by);
      if (++size * 2 > mask) grow(size);
    }
  };
  const fill = (at: number, high: number, low: number, count: number): void => {
    words[at] = high;
    words[at + 1] = low;
    words[at + COUNT] = count;
    words[at + TAKEN] = 1;
  };
  /** Makes room for twice so many. */
  const grow = (wanted: number): void => {
    const old = words;
    while (mask < wanted * 2) mask = mask * 2 + 1;
    if ((mask + 1) * WORDS <= old.length) return;
    words = new Int32Array((mask + 1) * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + TAKEN] !== 1) continue;
      const [high, low] = [old[from] as number, old[from + 1] as number];
      fill(find(high, low), high, low, old[from + COUNT] as number);
    }
  };

  return {
    add(bytes, start, end, entries = 1) {
      murmur128(bytes, start, end, 0, hash);
      change(hash[0] as number, hash[1] as number, entries);
    },
    merge(bytes, sign) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      grow(Math.min(mostCounted, size + bytes.length / ENTRY_BYTES));
      for (let at = 0; at < bytes.length; at += ENTRY_BYTES)
        change(view.getInt32(at, true), view.getInt32(at + 4, true), sign * view.getInt32(at + 8, true));
    },
    countOf(text) {
      const bytes = Buffer.from(text);
      const padded = new DataView(new ArrayBuffer(bytes.length + HASH_SLACK));
      new Uint8Array(padded.buffer).set(bytes);
      murmur128(padded, 0, bytes.length, 0, hash);
      return words[find(hash[0] as number, hash[1] as number) + COUNT] as number;
    },
    clients() {
      if (isOver) return null;
      let clients = 0;
      for (let at = COUNT; at < words.length; at += WORDS) if (words[at] !== 0) clients++;
      return clients;
    },
    toBytes() {
      if (isOver) return null;
      const bytes = new Uint8Array(size * ENTRY_BYTES);
      const view = new DataView(bytes.buffer);
      let to = 0;
      for (let at = 0; at < words.length; at += WORDS) {
        if (words[at + COUNT] === 0) continue;
        for (let i = 0; i <= COUNT; i++, to += 4) view.setInt32(to, words[at + i] as number, true);
      }
      return bytes.slice(0, to);
    },
  };
}
