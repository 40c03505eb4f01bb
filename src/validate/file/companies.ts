import type { Output } from '../output/output.ts';
import type { Ranges } from '../rows/row.ts';

/** Companies that are known by name; a column with more holds something else, and none is. */
const mostCompanies = 1000;

interface Seen {
  bytes: Uint8Array;
  rows: number;
}

export interface NamedCompanies {
  /** Counts the row that stands in the output. */
  count(out: Output, ranges: Ranges): void;
  /** Rows by company; undefined where they are too many. */
  rows(): ReadonlyMap<string, number> | undefined;
}

/**
 * Which companies the rows of a file name. Files mostly have one, or stretches of one: a row costs a comparison with
 * the one before.
 * @param cell the place of the company among the columns
 */
export function namedCompanies(cell: number): NamedCompanies {
  const seen = new Map<string, Seen>();
  let last: Seen = { bytes: new Uint8Array(0), rows: 0 };
  let isOver = false;

  const isLast = (buffer: Uint8Array, start: number, end: number): boolean => {
    const { bytes } = last;
    if (bytes.length !== end - start) return false;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] !== buffer[start + i]) return false;
    return true;
  };
  const find = (bytes: Uint8Array): Seen => {
    const name = Buffer.from(bytes).toString('latin1');
    const known = seen.get(name);
    if (known) return known;
    const fresh = { bytes: Uint8Array.from(bytes), rows: 0 };
    isOver ||= seen.size >= mostCompanies;
    if (!isOver) seen.set(name, fresh);
    return fresh;
  };

  return {
    count({ buffer }, { starts, ends }) {
      const [start, end] = [starts[cell] as number, ends[cell] as number];
      if (!isLast(buffer, start, end) || last.rows === 0) last = find(buffer.subarray(start, end));
      last.rows++;
    },
    rows: () => (isOver ? undefined : new Map([...seen.values()].map(({ bytes, rows }) => [unescaped(bytes), rows]))),
  };
}

const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** What COPY text stands for. */
const unescaped = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('utf8')
    .replace(/\\(.)/g, (_, letter: string) => letters[letter] ?? letter);
