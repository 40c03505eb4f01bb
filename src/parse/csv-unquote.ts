import { type Options, parse } from 'csv-parse/sync';
import type { CsvFormat } from '../model/format.ts';

const LF = 0x0a;

/**
 * Undoes the quotes of cells that hold doubled or stray ones, many at a time: csv-parse reads 30 MB/s and a call of
 * its own per cell would cost more than the cell.
 */
export interface Unquoter {
  add(bytes: Uint8Array, start: number, end: number): void;
  /** The cells added since the last call, in order, as Latin-1 strings of the same bytes. */
  take(): string[];
}

export function createUnquoter(format: Pick<CsvFormat, 'delimiter'>): Unquoter {
  let batch = Buffer.alloc(16_384);
  let filled = 0;
  const options = {
    delimiter: format.delimiter,
    quote: '"',
    escape: '"',
    record_delimiter: ['\n'],
    relax_quotes: true,
    relax_column_count: true,
    // Latin-1 gives every byte back as it was, and costs no decoding.
    encoding: 'latin1',
  } satisfies Options;

  return {
    add(bytes, start, end) {
      const needed = filled + end - start + 1;
      if (needed > batch.length) batch = Buffer.concat([batch.subarray(0, filled)], 2 * needed);
      batch.set(bytes.subarray(start, end), filled);
      batch[needed - 1] = LF;
      filled = needed;
    },
    take() {
      const rows: string[][] = parse(batch.subarray(0, filled), options);
      filled = 0;
      return rows.map(([cell = '']) => cell);
    },
  };
}
