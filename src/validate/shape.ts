import type { RecordView } from '../model/record.ts';
import type { ColumnMatch } from './match.ts';
import { isHeader } from './refusal.ts';
import { refuse, type Row } from './row.ts';
import { Cell, openCell } from './text.ts';

/** What can be said of a record from its cells alone, before any column is read. */
export interface RecordShape {
  /** The header again: a client whose code is "Code client" would pass every rule. */
  isHeaderAgain(view: RecordView): boolean;
  /** It has the cells that the header announces; else `row` says why it is refused. */
  fits(view: RecordView): boolean;
  /** An FEC: it is on one of the accounts that the tenant follows, or on none at all, which is to be refused. */
  concernsUs(view: RecordView): boolean;
}

/** @param needed cells of columns that a row cannot do without */
export function recordShape(
  match: ColumnMatch,
  row: Row,
  needed: readonly number[],
  accounts: readonly string[],
): RecordShape {
  const width = match.header.length === 0 ? Number.MAX_SAFE_INTEGER : match.header.length;
  const first = match.positions.get(match.fec ? 'account' : 'client_code') ?? 0;
  const headerBytes = Buffer.byteLength(match.header[first]?.trim() ?? '');
  const prefixes = accounts.map((account) => Buffer.from(account));

  return {
    isHeaderAgain(view) {
      const length = (view.ends[first] as number) - (view.starts[first] as number);
      return length >= headerBytes && length <= headerBytes + 2 && isHeader(match, view);
    },
    fits(view) {
      if (match.fec && openCell(view, first, row.span) !== Cell.value)
        return refuse(row, 'missing_value', 'account', first);
      for (let i = width; i < view.count; i++)
        if (openCell(view, i, row.span) !== Cell.empty) return refuse(row, 'too_many_cells', null, i);
      if (view.count >= width) return true;
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
