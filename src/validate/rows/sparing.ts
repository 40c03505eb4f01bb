import type { RecordView } from '../../model/record.ts';
import { sparedColumns } from '../../model/staging.ts';
import { cellWriter, code } from '../cells/cells.ts';
import { codeColumn, longestCode } from '../cells/code.ts';
import { isNull } from './identity.ts';
import type { ColumnMatch } from '../columns/match.ts';
import type { Output } from '../output/output.ts';
import { type CellWriter, newRow, TAB } from './row.ts';
import { constant, positionsOf } from './row-writers.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';
import type { Decisions } from '../columns/verdict.ts';
import { warnings } from '../cells/warnings.ts';

const LF = 0x0a;
const NULL = Buffer.from('\\N');

/** What is noted of one file waits in memory until the rows are stored. */
const mostLines = 50_000;
const mostBytes = 4 * 1024 * 1024;
/** Surplus cells up to which their places are worth guessing. */
const mostSurplus = 8;

/** Where the columns are read, in the order of `sparedColumns`. */
type Writers = readonly CellWriter[];

/**
 * Notes what refused records name, as COPY text of `sparedColumns`. A record that names nothing, and one too many, is
 * noted as a line of nulls: it may be about any row.
 *
 * A delimiter inside a label moves the cells after it: where a record has more cells than the header has names, each
 * place that a column may have moved to is noted, without company and client, which may have moved less. A line break
 * does so, too: the second half of a record has its cells as far to the left as cells are missing.
 */
export function sparing(
  match: ColumnMatch,
  out: Output,
  company: Uint8Array,
  decisions: Decisions = {},
): (view: RecordView) => void {
  const row = newRow(out, warnings());
  const ranges = { starts: new Int32Array(sparedColumns.length), ends: new Int32Array(sparedColumns.length) };
  const inPlace = writersAt(0, false);
  const moved = Array.from({ length: mostSurplus + 1 }, (_, shift) => writersAt(shift, true));
  const count = { lines: 0, bytes: 0, isOver: false };

  function writersAt(shift: number, mayMove: boolean): Writers {
    const column = (name: string, empty: Uint8Array = NULL): CellWriter => {
      const positions = positionsOf(match, name)
        .map((position) => position + shift)
        .filter((position) => position >= 0);
      if (positions.length === 0) return constant(empty, row);
      return cellWriter(
        { column: name, positions, required: false, empty },
        row,
        code(row, codeColumn(decisions[name]?.keepsZeros)),
      );
    };
    const id = column(match.dataset === 'contacts' ? 'contact_id' : 'entry_id');
    const piece = column('piece_number');
    return mayMove
      ? [constant(NULL, row), id, constant(NULL, row), piece]
      : [column('company', company), id, column('client_code'), piece];
  }

  /** @returns false, and writes nothing, where the record names nothing */
  function note(view: RecordView, writers: Writers): boolean {
    out.reserve(sparedColumns.length * (2 * longestCode + 1) + company.length);
    const begin = out.at;
    for (const [i, write] of writers.entries()) {
      ranges.starts[i] = out.at;
      write(view);
      ranges.ends[i] = out.at;
      out.buffer[out.at++] = i === writers.length - 1 ? LF : TAB;
    }
    const names = [1, 2, 3].some((i) => !isNull(out, ranges, i));
    if (!names) out.at = begin;
    count.lines += names ? 1 : 0;
    count.bytes += out.at - begin;
    return names;
  }

  function noteAll(view: RecordView): boolean {
    const surplus = surplusCells(match.header, view);
    if (count.lines >= mostLines || count.bytes >= mostBytes || surplus > mostSurplus) return false;
    if (surplus === 0 && view.count < match.header.length) {
      const rest = writersAt(view.count - match.header.length, true);
      return [inPlace, rest].filter((writers) => note(view, writers)).length > 0;
    }
    if (surplus === 0) return note(view, inPlace);
    return moved.slice(0, surplus + 1).filter((writers) => note(view, writers)).length > 0;
  }

  return (view) => {
    if (count.isOver || noteAll(view)) return;
    count.isOver = true;
    const nulls = Buffer.from(`${sparedColumns.map(() => '\\N').join('\t')}\n`);
    out.reserve(nulls.length);
    out.buffer.set(nulls, out.at);
    out.at += nulls.length;
  };
}

const span: Span = { start: 0, end: 0 };

/** By how much cells may have moved: those beyond the header, and those under no name up to the last that holds something. */
function surplusCells(header: readonly string[], view: RecordView): number {
  const named = header.findLastIndex((name) => name.trim() !== '') + 1;
  if (named === 0) return 0;
  let count = view.count;
  while (count > named && openCell(view, count - 1, span) === Cell.empty) count--;
  return Math.max(0, count - named, view.count - header.length);
}
