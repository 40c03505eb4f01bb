import type { RecordView } from '../../model/record.ts';
import { murmur128 } from '../output/hash.ts';
import { columnsSeed, isNull, keyWriter, sortKey } from './identity.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { type CellWriter, columnsAt, openBulkRow, openRow, refuse, type Row, sealRow, TAB } from './row.ts';
import type { RowWriters } from './row-writers.ts';
import { seenBefore } from './seen.ts';
import { Cell, openCell, wasUnreadable } from '../cells/text.ts';

/** Bytes of a usual row; shorter ones only make the memory of keys less sure. */
const BYTES_PER_ROW = 100;

/**
 * Writes the staging row of a record to `row.out`, whole or in part; false refuses the record, and `row` says why.
 * Room must have been made before.
 * @param size bytes of the file
 * @param bulkHead what stands before the key of every row, where they may go straight into their table
 */
export function stagingRow(
  match: ColumnMatch,
  row: Row,
  compiled: RowWriters,
  { fileNo, size, bulkHead }: { fileNo: number; size: number; bulkHead: Uint8Array | undefined },
): CellWriter {
  const { dataset } = match;
  const { out } = row;
  const { names, writers, before } = compiled;
  const writeKey = keyWriter(dataset, names);
  const seed = columnsSeed(dataset, names);
  const seen = seenBefore(size / BYTES_PER_ROW);
  const ranges = (row.ranges = { starts: new Int32Array(names.length), ends: new Int32Array(names.length) });
  const { key, hash } = row;
  const hasIds = dataset === 'ecritures' && names.includes('entry_id');
  /** By which cell keys are sorted, for each form of identity. */
  const sortedBy = dataset === 'ecritures' ? [names.indexOf('entry_id'), names.indexOf('piece_number')] : [];

  const writeColumns = (view: RecordView): boolean => {
    const { starts, ends } = ranges;
    const { buffer } = out;
    for (let i = 0; i < writers.length; i++) {
      starts[i] = out.at;
      if (!(writers[i] as CellWriter)(view)) return false;
      const end = out.at;
      ends[i] = end;
      buffer[end] = TAB;
      out.at = end + 1;
    }
    return true;
  };

  const identities = ['last_name', 'first_name', 'email'].map((name) => names.indexOf(name)).filter((i) => i >= 0);
  /** A contact has a name, or an e-mail that has the form of one. */
  const isSomeone = (): boolean => {
    const given = identities.filter((i) => !isNull(out, ranges, i));
    if (given.length === 0) return refuse(row, 'no_identity', null, -1);
    if (given.length > 1 || names[given[0] ?? 0] !== 'email' || row.emailValid) return true;
    return refuse(row, 'invalid_email', 'email', match.positions.get('email') ?? -1);
  };

  const remark = (view: RecordView, form: number): void => {
    if (hasIds && form > 0) row.warnings.add('empty_entry_id', 'entry_id', view, -1);
    for (const position of match.unnamed)
      if (openCell(view, position, row.span) !== Cell.empty) row.warnings.add('unnamed_column', null, view, position);
  };

  const check = dataset === 'contacts' ? isSomeone : undefined;
  return (view) => {
    const seal = bulkHead === undefined ? openRow(out, fileNo, view.line) : openBulkRow(out, bulkHead);
    row.seal = seal;
    row.entryDate = 0;
    row.balance = 0;
    wasUnreadable();
    if (before !== undefined && !before(view)) return false;
    if (!writeColumns(view) || check?.() === false) return false;
    const form = writeKey(out, ranges, key);
    // Asked before the row is hashed, so that the processor has work while it waits for the filter's memory.
    const repeat = (row.repeat = seen(key));
    const sorter = sortedBy[form];
    if (sorter !== undefined) sortKey(out, ranges, sorter, key);
    murmur128(out.view, columnsAt(seal), out.at, seed, hash);
    sealRow(out, seal, key, hash, repeat);
    if (wasUnreadable()) row.warnings.add('unreadable_characters', null, view, -1);
    if (hasIds || match.unnamed.length > 0) remark(view, form);
    return true;
  };
}
