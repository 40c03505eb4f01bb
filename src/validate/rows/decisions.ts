import type { Evidence } from '../../model/evidence.ts';
import type { DecimalMark, Mapping } from '../../model/mapping.ts';
import type { Warning } from '../../model/rejection.ts';
import { type AmountColumn, amountColumn } from '../cells/amount.ts';
import { type CodeColumn, codeColumn } from '../cells/code.ts';
import { decideBalance } from './balance.ts';
import { type DateColumn, dateColumn, monthShown } from '../cells/date-column.ts';
import { type AboutFile, decideDates } from '../columns/date-decision.ts';
import { type FrenchColumn, frenchColumn } from '../cells/french.ts';
import { type SideColumn, sideColumn } from '../columns/side.ts';
import { areFlags, type LetterColumn, letterColumn } from '../cells/letter.ts';
import { decideSigns } from '../columns/signs.ts';
import { mostExamples } from '../cells/warnings.ts';
import {
  type BalanceColumn,
  type ColumnDecision,
  type Columns,
  type Decisions,
  unclear,
  type Verdict,
} from '../columns/verdict.ts';

const sideOfColumn: Readonly<Record<string, number>> = { debit: 1, credit: -1 };
const noBalances = { within: 0, beyond: 0, opposite: 0, negative: 0, dashes: 0, empty: 0 };

interface EvidenceOptions {
  fec: boolean;
  date1904: boolean;
  today: Date;
}

/** Makes the columns of one run, with what was decided before, what the mapping pins, or the usual assumption. */
export function evidence(mapping: Mapping, decided: Decisions, options: EvidenceOptions) {
  const found: Columns = {
    amounts: new Map(),
    dates: new Map(),
    side: undefined,
    balance: undefined,
    candidates: [],
    heard: { count: 0, examples: [] },
    codes: new Map(),
    letter: undefined,
    french: new Map(),
  };
  return {
    found,
    amount(name: string): AmountColumn {
      const known = decided[name] ?? {};
      const column = amountColumn(mapping.decimalMark ?? known.decimalMark ?? ',', sideOfColumn[name]);
      column.signedCredits = known.signedCredits ?? false;
      column.signedDebits = known.signedDebits ?? false;
      column.unsigned = known.unsigned ?? false;
      // Not refused by an assumption: the other cells of their records are evidence, too.
      column.rounds = known.rounds ?? true;
      found.amounts.set(name, column);
      return column;
    },
    date(name: string): DateColumn {
      const { today, date1904 } = options;
      const pinned = mapping.dateOrder;
      const column = dateColumn(today, { ...(pinned && { pinned }), decided: decided[name] ?? {}, date1904 });
      found.dates.set(name, column);
      return column;
    },
    side(name: string): SideColumn {
      return (found.side = sideColumn(decided[name]?.one ?? (options.fec ? 'debit' : 'credit')));
    },
    code(name: string): CodeColumn {
      const column = codeColumn(decided[name]?.keepsZeros);
      found.codes.set(name, column);
      return column;
    },
    letter(): LetterColumn {
      return (found.letter = letterColumn(decided['letter']?.flags));
    },
    french(name: string): FrenchColumn {
      const column = frenchColumn(decided[name]?.keepsShort ?? false);
      found.french.set(name, column);
      return column;
    },
    balance(): BalanceColumn {
      const { signed = false, blank = false } = decided['balance'] ?? {};
      return (found.balance = { ...noBalances, signed, blank });
    },
  };
}

/** @param before what was counted of lines that were not read this time */
export function decide(found: Columns, mapping: Mapping, about: AboutFile, before?: Evidence): Verdict {
  const verdict: Verdict = { decisions: {}, refuted: false, needsAll: false, warnings: [] };
  const decisions: Record<string, ColumnDecision> = {};
  for (const [name, column] of found.amounts)
    decisions[name] = {
      decimalMark: decideMark(name, column, found, mapping, verdict),
      rounds: decideFractions(column, verdict),
    };
  if (about.inEuro) doubtCents(found, verdict);
  Object.assign(decisions, dateDecisions(found, mapping, about, verdict));
  if (found.side !== undefined) decisions['side'] = decideSide(found.side, verdict);
  const add = (name: string, decision: ColumnDecision) => {
    decisions[name] = { ...decisions[name], ...decision };
  };
  decideSigns(found, before, verdict, add);
  if (found.balance !== undefined)
    add('balance', decideBalance(found.balance, mapping.columns?.['balance'] !== undefined, verdict));
  for (const [name, column] of found.codes) doubtWords(name, column, verdict);
  for (const [name, column] of found.codes) add(name, { keepsZeros: decideZeros(name, column, verdict) });
  if (found.letter !== undefined) add('letter', { flags: decideLetters(found.letter, verdict) });
  for (const [name, { full, short, keeps }] of found.french) {
    add(name, { keepsShort: full === 0 });
    if (short > 0 && (full === 0) !== keeps) verdict.refuted = true;
  }
  return { ...verdict, decisions };
}

function decideLetters(column: LetterColumn, verdict: Verdict): boolean {
  const flags = areFlags(column);
  if (column.no > 0 && flags !== column.flags) verdict.refuted = true;
  if (flags) unclear(verdict, 'letter_flags', 'letter', column.yes + column.no, '');
  return flags;
}

/** Few codes of words among codes with digits are perhaps lines that are no clients: headings, feet of pages. */
function doubtWords(name: string, { numbered, words, worded }: CodeColumn, verdict: Verdict): void {
  if (words === 0 || words * 2 > numbered) return;
  doubtCells(verdict, { code: 'code_of_words', column: name, count: words, examples: worded });
}

/** Codes with decimals of all kinds are codes; where all that have some have zeros, a program took them for numbers. */
function decideZeros(name: string, { cells, floats, decimals, keeps }: CodeColumn, verdict: Verdict): boolean {
  if (floats > 0 && decimals > 0 !== keeps) verdict.refuted = true;
  if (floats > 0 && decimals === 0) {
    const code = floats === cells ? 'codes_without_zeros' : 'some_codes_without_zeros';
    unclear(verdict, code, name, floats, '1001.0 = 1001');
  }
  return decimals > 0;
}

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
  else doubtThousandths(name, column, verdict);
  return decimalMark;
}

/** A doubt with its cells: those of lines that were not read this time are only counted, and all have to be read. */
function doubtCells(verdict: Verdict, warning: Warning): void {
  verdict.warnings.push(warning);
  verdict.needsAll = true;
  if (warning.examples.length < Math.min(warning.count, mostExamples)) verdict.refuted = true;
}

/** `1.500` among `12.50` and `1234.56`: nobody else of the column has three decimals, and somebody may have meant thousands. */
function doubtThousandths(name: string, column: AmountColumn, verdict: Verdict): void {
  const count = column.mark === ',' ? column.unclearComma : column.unclearDot;
  if (count === 0 || column.threes > 0) return;
  doubtCells(verdict, { code: 'perhaps_thousands', column: name, count, examples: column.thousandths });
}

/** Most amounts have fractions of a cent, and not all of them as a division by a thousand would leave them. */
function decideFractions({ whole, fractions, computed, rounds }: AmountColumn, verdict: Verdict): boolean {
  const habit = fractions > whole && computed > 0;
  if (fractions > 0 && habit !== rounds) verdict.refuted = true;
  return habit;
}

const enough = 20;

/**
 * Amounts of which none has cents, not even `,00`, are prices of whole euros, most of them multiples of five; such as any number may be,
 * they count cents, as a database stores them. Four of five numbers are no multiple of five.
 */
function doubtCents({ amounts }: Columns, verdict: Verdict): void {
  const columns = [...amounts.values()];
  const whole = sum(columns, (column) => column.whole);
  const odd = sum(columns, (column) => column.odd);
  const marked = sum(columns, ({ comma, dot, unclearComma, unclearDot }) => comma + dot + unclearComma + unclearDot);
  const withCents = sum(columns, (column) => column.withCents + column.fractions);
  if (marked + withCents === 0 && whole >= enough && odd >= 0.6 * whole)
    unclear(verdict, 'perhaps_cents', null, whole, '123456 = 1234,56');
}

const orderShown = { dmy: 'JJ/MM/AA', mdy: 'MM/JJ/AA', ymd: 'AA/MM/JJ' } as const;

function dateDecisions(found: Columns, mapping: Mapping, about: AboutFile, verdict: Verdict) {
  const { decisions, evenings, mixed, refuted, from1904 } = decideDates(found.dates, {
    ...about,
    pinned: mapping.dateOrder,
  });
  if (from1904) {
    const { month, count } = from1904;
    unclear(verdict, 'perhaps_from_1904', 'entry_date', count, `${monthShown(month)} = ${monthShown(month + 48)}`);
  }
  if (refuted) verdict.refuted = true;
  for (const [name, count] of evenings) unclear(verdict, 'evening_before', name, count, '23:00 = 00:00 (+1 j)');
  for (const [name, order] of mixed) unclear(verdict, 'mixed_date_orders', name, 1, orderShown[order]);
  return decisions;
}

function decideSide({ one, zeros, signed, ones, twos }: SideColumn, verdict: Verdict): ColumnDecision {
  const others = signed + (ones > 0 ? twos : 0);
  const decided = zeros === others ? one : zeros > others ? 'credit' : 'debit';
  if (ones + twos > 0 && decided !== one) verdict.refuted = true;
  if (ones > 0 && (zeros === others || (twos > 0 && decided === 'debit')))
    unclear(verdict, 'ambiguous_side', 'side', ones + twos, `1 = ${decided}`);
  return { one: decided };
}
