import type { HeaderJudge } from '../model/format.ts';
import type { RecordView } from '../model/record.ts';
import { storable } from '../model/storable.ts';

/** Rows in which a header is looked for: preambles of real exports take under ten. */
export const HEADER_ROWS = 50;

export interface HeaderFound {
  line: number;
  header: string[];
  /** Columns known in it; and whether they are enough to name a dataset. */
  known: number;
  matches: boolean;
  /** Data follows it: what looks like a header below belongs to another table. */
  isSettled?: true;
}

/** A record of data: it has several cells, and none, or one by chance, is a column's name. */
export const isData = (cells: readonly string[], judge: HeaderJudge): boolean =>
  cells.filter((cell) => cell.trim() !== '').length > 1 && judge(cells).known < 2;

/** The cells of a record as strings, without the empty ones at its end. */
export function cellsOf(view: RecordView): string[] {
  const cells: string[] = [];
  for (let i = 0; i < view.count; i++)
    cells.push(storable(Buffer.from(view.bytes.subarray(view.starts[i], view.ends[i])).toString()));
  while (cells.at(-1)?.trim() === '') cells.pop();
  return cells;
}

/**
 * The better of two rows as a header: one that names a dataset, then the one with more known columns, then the first.
 * A row of one cell is no header unless it is known; it is the title above one.
 */
export function betterHeader(
  best: HeaderFound | undefined,
  line: number,
  header: string[],
  judge: HeaderJudge,
): HeaderFound | undefined {
  if (best?.isSettled) return best;
  if (best?.matches && isData(header, judge)) return { ...best, isSettled: true };
  const { dataset, known } = judge(header);
  const found = { line, header, known, matches: dataset !== undefined };
  if (known === 0 && header.length < 2) return best;
  if (!best || (found.matches && !best.matches)) return found;
  return found.matches === best.matches && found.known > best.known ? found : best;
}
