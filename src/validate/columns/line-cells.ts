import type { Evidence } from '../../model/evidence.ts';
import type { RecordView } from '../../model/record.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';

/** How many cells a line has to have: fewer, and some are missing; more, and some have moved. */
export interface LineWidth {
  least: number;
  most: number;
}

export interface LineCells {
  /** Whether a record of so many cells has too few (-1) or too many (1) of them, as far as the file has shown. */
  judge(count: number): number;
  /** Counts a record that is one. @param refused whether for its missing cells */
  note(view: RecordView, refused: boolean): void;
  /** What the records say; it adds up. */
  evidence(): Readonly<Record<string, number>>;
  /** Adds what other records of the file say, all of which were accepted. */
  add(more: Evidence, less: Evidence): void;
  /** @param isPart not all lines were read, so that blocks of them show nothing */
  decide(isPart: boolean): LineWidth & { refuted: boolean; isByBlocks: boolean };
}

/** As many as a record can have; where no number of cells is usual, any will do. */
const bound = 512;

/** By this name in `Evidence`, and in decisions. */
export const linesKey = 'lines';

/**
 * Cells that are not there are not empty cells: a label with a line break and without quotes makes two short lines, which
 * would clear what is stored of one client and invent another. A short line is accepted only where the cells that it
 * lacks are at the end and hold nothing in any line of the file, and where no other line is shorter, or else most lines
 * are like it; or where Excel has left out empty cells, see `lineBlocks`.
 *
 * A file without a header shows by most of its lines how many cells there are.
 * @param width cells of the header; 0: there is none
 */
export function lineCells(width: number, decided: LineWidth | undefined): LineCells {
  const counts = new Int32Array(bound + 1);
  /** By the number of cells up to the last that holds something. */
  const filled = new Int32Array(bound + 1);
  const refusedFew = new Int32Array(bound + 1);
  const span: Span = { start: 0, end: 0 };
  let most = decided?.most ?? width;
  let mostFilled = 0;
  let anyRefused = false;
  const blocks = lineBlocks(width);

  const lastFilled = (view: RecordView): number => {
    const { starts, ends } = view;
    let i = view.count - 1;
    while (i >= 0 && (starts[i] === ends[i] || openCell(view, i, span) === Cell.empty)) i--;
    return i + 1;
  };

  const each = (visit: (name: string, of: Int32Array) => void): void => {
    visit('cells', counts);
    visit('filled', filled);
  };

  return {
    judge(count) {
      if (most === 0) most = count;
      if (count > most) return 1;
      if (count === most) return 0;
      if (decided) return count < decided.least ? -1 : 0;
      return count < mostFilled || anyRefused ? -1 : 0;
    },
    note(view, refused) {
      const { count } = view;
      counts[count] = (counts[count] as number) + 1;
      if (refused) {
        refusedFew[count] = (refusedFew[count] as number) + 1;
        anyRefused = true;
      }
      if (count > most && width > 0) return;
      const last = lastFilled(view);
      blocks.note(view.line, count, last === count);
      filled[last] = (filled[last] as number) + 1;
      if (last > mostFilled && last <= most) mostFilled = last;
    },
    evidence() {
      const found: Record<string, number> = {};
      each((name, of) => of.forEach((n, i) => n !== 0 && (found[`${name} ${i}`] = n)));
      return found;
    },
    add(more, less) {
      each((name, of) => {
        for (let i = 0; i < of.length; i++)
          of[i] = (of[i] as number) + (more[linesKey]?.[`${name} ${i}`] ?? 0) - (less[linesKey]?.[`${name} ${i}`] ?? 0);
      });
    },
    decide(isPart) {
      const usual = decideWidth(counts, filled, width);
      const shortest = isPart ? undefined : blocks.shortest();
      const mayBeBlocks = isPart && refusedFew.reduce((sum, n) => sum + n, 0) >= sureLines;
      const isByBlocks = shortest !== undefined && shortest < usual.least;
      const found = isByBlocks ? { ...usual, least: shortest } : usual;
      const isWrong = (count: number): boolean => {
        const few = refusedFew[count] as number;
        return count < found.least ? (counts[count] as number) > few : few > 0;
      };
      const isOther = found.most !== most && most !== 0;
      return {
        ...found,
        isByBlocks,
        refuted: isOther || mayBeBlocks || [...counts.keys()].slice(0, found.most).some(isWrong),
      };
    },
  };
}

/** Lines between which Excel looks anew how many columns are in use. */
const blockLines = 16;
/** Fewer lines of a block show nothing by themselves: a broken line makes two, which may be of equal length. */
const sureLines = 8;
/** What a block holds: nothing yet; lines of several lengths. */
const noLine = 0;
const mixed = -1;

/**
 * The lengths of the lines by blocks of sixteen: of a sheet whose last columns are empty in all lines of a block, Excel
 * writes these lines without them ("Column delimiters are missing in an Excel spreadsheet that is saved as text",
 * Microsoft KB 77295). So the cells that they lack are empty, where each block has lines of one length, of which one is
 * filled to its end; a broken line is shorter than those around it.
 */
function lineBlocks(width: number) {
  let lengths = new Int16Array(64);
  let sizes = new Uint8Array(64);
  let isFilled = new Uint8Array(64);
  let last = -1;

  return {
    note(line: number, count: number, filled: boolean): void {
      const block = Math.floor((line - 1) / blockLines);
      if (block >= lengths.length) {
        const size = Math.max(block + 1, lengths.length * 2);
        const [wider, larger, fuller] = [new Int16Array(size), new Uint8Array(size), new Uint8Array(size)];
        wider.set(lengths);
        larger.set(sizes);
        fuller.set(isFilled);
        [lengths, sizes, isFilled] = [wider, larger, fuller];
      }
      if (block > last) last = block;
      const length = lengths[block] as number;
      if (length !== count) lengths[block] = length === noLine ? count : mixed;
      sizes[block] = (sizes[block] as number) + 1;
      if (filled) isFilled[block] = 1;
    },
    /** Cells of the shortest lines, where all short ones are what Excel leaves. */
    shortest(): number | undefined {
      // The header, which names all columns, stands in the first.
      if (lengths[lengths.findIndex((length) => length !== noLine)] !== width) return undefined;
      let sure = Infinity;
      let unsure = Infinity;
      for (let block = 0; block <= last; block++) {
        const length = lengths[block] as number;
        if (length === mixed) return undefined;
        if (length === noLine || length >= width) continue;
        if (isFilled[block] === 0) return undefined;
        if ((sizes[block] as number) >= sureLines) sure = Math.min(sure, length);
        else unsure = Math.min(unsure, length);
      }
      return unsure >= sure && sure < Infinity ? sure : undefined;
    },
  };
}

function decideWidth(counts: Int32Array, filled: Int32Array, width: number): LineWidth {
  const usual = counts.indexOf(Math.max(...counts));
  const total = counts.reduce((sum, n) => sum + n, 0);
  const isUsual = (count: number): boolean => (counts[count] as number) * 2 > total;
  const most = width > 0 ? width : isUsual(usual) ? usual : bound;
  if (most === bound) return { least: 0, most };
  const mostFilled = filled.subarray(0, most + 1).findLastIndex((n) => n > 0);
  const shortest = counts.findIndex((n) => n > 0);
  if (shortest >= mostFilled || shortest >= most) return { least: Math.min(mostFilled, most), most };
  return { least: usual >= mostFilled && isUsual(usual) ? Math.min(usual, most) : most, most };
}
