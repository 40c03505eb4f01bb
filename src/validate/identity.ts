import type { Dataset } from '../model/dataset.ts';
import { murmur128 } from './hash.ts';

/** Where the columns of the row under way begin and end in the output. */
export interface Ranges {
  buffer: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
}

const TAB = 0x09;
const N = 0x4e;
const BACKSLASH = 0x5c;

const natural = ['company', 'client_code', 'journal', 'piece_number', 'due_date', 'entry_type'];

/** The sets of columns that identify a row, best first: the first whose last columns are not all empty counts. */
const identities: Readonly<Record<Dataset, readonly (readonly string[])[]>> = {
  clients: [['company', 'client_code']],
  ecritures: [['company', 'entry_id'], natural],
  contacts: [
    ['company', 'client_code', 'contact_id'],
    ['company', 'client_code', 'email'],
    ['company', 'client_code', 'last_name', 'first_name'],
  ],
};

/** Writes the 128-bit key of a row; returns which of the dataset's identities it is of, from 0. */
export type KeyWriter = (ranges: Ranges, key: Int32Array) => number;

/**
 * The key under which a sync finds a row again: a hash of what identifies it, over the COPY text of those columns. It
 * does not depend on the order of the file's columns; a column that the file does not have counts as empty. Addresses
 * are compared without regard to case.
 */
export function keyWriter(dataset: Dataset, columns: readonly string[]): KeyWriter {
  const sets = identities[dataset].map((names) => ({
    cells: names.map((name) => columns.indexOf(name)),
    decisive:
      names.length === 2 ? [columns.indexOf(names[1] ?? '')] : names.slice(2).map((name) => columns.indexOf(name)),
    folded: names.includes('email') ? names.indexOf('email') : -1,
  }));
  let scratch = new Uint8Array(4096);

  const isNull = ({ buffer, starts, ends }: Ranges, cell: number): boolean => {
    if (cell < 0) return true;
    const start = starts[cell] as number;
    return ends[cell] === start + 2 && buffer[start] === BACKSLASH && buffer[start + 1] === N;
  };

  const copy = ({ buffer, starts, ends }: Ranges, cell: number, fold: boolean, at: number): number => {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    if (at + end - start + 8 > scratch.length) {
      const grown = new Uint8Array((at + end - start) * 2 + 4096);
      grown.set(scratch);
      scratch = grown;
    }
    for (let i = start; i < end; i++) {
      const c = buffer[i] as number;
      scratch[at++] = fold && c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
    }
    return at;
  };

  return (ranges, key) => {
    let chosen = 0;
    while (chosen < sets.length - 1 && (sets[chosen]?.decisive.every((cell) => isNull(ranges, cell)) ?? true)) chosen++;
    const set = sets[chosen];
    let at = 0;
    scratch[at++] = 0x30 + chosen;
    for (let i = 0; set !== undefined && i < set.cells.length; i++) {
      scratch[at++] = TAB;
      const cell = set.cells[i] as number;
      if (!isNull(ranges, cell)) at = copy(ranges, cell, i === set.folded, at);
    }
    murmur128(scratch, 0, at, 0, key);
    return chosen;
  };
}

/** Rows with the same values under different columns differ: the seed of row hashes stands for the set of columns. */
export function columnsSeed(dataset: Dataset, columns: readonly string[]): number {
  const bytes = Buffer.from([dataset, ...columns].join('\t'));
  const hash = new Int32Array(4);
  murmur128(bytes, 0, bytes.length, 0, hash);
  return hash[0] ?? 0;
}
