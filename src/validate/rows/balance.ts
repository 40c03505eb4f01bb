import { Amount, type AmountColumn } from '../cells/amount.ts';
import { readCell, type Target } from '../cells/cells.ts';
import { writeBytes, writeCents } from '../output/copy.ts';
import { fold } from '../cells/fold.ts';
import type { RecordView } from '../../model/record.ts';
import { remember } from '../cells/remember.ts';
import type { CellWriter, Row } from './row.ts';
import { Cell, openCell } from '../cells/text.ts';
import { type BalanceColumn, type ColumnDecision, unclear, type Verdict } from '../columns/verdict.ts';

const NOTHING = Number.NaN;

/**
 * Writes what is left to pay of an entry whose amount stands in `row.cents`. A dash is how accounting formats show
 * zero, and beside balances that have figures an empty cell is one too, with a remark. A balance above zero of an amount
 * below zero is below zero, unless the column has signs of its own.
 */
export function balanceWriter(target: Target, row: Row, amount: AmountColumn, seen: BalanceColumn): CellWriter {
  const { column, positions, empty } = target;
  const position = positions[0] ?? 0;

  const remark = (code: string, view: RecordView): number => {
    row.warnings.add(code, column, view, position);
    return NOTHING;
  };
  const ofEmpty = (view: RecordView): number => {
    if (position >= view.count) return NOTHING;
    if (isFailure(view, position)) return remark('error_cell', view);
    seen.empty++;
    if (seen.blank) return NOTHING;
    remark('empty_balance', view);
    return 0;
  };
  const ofFigure = (view: RecordView, cents: number): number => {
    if (cents < 0) seen.negative++;
    const isWithin = Math.abs(cents) <= Math.abs(row.cents);
    if (isWithin && cents > 0 && row.cents < 0) {
      seen.opposite++;
      return seen.signed ? remark('balance_inconsistent', view) : -cents;
    }
    if (isWithin && (cents >= 0 || row.cents < 0)) {
      seen.within++;
      return cents;
    }
    seen.beyond++;
    return remark('balance_inconsistent', view);
  };
  const valueOf = (view: RecordView): number => {
    const state = openCell(view, position, row.span);
    if (state === Cell.empty) return ofEmpty(view);
    if (state === Cell.error) return remark('error_cell', view);
    const status = readCell(row, view, position, column, amount);
    if (status <= Amount.rounded && status !== Amount.empty) return ofFigure(view, amount.cents);
    if (status !== Amount.empty && !saysNothing(view.bytes, row.span.start, row.span.end))
      return remark(row.code, view);
    seen.dashes++;
    return seen.blank ? NOTHING : 0;
  };

  return (view) => {
    const { out } = row;
    const cents = valueOf(view);
    const isNothing = Number.isNaN(cents);
    row.balance = isNothing ? 0 : cents;
    out.at = isNothing ? writeBytes(empty, out.buffer, out.at) : writeCents(cents, out.buffer, out.at);
    return true;
  };
}

/** Words that say that nothing is left to pay, folded and without their endings. */
const settled = new Set(
  'solde regle paye lettre apure cloture encaisse neant nul nil zero aucun rien paid settled closed none nothing'.split(
    ' ',
  ),
);
/** `soldé`, `Payée`, `néant`, and dashes such as `--` and `-,-- €`. */
const saysNothing = remember(
  (text) => /^[-–—−.,\s€]+$/.test(text) || settled.has(fold(text)) || settled.has(fold(text).replace(/(es|e|s)$/, '')),
);

/** `#N/A`, `N/A`: a look-up that found nothing, which is not the same as nothing left to pay. */
function isFailure(view: RecordView, position: number): boolean {
  for (let i = view.starts[position] as number; i < (view.ends[position] as number); i++)
    if (view.bytes[i] === 0x23 || view.bytes[i] === 0x2f) return true;
  return false;
}

/** @param isNamed the mapping says that these are balances */
export function decideBalance(column: BalanceColumn, isNamed: boolean, verdict: Verdict): ColumnDecision {
  const { within, beyond, opposite, negative, dashes, empty } = column;
  const blank = within + beyond + opposite === 0;
  if (dashes + empty > 0 && blank !== column.blank) verdict.refuted = true;
  if (blank && dashes > 0) unclear(verdict, 'balance_without_figures', 'balance', dashes, '-');
  const signed = negative > 0 || (beyond > 0 && beyond * 9 >= within + opposite);
  if (opposite > 0 && signed !== column.signed) verdict.refuted = true;
  const [good, bad] = signed ? [within, beyond + opposite] : [within + opposite, beyond];
  // A mistake or two are the cells' own; from a tenth on, the column does not say what is left to pay.
  if (isNamed || bad < 3 || bad * 9 < good) return { signed, blank };
  verdict.refuted = true;
  return { signed, blank, running: true };
}
