import { HASH_SLACK, murmur128 } from './hash.ts';

/** More clients than this are not counted. */
const mostCounted = 200_000;
const ENTRY_BYTES = 12;

/**
 * How many entries each client has, by 64 bits of a hash of its company and code (as COPY text, with a tab between):
 * counts add up and may be taken off, so that the number of clients is known of a file of which only a part is read.
 */
export interface ClientCounts {
  /** Whoever calls it leaves `HASH_SLACK` bytes after `end`. */
  add(bytes: DataView, start: number, end: number): void;
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
  /** Two words of the hash and the count of each slot; a slot whose `used` is 0 is free. */
  let words = new Int32Array((mask + 1) * 3);
  let used = new Uint8Array(mask + 1);
  let size = 0;
  let isOver = false;
  const hash = new Int32Array(4);

  const slotOf = (high: number, low: number): number => {
    let slot = low & mask;
    while (used[slot] === 1 && (words[slot * 3] !== high || words[slot * 3 + 1] !== low)) slot = (slot + 1) & mask;
    return slot;
  };
  const change = (high: number, low: number, by: number): void => {
    const slot = slotOf(high, low);
    if (used[slot] === 1) {
      words[slot * 3 + 2] = (words[slot * 3 + 2] as number) + by;
      return;
    }
    if (size >= mostCounted) {
      isOver = true;
      return;
    }
    used[slot] = 1;
    words.set([high, low, by], slot * 3);
    if (++size * 2 > mask) grow();
  };
  const grow = (): void => {
    const [oldWords, oldUsed] = [words, used];
    mask = mask * 2 + 1;
    words = new Int32Array((mask + 1) * 3);
    used = new Uint8Array(mask + 1);
    for (let i = 0; i < oldUsed.length; i++) {
      if (oldUsed[i] === 0) continue;
      const slot = slotOf(oldWords[i * 3] as number, oldWords[i * 3 + 1] as number);
      used[slot] = 1;
      words.set(oldWords.subarray(i * 3, i * 3 + 3), slot * 3);
    }
  };
  function* counted(): Generator<number> {
    for (let slot = 0; slot <= mask; slot++) if (used[slot] === 1 && words[slot * 3 + 2] !== 0) yield slot;
  }

  return {
    add(bytes, start, end) {
      murmur128(bytes, start, end, 0, hash);
      change(hash[0] as number, hash[1] as number, 1);
    },
    merge(bytes, sign) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.length; at += ENTRY_BYTES)
        change(view.getInt32(at, true), view.getInt32(at + 4, true), sign * view.getInt32(at + 8, true));
    },
    countOf(text) {
      const bytes = Buffer.from(text);
      const padded = new DataView(new ArrayBuffer(bytes.length + HASH_SLACK));
      new Uint8Array(padded.buffer).set(bytes);
      murmur128(padded, 0, bytes.length, 0, hash);
      const slot = slotOf(hash[0] as number, hash[1] as number);
      return used[slot] === 1 ? (words[slot * 3 + 2] as number) : 0;
    },
    clients() {
      if (isOver) return null;
      let clients = 0;
      for (const _ of counted()) clients++;
      return clients;
    },
    toBytes() {
      if (isOver) return null;
      const bytes = new Uint8Array(size * ENTRY_BYTES);
      const view = new DataView(bytes.buffer);
      let at = 0;
      for (const slot of counted())
        for (let i = 0; i < 3; i++, at += 4) view.setInt32(at, words[slot * 3 + i] as number, true);
      return bytes.slice(0, at);
    },
  };
}
