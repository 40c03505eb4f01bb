import type { RecordView } from '../../model/record.ts';
import { Amount, type AmountColumn } from '../cells/amount.ts';
import { readCell } from '../cells/cells.ts';
import { type CellWriter, refuse, type Row } from './row.ts';
import { readSide, type SideColumn, sideOf } from '../columns/side.ts';
import { Cell, openCell } from '../cells/text.ts';

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

/** A debit as the file writes it → cents to add. */
function debitOf(cents: number, column: AmountColumn): number {
  if (cents < 0) column.minus++;
  else if (cents > 0) column.plus++;
  return column.signedDebits ? -cents : cents;
}

interface AmountSource {
  position: number;
  column: AmountColumn;
}

interface SideSource {
  position: number;
  column: SideColumn;
}

/** Sets `row.cents` from a debit and a credit, of which at most one is not zero. */
export function fromDebitAndCredit(row: Row, debit: AmountSource, credit: AmountSource): CellWriter {
  return (view) => {
    const owed = readOne(row, view, debit.position, 'debit', debit.column);
    if (owed === REFUSED) return false;
    const paid = readOne(row, view, credit.position, 'credit', credit.column);
    if (paid === REFUSED) return false;
    if (owed === EMPTY && paid === EMPTY) return refuse(row, 'missing_value', 'amount', debit.position);
    if (debit.column.cents !== 0 && credit.column.cents !== 0)
      return refuse(row, 'debit_and_credit', 'debit', debit.position);
    row.cents = debitOf(debit.column.cents, debit.column) - creditOf(credit.column.cents, credit.column);
    if (row.cents === 0) row.warnings.add('zero_amount', 'amount', view, debit.position);
    return true;
  };
}

/** Sets `row.cents` from an amount, whose sign a second column may give; where none does, `clues` looks for it. */
export function fromAmount(
  row: Row,
  amount: AmountSource,
  side: SideSource | undefined,
  clues: (view: RecordView, cents: number) => void,
): CellWriter {
  return (view) => {
    const read = readOne(row, view, amount.position, 'amount', amount.column);
    if (read === REFUSED) return false;
    if (read === EMPTY) return refuse(row, 'missing_value', 'amount', amount.position);
    row.cents = amount.column.cents;
    if (row.cents === 0) row.warnings.add('zero_amount', 'amount', view, amount.position);
    if (side !== undefined) return applySide(row, view, side, amount.column);
    if (row.cents < 0) amount.column.minus++;
    else if (row.cents > 0) amount.column.plus++;
    clues(view, row.cents);
    return true;
  };
}

function applySide(row: Row, view: RecordView, side: SideSource, amount: AmountColumn): boolean {
  const state = openCell(view, side.position, row.span);
  if (state === Cell.empty) return refuse(row, 'missing_value', 'side', side.position);
  const sign = state === Cell.error ? 0 : readSide(view.bytes, row.span.start, row.span.end, side.column);
  if (sign === 0) return refuse(row, 'invalid_side', 'side', side.position);
  // Without the test, a zero would become the other one, -0.
  if (row.cents !== 0) row.cents = sign < 0 ? -creditOf(row.cents, amount) : debitOf(row.cents, amount);
  return true;
}

/**
 * An FEC's lines of other accounts are no entries, and yet show how the file signs its debits and credits. They are
 * glanced at, not read: most of the file is such lines.
 */
export function signsOf(debit: AmountSource, credit: AmountSource): (view: RecordView) => void {
  return (view) => {
    debitOf(signAt(view, debit.position), debit.column);
    creditOf(signAt(view, credit.position), credit.column);
  };
}

/** As `signsOf`, where the file has an amount and a side. */
export function signsBySide(row: Row, amount: AmountSource, side: number): (view: RecordView) => void {
  return (view) => {
    const sign = signAt(view, amount.position);
    if (openCell(view, side, row.span) !== Cell.value) return;
    const named = sideOf(view.bytes, row.span.start, row.span.end);
    if (named > 0) debitOf(sign, amount.column);
    else if (named < 0) creditOf(sign, amount.column);
  };
}

const MINUS = 0x2d;
const BRACKET = 0x28;

/** The sign of what stands in a cell, 0 for nothing; a cell that is no amount is not told from one. */
function signAt(view: RecordView, position: number): number {
  if (position >= view.count) return 0;
  const { bytes } = view;
  const end = view.ends[position] as number;
  let sign = 1;
  let isZero = true;
  for (let i = view.starts[position] as number; i < end; i++) {
    const c = bytes[i] as number;
    if (c > 0x30 && c <= 0x39) isZero = false;
    else if (c === MINUS || c === BRACKET || (c === 0xe2 && bytes[i + 1] === 0x88)) sign = -1;
  }
  return isZero ? 0 : sign;
}
