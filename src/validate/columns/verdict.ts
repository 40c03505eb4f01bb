import type { DecimalMark } from '../../model/mapping.ts';
import type { Warning } from '../../model/rejection.ts';
import type { AmountColumn } from '../cells/amount.ts';
import type { CodeColumn } from '../cells/code.ts';
import type { DateColumn, DateDecision } from '../cells/date-column.ts';
import type { FrenchColumn } from '../cells/french.ts';
import type { LetterColumn } from '../cells/letter.ts';
import type { SideColumn } from './side.ts';
import type { SideCandidate } from './side-candidate.ts';
import type { SpokenCredits } from './spoken-credit.ts';
import type { LineWidth } from './line-cells.ts';

/**
 * How the unclear cells of a column are read: `1,234`, `03/04/2026`, `41225`, a side of `1`, a credit of `-12,00`, a
 * balance. Decided over the whole file, never for one cell.
 */
export interface ColumnDecision extends DateDecision {
  decimalMark?: DecimalMark;
  signedCredits?: boolean;
  signedDebits?: boolean;
  /** Fractions of a cent are usual, and rounded. */
  rounds?: boolean;
  /** Amounts bear no sign: what is a credit note or a payment is one by its type. */
  unsigned?: boolean;
  one?: SideColumn['one'];
  /** The cell that is the side, which its header does not tell. */
  position?: number;
  /** Balances that run from line to line: none says what is left of its own entry. */
  running?: true;
  /** Balances that have a sign of their own; else that of their entry is meant. */
  signed?: boolean;
  /** No cell of the column has a figure: an empty one says nothing. */
  blank?: boolean;
  /** Letters say yes and no. */
  flags?: boolean;
  /** Codes, postcodes and telephones are what they are. */
  keepsZeros?: boolean;
  keepsShort?: boolean;
  /** The lines as a whole: how many cells they have. */
  cells?: LineWidth;
  /** The lines as a whole: today's export is what follows this one. */
  from?: number;
}

/** By the column that feeds it: `debit`, `entry_date`, `side` …; and `lines`, for what concerns none. */
export type Decisions = Readonly<Record<string, ColumnDecision>>;

/** What the cells of a column of balances say. */
export interface BalanceColumn {
  /** Balances that are part of their entry's amount, and those that exceed it or have the other sign. */
  within: number;
  beyond: number;
  /** Balances above zero that would be part of an amount below zero. */
  opposite: number;
  negative: number;
  /** Cells with a dash, or nothing. */
  dashes: number;
  empty: number;
  /** Decided: balances have signs of their own; and no cell has a figure. */
  signed: boolean;
  blank: boolean;
}

/** The columns of which some cells are unclear, with what their cells say. */
export interface Columns {
  amounts: Map<string, AmountColumn>;
  dates: Map<string, DateColumn>;
  side: SideColumn | undefined;
  balance: BalanceColumn | undefined;
  /** Columns that may say the side of amounts, where nothing else does. */
  candidates: SideCandidate[];
  heard: SpokenCredits;
  codes: Map<string, CodeColumn>;
  letter: LetterColumn | undefined;
  french: Map<string, FrenchColumn>;
}

export interface Verdict {
  decisions: Decisions;
  /** Cells were read by an assumption that the file refutes: it has to be read again with `decisions`. */
  refuted: boolean;
  /** Doubts whose examples only a reading of all lines shows: the next file is to be read whole, too. */
  needsAll: boolean;
  warnings: Warning[];
}

/** A doubt about a whole column: no line of it is an example. */
export const unclear = (verdict: Verdict, code: string, column: string | null, count: number, value: string): void => {
  verdict.warnings.push({ code, column, count, examples: [{ line: 0, value }] });
};

/**
 * How often a file is read at most until its decisions stand: a first run refuses records for a column that was read
 * wrongly, and what they would have said of other columns only the second hears.
 */
export const mostRuns = 3;

/** The run by decisions that stand, of something that is at hand; a file's runs are the pipeline's own. */
export function settledRun<R extends { result: { refuted: boolean; decisions: Decisions } }>(
  run: (decisions?: Decisions) => R,
): R {
  let found = run();
  for (let runs = 1; found.result.refuted && runs < mostRuns; runs++) found = run(found.result.decisions);
  return found;
}
