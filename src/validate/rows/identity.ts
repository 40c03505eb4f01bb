import type { Dataset } from '../../model/dataset.ts';
import { writeNull } from '../output/copy.ts';
import { HASH_SLACK, murmur128 } from '../output/hash.ts';
import type { Output } from '../output/output.ts';
import type { Ranges } from './row.ts';

const TAB = 0x09;
const N = 0x4e;
const BACKSLASH = 0x5c;

/**
 * The sets of columns that identify a row, best first. The first counts whose own columns, those after `shared`, are not
 * all empty.
 */
const identities: Readonly<Record<Dataset, { shared: number; sets: readonly (readonly string[])[] }>> = {
  clients: { shared: 1, sets: [['company', 'client_code']] },
  ecritures: {
    shared: 1,
    sets: [
      ['company', 'entry_id'],
      ['company', 'client_code', 'journal', 'piece_number', 'due_date', 'entry_type'],
    ],
  },
  contacts: {
    shared: 2,
    sets: [
      ['company', 'client_code', 'contact_id'],
      ['company', 'client_code', 'email'],
      ['company', 'client_code', 'last_name', 'first_name'],
    ],
  },
};

/** Whether a column of the row under way holds nothing: `\N`, since a text's backslash is doubled. */
export function isNull({ buffer }: Output, { starts, ends }: Ranges, cell: number): boolean {
  const start = starts[cell] as number;
  return ends[cell] === start + 2 && buffer[start] === BACKSLASH && buffer[start + 1] === N;
}

/**
 * Puts the last eight bytes of a cell in the place of the key's first eight: entries that follow one another in a file
 * mostly have ids or piece numbers that do, and a primary key that grows in file order is filled several times as fast
 * as one that jumps. The 64 bits of the hash that stay tell entries of one such number apart.
 */
export function sortKey({ buffer }: Output, { starts, ends }: Ranges, cell: number, key: Int32Array): void {
  const start = starts[cell] as number;
  let high = 0;
  let low = 0;
  for (let i = Math.max(start, (ends[cell] as number) - 8); i < (ends[cell] as number); i++) {
    high = (high << 8) | (low >>> 24);
    low = (low << 8) | (buffer[i] as number);
  }
  key[0] = high;
  key[1] = low;
}

/** The columns that stand first in a row, so that a key without an id is hashed where it stands. */
export const leadingColumns = (dataset: Dataset): readonly string[] => identities[dataset].sets.at(-1) ?? [];

/** Writes the 128-bit key of a row; returns which of the dataset's identities it is of, from 0. */
export type KeyWriter = (out: Output, ranges: Ranges, key: Int32Array) => number;

/**
 * The key under which a sync finds a row again: a hash of what identifies it, over the COPY text of those columns, with
 * tabs between. It does not depend on the order of the file's columns; a column that the file does not have counts as
 * empty. E-mail addresses are compared without regard to case.
 */
export function keyWriter(dataset: Dataset, columns: readonly string[]): KeyWriter {
  const { shared, sets } = identities[dataset];
  const forms = sets.map((names) => {
    const cells = names.map((name) => columns.indexOf(name));
    const inPlace = cells.every((cell, i) => cell >= 0 && cell === (cells[0] ?? 0) + i) && !names.includes('email');
    return { cells, own: cells.slice(shared).filter((cell) => cell >= 0), folded: names.indexOf('email'), inPlace };
  });
  let scratch = new Uint8Array(4096);
  let scratchView = new DataView(scratch.buffer);

  const reserve = (bytes: number): void => {
    if (bytes <= scratch.length) return;
    const grown = new Uint8Array(bytes * 2);
    grown.set(scratch);
    scratch = grown;
    scratchView = new DataView(scratch.buffer);
  };

  const copy = ({ buffer }: Output, start: number, end: number, fold: boolean, at: number): number => {
    reserve(at + end - start + HASH_SLACK + 4);
    for (let i = start; i < end; i++) {
      const c = buffer[i] as number;
      scratch[at++] = fold && c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
    }
    return at;
  };

  const hashCopy = (
    out: Output,
    ranges: Ranges,
    cells: readonly number[],
    folded: number,
    seed: number,
    key: Int32Array,
  ): void => {
    let at = 0;
    for (const [i, cell] of cells.entries()) {
      if (cell >= 0) at = copy(out, ranges.starts[cell] as number, ranges.ends[cell] as number, i === folded, at);
      else at = writeNull(scratch, at);
      scratch[at++] = TAB;
    }
    murmur128(scratchView, 0, at, seed, key);
  };

  return (out, ranges, key) => {
    let chosen = 0;
    while (chosen < forms.length - 1 && (forms[chosen]?.own.every((cell) => isNull(out, ranges, cell)) ?? true))
      chosen++;
    const form = forms[chosen];
    if (form === undefined) return 0;
    const { cells } = form;
    if (form.inPlace) {
      const start = ranges.starts[cells[0] ?? 0] as number;
      const end = (ranges.ends[cells.at(-1) ?? 0] as number) + 1;
      murmur128(out.view, start, end, chosen, key);
    } else hashCopy(out, ranges, cells, form.folded, chosen, key);
    return chosen;
  };
}

/** Rows with the same values under different columns differ: the seed of row hashes stands for the set of columns. */
export function columnsSeed(dataset: Dataset, columns: readonly string[]): number {
  const bytes = Buffer.from([dataset, ...columns].join('\t'));
  const padded = new Uint8Array(bytes.length + HASH_SLACK);
  padded.set(bytes);
  const hash = new Int32Array(4);
  murmur128(new DataView(padded.buffer), 0, bytes.length, 0, hash);
  return hash[0] ?? 0;
}
