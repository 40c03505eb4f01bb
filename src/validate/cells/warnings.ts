import { CellKind, type RecordView } from '../../model/record.ts';
import type { Warning } from '../../model/rejection.ts';
import { storable } from '../../model/storable.ts';
import { textOf } from './remember.ts';

const longestValue = 200;
export const mostExamples = 5;

/** What stands in a cell, for people to read: at most 200 characters. */
export function shownValue(view: RecordView, position: number): string | null {
  if (position < 0 || position >= view.count) return null;
  const start = view.starts[position] as number;
  const end = Math.min(view.ends[position] as number, start + longestValue * 4);
  const text = textOf(view.bytes, start, end);
  return shorten(view.kinds[position] === CellKind.uncomputed ? `=${text.replace(/^=/, '')}` : text, longestValue);
}

/** At most so many characters. */
export const shorten = (text: string, most: number): string => storable(text.slice(0, most));

/** Remarks counted by code and column; the first of each are kept as examples. */
export interface Warnings {
  /**
   * @param position the cell to show, or -1
   * @param reading how it was read, to be shown with it
   */
  add(code: string, column: string | null, view: RecordView, position: number, reading?: string): void;
  /** As `add`, of a line of which there is no record. */
  addText(code: string, line: number, text: string): void;
  list(): Warning[];
  /** How many there are in all. */
  readonly total: number;
}

export function warnings(): Warnings {
  const found = new Map<string, Warning>();
  let total = 0;
  const count = (code: string, column: string | null): Warning => {
    const key = `${code} ${column ?? ''}`;
    let warning = found.get(key);
    if (warning === undefined) found.set(key, (warning = { code, column, count: 0, examples: [] }));
    warning.count++;
    total++;
    return warning;
  };
  return {
    addText(code, line, text) {
      const { examples } = count(code, null);
      if (examples.length < mostExamples) examples.push({ line, value: shorten(text, longestValue) });
    },
    add(code, column, view, position, reading) {
      const warning = count(code, column);
      if (warning.examples.length >= mostExamples) return;
      const value = shownValue(view, position);
      warning.examples.push({ line: view.line, value: reading === undefined ? value : `${value ?? ''} = ${reading}` });
    },
    list: () => [...found.values()],
    get total() {
      return total;
    },
  };
}
