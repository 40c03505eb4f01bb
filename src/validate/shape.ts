import type { RecordView } from '../model/record.ts';
import type { ColumnMatch } from './match.ts';
import { isHeader } from './refusal.ts';
import { refuse, type Row } from './row.ts';
import { Cell, openCell } from './text.ts';

/** What can be said of a record from its cells alone, before any column is read. */
export interface RecordShape {
  /** The header again: a client whose code is "Code client" would pass every rule. */
  isHeaderAgain(view: RecordView): boolean;
  /**
   * It has the cells that the header announces; else `row` says why it is refused. One cell too many moves others, even
   * where the last is empty: a label with a delimiter would give its amount to the next column. In a workbook no cell
   * moves, and what stands beside the table is a note.
   */
  fits(view: RecordView): boolean;
  /** An FEC: it is on one of the accounts that the tenant follows, or on none at all, which is to be refused. */
  concernsUs(view: RecordView): boolean;
}

/** The header of a file that was added to another brings its byte order mark, and perhaps a space or two. */
const headerSlack = 8;

/** @param needed cells of columns that a row cannot do without */
export function recordShape(
  match: ColumnMatch,
  row: Row,
  needed: readonly number[],
  { accounts, isWorkbook }: { accounts: readonly string[]; isWorkbook: boolean },
): RecordShape {
  const width = match.header.length === 0 ? Number.MAX_SAFE_INTEGER : match.header.length;
  const first = match.positions.get(match.fec ? 'account' : 'client_code') ?? 0;
  const headerBytes = Buffer.byteLength(match.header[first]?.trim() ?? '');
  const prefixes = accounts.map((account) => Buffer.from(account));

  /** The first cell beyond the header that holds something, or -1. */
  const surplus = (view: RecordView): number => {
    for (let i = width; i < view.count; i++) if (openCell(view, i, row.span) !== Cell.empty) return i;
    return -1;
  };
  const remarkNotes = (view: RecordView): true => {
    const note = surplus(view);
    if (note >= 0) row.warnings.add('unnamed_column', null, view, note);
    return true;
  };

  return {
    isHeaderAgain(view) {
      const length = (view.ends[first] as number) - (view.starts[first] as number);
      return length >= headerBytes && length <= headerBytes + headerSlack && isHeader(match, view);
    },
    fits(view) {
      if (match.fec && openCell(view, first, row.span) !== Cell.value)
        return refuse(row, 'missing_value', 'account', first);
      if (view.count > width)
        return isWorkbook ? remarkNotes(view) : refuse(row, 'too_many_cells', null, surplus(view));
      if (view.count === width) return true;
      for (const position of needed) if (position >= view.count) return refuse(row, 'too_few_cells', null, -1);
      return true;
    },
    concernsUs(view) {
      if (!match.fec || openCell(view, first, row.span) !== Cell.value) return true;
      for (const prefix of prefixes) if (startsWith(view.bytes, row.span.start, row.span.end, prefix)) return true;
      return false;
    },
  };
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}
