import type { DateOrder, DecimalMark, Mapping } from '../model/mapping.ts';
import type { Warning } from '../model/rejection.ts';
import { type AmountColumn, amountColumn } from './amount.ts';
import { type DateColumn, dateColumn } from './date.ts';
import { type SideColumn, sideColumn } from './side.ts';

/**
 * How the unclear cells of a column are read: `1,234`, `03/04/2026`, `41225`, a side of `1`, a credit of `-12,00`, a
 * balance. Decided over the whole file, never for one cell.
 */
interface ColumnDecision {
  decimalMark?: DecimalMark;
  dateOrder?: DateOrder;
  digits?: DateColumn['digits'];
  signedCredits?: boolean;
  one?: SideColumn['one'];
  /** Balances that run from line to line: none says what is left of its own entry. */
  running?: true;
}

/** By the column that feeds it: `debit`, `entry_date`, `side` … */
export type Decisions = Readonly<Record<string, ColumnDecision>>;

/** How many balances are part of their entry's amount, and how many exceed it or have the other sign. */
export interface BalanceColumn {
  within: number;
  beyond: number;
}

/** The columns of which some cells are unclear, with what their cells say. */
export interface Columns {
  amounts: Map<string, AmountColumn>;
  dates: Map<string, DateColumn>;
  side: SideColumn | undefined;
  balance: BalanceColumn | undefined;
}

export interface Verdict {
  decisions: Decisions;
  /** Cells were read by an assumption that the file refutes: it has to be read again with `decisions`. */
  refuted: boolean;
  warnings: Warning[];
}

/** Makes the columns of one run, with what was decided before, what the mapping pins, or the usual assumption. */
export function evidence(mapping: Mapping, decided: Decisions, options: { fec: boolean; date1904: boolean }) {
  const found: Columns = { amounts: new Map(), dates: new Map(), side: undefined, balance: undefined };
  return {
    found,
    amount(name: string): AmountColumn {
      const column = amountColumn(mapping.decimalMark ?? decided[name]?.decimalMark ?? ',');
      column.signedCredits = decided[name]?.signedCredits ?? false;
      found.amounts.set(name, column);
      return column;
    },
    date(name: string): DateColumn {
      const column = dateColumn(mapping.dateOrder ?? decided[name]?.dateOrder ?? 'dmy', options.date1904);
      column.digits = decided[name]?.digits ?? 'jjmmaa';
      found.dates.set(name, column);
      return column;
    },
    side(name: string): SideColumn {
      return (found.side = sideColumn(decided[name]?.one ?? (options.fec ? 'debit' : 'credit')));
    },
    balance(): BalanceColumn {
      return (found.balance = { within: 0, beyond: 0 });
    },
  };
}

export function decide(found: Columns, mapping: Mapping): Verdict {
  const verdict: Verdict = { decisions: {}, refuted: false, warnings: [] };
  const decisions: Record<string, ColumnDecision> = {};
  for (const [name, column] of found.amounts)
    decisions[name] = {
      decimalMark: decideMark(name, column, found, mapping, verdict),
      signedCredits: decideCredits(name, column, verdict),
    };
  for (const [name, column] of found.dates) decisions[name] = decideDate(name, column, found, mapping, verdict);
  if (found.side !== undefined) decisions['side'] = decideSide(found.side, verdict);
  if (found.balance !== undefined && mapping.columns?.['balance'] === undefined && isRunning(found.balance)) {
    decisions['balance'] = { ...decisions['balance'], running: true };
    verdict.refuted = true;
  }
  return { ...verdict, decisions };
}

const unclear = (verdict: Verdict, code: string, column: string, count: number, value: string): void => {
  verdict.warnings.push({ code, column, count, examples: [{ line: 0, value }] });
};

const sum = <T>(columns: Iterable<T>, of: (column: T) => number): number =>
  [...columns].reduce((n, column) => n + of(column), 0);

function decideMark(
  name: string,
  column: AmountColumn,
  found: Columns,
  mapping: Mapping,
  verdict: Verdict,
): DecimalMark {
  if (mapping.decimalMark !== undefined) return mapping.decimalMark;
  const doubtful = column.unclearComma + column.unclearDot;
  const own = column.comma - column.dot;
  const all = sum(found.amounts.values(), (other) => other.comma - other.dot);
  const balance = own !== 0 ? own : all;
  let decimalMark: DecimalMark = column.mark;
  if (balance !== 0) decimalMark = balance > 0 ? ',' : '.';
  else if (doubtful > 0) {
    // Money has no three decimals: what three digits follow parts thousands.
    if (column.unclearComma !== column.unclearDot) decimalMark = column.unclearComma > column.unclearDot ? '.' : ',';
    unclear(verdict, 'ambiguous_amounts', name, doubtful, decimalMark === '.' ? '1,234 = 1234' : '1.234 = 1234');
  }
  if (doubtful > 0 && decimalMark !== column.mark) verdict.refuted = true;
  return decimalMark;
}

/** Among credits of both signs, the negative ones take others back; where all are negative, that is how credits are written. */
function decideCredits(name: string, column: AmountColumn, verdict: Verdict): boolean {
  const signed = column.below > 0 && column.above === 0;
  if (column.below > 0 && signed !== column.signedCredits) verdict.refuted = true;
  if (signed) unclear(verdict, 'negative_credits', name, column.below, '');
  return signed;
}

/** A mistake or two are the cells' own; from a tenth on, the column does not say what is left to pay. */
const isRunning = ({ within, beyond }: BalanceColumn): boolean => beyond >= 3 && beyond * 9 >= within;

function decideDate(
  name: string,
  column: DateColumn,
  found: Columns,
  mapping: Mapping,
  verdict: Verdict,
): ColumnDecision {
  const digits = column.serial === column.jjmmaa ? column.digits : column.serial > column.jjmmaa ? 'serial' : 'jjmmaa';
  if (column.unclearDigits > 0 && digits !== column.digits) verdict.refuted = true;
  if (mapping.dateOrder !== undefined) return { dateOrder: mapping.dateOrder, digits };
  const all = [...found.dates.values()];
  const orders = ['dmy', 'mdy', 'ymd'] as const;
  const score = (order: DateOrder) => column[order] * 1e9 + sum(all, (other) => other[order]);
  const dateOrder = orders.reduce((best, order) => (score(order) > score(best) ? order : best));
  const most = Math.max(column.dmy, column.mdy, column.ymd);
  if (most > 0 && dateOrder !== column.order) verdict.refuted = true;
  if (most > 0 && score('dmy') === score('mdy')) unclear(verdict, 'ambiguous_dates', name, most, 'JJ/MM/AAAA');
  return { dateOrder, digits };
}

function decideSide(column: SideColumn, verdict: Verdict): ColumnDecision {
  const one = column.zeros === column.signed ? column.one : column.zeros > column.signed ? 'credit' : 'debit';
  if (column.ones > 0 && one !== column.one) verdict.refuted = true;
  if (column.ones > 0 && column.zeros === column.signed)
    unclear(verdict, 'ambiguous_side', 'side', column.ones, `1 = ${one}`);
  return { one };
}
