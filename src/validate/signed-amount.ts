import type { RecordView } from '../model/record.ts';
import { Amount, type AmountColumn } from './amount.ts';
import { readCell } from './cells.ts';
import { type CellWriter, refuse, type Row } from './row.ts';
import { readSide, type SideColumn } from './side.ts';
import { Cell, openCell } from './text.ts';

const EMPTY = 0;
const READ = 1;
const REFUSED = 2;

/** Reads one amount cell of a record into `column.cents`, which is 0 where nothing stands there. */
function readOne(row: Row, view: RecordView, position: number, name: string, column: AmountColumn): number {
  column.cents = 0;
  const state = openCell(view, position, row.span);
  if (state === Cell.empty) return EMPTY;
  if (state === Cell.error) {
    refuse(row, 'error_cell', name, position);
    return REFUSED;
  }
  const status = readCell(row, view, position, name, column);
  if (status <= Amount.rounded) return status === Amount.empty ? EMPTY : READ;
  refuse(row, row.code, name, position);
  return REFUSED;
}

/** A credit as the file writes it → cents to take off. */
function creditOf(cents: number, column: AmountColumn): number {
  if (cents < 0) column.below++;
  else if (cents > 0) column.above++;
  return column.signedCredits ? -cents : cents;
}

/** Sets `row.cents` from a debit and a credit, of which at most one is not zero. */
export function fromDebitAndCredit(
  row: Row,
  debit: { position: number; column: AmountColumn },
  credit: { position: number; column: AmountColumn },
): CellWriter {
  return (view) => {
    const owed = readOne(row, view, debit.position, 'debit', debit.column);
    if (owed === REFUSED) return false;
    const paid = readOne(row, view, credit.position, 'credit', credit.column);
    if (paid === REFUSED) return false;
    if (owed === EMPTY && paid === EMPTY) return refuse(row, 'missing_value', 'amount', debit.position);
    if (debit.column.cents !== 0 && credit.column.cents !== 0)
      return refuse(row, 'debit_and_credit', 'debit', debit.position);
    row.cents = debit.column.cents - creditOf(credit.column.cents, credit.column);
    if (row.cents === 0) row.warnings.add('zero_amount', 'amount', view, debit.position);
    return true;
  };
}

/** Sets `row.cents` from an amount, whose sign a second column may give. */
export function fromAmount(
  row: Row,
  amount: { position: number; column: AmountColumn },
  side: { position: number; column: SideColumn } | undefined,
): CellWriter {
  return (view) => {
    const read = readOne(row, view, amount.position, 'amount', amount.column);
    if (read === REFUSED) return false;
    if (read === EMPTY) return refuse(row, 'missing_value', 'amount', amount.position);
    row.cents = amount.column.cents;
    if (row.cents === 0) row.warnings.add('zero_amount', 'amount', view, amount.position);
    return side === undefined || applySide(row, view, side, amount.column);
  };
}

function applySide(
  row: Row,
  view: RecordView,
  side: { position: number; column: SideColumn },
  amount: AmountColumn,
): boolean {
  const state = openCell(view, side.position, row.span);
  if (state === Cell.empty) return refuse(row, 'missing_value', 'side', side.position);
  const sign = state === Cell.error ? 0 : readSide(view.bytes, row.span.start, row.span.end, side.column);
  if (sign === 0) return refuse(row, 'invalid_side', 'side', side.position);
  if (sign < 0 && row.cents !== 0) row.cents = -creditOf(row.cents, amount);
  return true;
}
