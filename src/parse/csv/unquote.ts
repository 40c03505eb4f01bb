import { type Options, parse } from 'csv-parse/sync';
import { type Form, isAstray, undo } from './form.ts';

/** What a cell with quotes or escapes says, as a Latin-1 string of the same bytes. */
interface Unquoted {
  text: string;
  /** Nobody can tell where its quotes end. */
  astray: boolean;
}

/** Undoes the quotes of cells that hold more than the two around them, many at a time. */
export interface Unquoter {
  add(bytes: Buffer, start: number, end: number): void;
  /** The cells added since the last call, in order. */
  take(): Unquoted[];
}

export function createUnquoter(form: Form): Unquoter {
  const read = form.plain ? parsed(form) : (cells: string[]) => cells.map((cell) => undo(cell, form));
  let cells: string[] = [];
  return {
    add(bytes, start, end) {
      cells.push(withoutPadding(bytes.toString('latin1', start, end), form));
    },
    take() {
      const texts = read(cells);
      const found = cells.map((cell, i) => ({ text: texts[i] ?? '', astray: isAstray(cell, form) }));
      cells = [];
      return found;
    },
  };
}

/** White space after the closing quote fills a column up, and is no text. */
function withoutPadding(cell: string, { opening, closing }: Form): string {
  if (opening === '' || !cell.startsWith(opening)) return cell;
  const trimmed = cell.replace(/[ \t]+$/, '');
  return trimmed.endsWith(closing) ? trimmed : cell;
}

/** csv-parse reads 30 MB/s and a call of its own per cell would cost more than the cell. */
function parsed({ delimiter }: Form): (cells: readonly string[]) => string[] {
  const options = {
    delimiter: Buffer.from(delimiter, 'latin1'),
    quote: '"',
    escape: '"',
    record_delimiter: ['\n'],
    relax_quotes: true,
    relax_column_count: true,
    // Latin-1 gives every byte back as it was, and costs no decoding.
    encoding: 'latin1',
  } satisfies Options;
  return (cells) => {
    if (cells.length === 0) return [];
    const rows: string[][] = parse(Buffer.from(`${cells.join('\n')}\n`, 'latin1'), options);
    return rows.map(([cell = '']) => cell);
  };
}
