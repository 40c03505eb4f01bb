import { keySample } from './key-sample.ts';
import type { Row } from '../rows/row.ts';

/** What stands in one file: one export, or two after one another, of which the later is today's. */
type PartsVerdict =
  | { kind: 'one' }
  /** The later export is what follows the header on this line. */
  | { kind: 'later'; from: number }
  /** It cannot be told; what is in question begins on this line. */
  | { kind: 'undecided'; from: number };

export interface Parts {
  /** A header stands on this line, or is glued to its end: what follows is another part. */
  header(line: number): void;
  /** Notes an accepted row, which stands in its output, by its key. */
  note(line: number, row: Pick<Row, 'key' | 'hash' | 'out' | 'ranges'>): void;
  /** Headers after the first. */
  readonly headers: number;
  verdict(): PartsVerdict;
}

const mostParts = 1 << 20;

/** Keys that come again in a file that has one header. */
interface Repeats {
  count: number;
  /** Whether one of them is another row than before. */
  isOther: boolean;
  /** Line of the first repetition. */
  line: number;
  /** The last of the lines that they repeat. */
  lastEarlier: number;
  /** Rows before the first, and others after it. */
  before: number;
  others: number;
}

/**
 * Tells two exports in one file, which an upload that appended leaves, from the pages of one: the rows of another export
 * are those of the one before (the same key, and the same date of entry), those of another page are others.
 * @param dateColumn where the date of an entry stands among the columns of a row; -1 where there is none
 */
export function parts(dateColumn: number): Parts {
  const starts = [0];
  let rows = [0];
  /** Rows whose key came last in an earlier part, by `part * mostParts + earlier part`. */
  let common = new Map<number, number>();
  const seen = keySample();
  let repeats: Repeats = { count: 0, isOther: false, line: 0, lastEarlier: 0, before: 0, others: 0 };

  const partOf = (line: number): number => {
    let part = starts.length - 1;
    // Records with doubled quotes come after the others of their chunk.
    while (part > 0 && line < (starts[part] as number)) part--;
    return part;
  };

  const halve = (): void => {
    seen.halve();
    rows = rows.map((n) => n / 2);
    common = new Map([...common].map(([pair, n]) => [pair, n / 2]));
    const { count, before, others } = repeats;
    repeats = { ...repeats, count: count / 2, before: before / 2, others: others / 2 };
  };

  const again = (line: number, part: number, slot: number, content: number): void => {
    if (seen.contents[slot] !== content) repeats.isOther = true;
    const earlier = seen.parts[slot] as number;
    if (earlier !== part) {
      const pair = part * mostParts + earlier;
      common.set(pair, (common.get(pair) ?? 0) + 1);
      seen.parts[slot] = part;
    }
    const earlierLine = seen.lines[slot] as number;
    // Of a key that came three times, the second is what counts.
    if (earlierLine < 0) return;
    seen.lines[slot] = -earlierLine;
    if (repeats.count++ === 0) repeats.line = line;
    repeats.lastEarlier = Math.max(repeats.lastEarlier, earlierLine);
  };

  return {
    get headers() {
      return starts.length - 1;
    },
    header(line) {
      if (line <= (starts.at(-1) as number) || starts.length === mostParts) return;
      starts.push(line);
      rows.push(0);
    },
    note(line, { key, hash, out, ranges }) {
      if (!seen.takes(key[2] as number)) return;
      let high = key[3] as number;
      if (dateColumn >= 0) {
        const end = ranges.ends[dateColumn] as number;
        for (let i = ranges.starts[dateColumn] as number; i < end; i++)
          high = Math.imul(high ^ (out.buffer[i] as number), 0x01000193);
      }
      const part = starts.length === 1 ? 0 : partOf(line);
      rows[part] = (rows[part] as number) + 1;
      const slot = seen.find(key[2] as number, high);
      if (seen.lines[slot] !== 0) {
        again(line, part, slot, hash[0] as number);
        return;
      }
      repeats[repeats.count > 0 ? 'others' : 'before']++;
      seen.parts[slot] = part;
      seen.contents[slot] = hash[0] as number;
      seen.lines[slot] = line;
      if (seen.add(slot, key[2] as number, high)) halve();
    },
    verdict() {
      if (starts.length > 1) return amongParts(starts, rows, common);
      return dateColumn < 0 ? { kind: 'one' } : withoutHeader(repeats);
    },
  };
}

interface Pair {
  part: number;
  earlier: number;
  n: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** Share of the smaller part's rows: with so few in common two parts are pages, and from the other on two exports. */
const pagesShare = 0.1;
const exportsShare = 0.5;
/** Share of all rows that a listing of many pages may repeat here and there. */
const strayShare = 0.02;
const manyParts = 5;

/** The last export are the last parts that have (next to) nothing in common. */
function amongParts(
  starts: readonly number[],
  rows: readonly number[],
  common: ReadonlyMap<number, number>,
): PartsVerdict {
  const pairs = [...common].map(([pair, n]) => ({ part: Math.floor(pair / mostParts), earlier: pair % mostParts, n }));
  const begin = lastExport(rows, pairs);
  if (begin === 0) return { kind: 'one' };
  const later = sum(rows.slice(begin));
  const before = rows.slice(0, begin);
  const shared = pairs.filter(({ part, earlier }) => part >= begin && earlier < begin);
  const share = sum(shared.map(({ n }) => n)) / Math.min(later, sum(before));
  const previous = lastExport(
    before,
    pairs.filter(({ part }) => part < begin),
  );
  // An export is not half as long as the one of the day before.
  const isLike = share >= exportsShare && later >= sum(before.slice(previous)) / 2;
  return { kind: isLike ? 'later' : 'undecided', from: starts[begin] as number };
}

/**
 * The part with which the last export begins: before it stands one that has much in common with what follows.
 * @param pairs rows of a part that came last in an earlier one
 */
function lastExport(rows: readonly number[], pairs: readonly Pair[]): number {
  const after = new Float64Array(rows.length);
  for (const { earlier, n } of pairs) after[earlier] = (after[earlier] as number) + n;
  const strays = rows.length >= manyParts ? sum(rows) * strayShare : 0;
  let begin = rows.length - 1;
  let later = rows[begin] as number;
  let strayed = 0;
  let firstStray: number | undefined;
  for (let part = begin - 1; part >= 0; part--) {
    const again = after[part] as number;
    if (again > Math.min(rows[part] as number, later) * pagesShare) {
      strayed += again;
      firstStray ??= begin;
      if (strayed > strays) return firstStray;
    }
    later += rows[part] as number;
    begin = part;
  }
  return begin;
}

/**
 * Rows that repeat those of the beginning, one block after the other. Where all of them come again as they were, it makes
 * no difference whether the later are another export: each is kept once.
 */
function withoutHeader({ count, isOther, line, lastEarlier, before, others }: Repeats): PartsVerdict {
  if (!isOther && count >= before) return { kind: 'one' };
  const block = count + others;
  const isBlock = count >= 2 && line > lastEarlier && count >= block * exportsShare && block >= before / 2;
  return isBlock ? { kind: 'undecided', from: line } : { kind: 'one' };
}
