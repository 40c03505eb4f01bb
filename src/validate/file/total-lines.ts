import type { DecimalMark } from '../../model/mapping.ts';
import type { RecordView } from '../../model/record.ts';
import type { Warning } from '../../model/rejection.ts';
import { decimalText, minus, noSum, plus, type Sum, type Sums } from '../../model/totals.ts';
import { Amount, amountColumn, readAmount } from '../cells/amount.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { textOf } from '../cells/remember.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';

const money = ['debit', 'credit', 'amount', 'balance'] as const;
/** `any`: a figure in a text, of which no column says what it sums up. */
type Money = (typeof money)[number] | 'any';

/** A line of the file that says what others come to. */
interface TotalLine {
  line: number;
  stated: ReadonlyMap<Money, bigint>;
  texts: ReadonlyMap<Money, string>;
  /** The currency that it names; of another line all currencies together, or one of them, may be meant. */
  currency: string | undefined;
  /** What stood before it. */
  before: Sums;
  /** It is the sum of some lines before it. */
  agrees: boolean;
}

export interface TotalsStated {
  /** The last line that agrees with the whole file. */
  confirmed: number | null;
  warnings: Warning[];
  /** A line of which only a reading of all lines tells whether it is right. */
  needsAll: boolean;
}

/** How many lines the file says that it has: `Nombre d'écritures : 1 234`, `(12 rows affected)`, `FIN;12`. */
const things = String.raw`(?:[eé]critures?|lignes?|enregistrements?|mouvements?|entries|lines|records|rows)`;
const counters: readonly RegExp[] = [
  new RegExp(String.raw`^\W*(?:nombre|nbre?|nb|total|count|number)\b\D*(?<!\p{L})${things}\D*?(\d[\d\s.]*)$`, 'iu'),
  new RegExp(String.raw`^\W*(\d[\d\s.]*?)\s*${things}\b\D*$`, 'iu'),
  /^\W*(?:fin|end|trailer)\W+(\d[\d\s.]*)$/iu,
];

/** A line above the header, with its cells. */
export interface PreambleLine {
  line: number;
  cells: readonly string[];
}

/** What a file holds, for the lines that count it: records that are entries, and all of them. */
export interface Counted {
  entries: number;
  records: number;
}

/** Lines that are looked at, and how many of those before are tried as the beginning of what one sums up. */
const mostLines = 10_000;
const mostBeginnings = 1000;
const mostExamples = 5;
/** Bytes of a line that says in words what others come to, or how many they are. */
const longestText = 500;

/**
 * Compares the total lines of a file with what it holds: a total may be that of the whole file, of the lines since an
 * earlier total or since the beginning, or stand before what it sums up.
 */
export function totalLines(match: ColumnMatch, markOf: (column: string) => DecimalMark) {
  const lines: TotalLine[] = [];
  const counts: { line: number; text: string; count: number }[] = [];
  const span: Span = { start: 0, end: 0 };

  const read = (view: RecordView, name: Money): { text: string; cents: bigint } | undefined => {
    const position = match.positions.get(name);
    if (position === undefined || openCell(view, position, span) !== Cell.value) return undefined;
    const column = amountColumn(markOf(name));
    const text = textOf(view.bytes, span.start, span.end);
    if (readAmount(view.bytes, span.start, span.end, column) > Amount.rounded) return undefined;
    return { text, cents: BigInt(column.cents) };
  };

  const noteText = (line: number, text: string, before: Sums): void => {
    const count = countIn(text);
    if (count !== undefined) {
      if (counts.length < mostLines) counts.push({ line, text, count });
      return;
    }
    for (const figure of figuresIn(text)) note(line, new Map([['any', figure]]), currencyIn(text, before), before);
  };

  function note(
    line: number,
    found: ReadonlyMap<Money, { text: string; cents: bigint }>,
    currency: string | undefined,
    before: Sums,
  ): void {
    const stated = new Map([...found].map(([name, { cents }]) => [name, cents]));
    const texts = new Map([...found].map(([name, { text }]) => [name, text]));
    const beginnings = [noSums, ...lines.slice(-mostBeginnings).map((line) => line.before)];
    const agrees = beginnings.some((beginning) => isSumOf({ stated, currency }, before, beginning));
    lines.push({ line, stated, texts, currency, before, agrees });
  }

  return {
    /** What stands above the header. */
    preamble(rows: readonly PreambleLine[]): void {
      for (const { line, cells } of rows) noteText(line, joined(cells), noSums);
    },

    /** A record that is none. @param sums what was read so far */
    note(view: RecordView, sums: () => Sums): void {
      if (lines.length >= mostLines) return;
      const found = new Map(
        money.flatMap((name) => {
          const cell = read(view, name);
          return cell === undefined ? [] : [[name, cell] as const];
        }),
      );
      const isShort = view.rawEnd - view.rawStart <= longestText;
      // `FIN;20` counts lines, though the second column may be one of amounts.
      const isCount =
        [...found.values()].every(({ text }) => /^\d+$/.test(text)) && countIn(textIn(view)) !== undefined;
      if (isShort && isCount) noteText(view.line, textIn(view), sums());
      else if ([...found.values()].some(({ cents }) => cents !== 0n)) {
        const before = sums();
        note(view.line, found, isShort ? currencyIn(textIn(view), before) : undefined, before);
      } else if (found.size === 0 && isShort) noteText(view.line, textIn(view), sums());
    },

    /** @param isPart only some lines were read, so that what stood before a total is not known */
    judge(sums: Sums, counted: Counted, isPart: boolean): TotalsStated {
      const ofAll = lines.filter((line) => isSumOf(line, sums, noSums));
      const others = lines.filter((line) => !ofAll.includes(line));
      const ends = [sums, ...lines.slice(-mostBeginnings).map(({ before }) => before)];
      const wrong = others.filter((line) => !line.agrees && !ends.some((end) => isSumOf(line, end, line.before)));
      return {
        confirmed: ofAll.at(-1)?.line ?? null,
        warnings: [...(isPart ? [] : warningsOf(wrong, sums)), ...countWarnings(counted)],
        needsAll: others.length > 0,
      };
    },
  };

  /** Whether the header and the lines that are no entries are among those counted is everybody's own habit. */
  function countWarnings({ entries, records }: Counted): Warning[] {
    const wrong = counts.filter(({ count }) => count < entries || count > records + 1);
    const examples = wrong.map(({ line, text }) => ({ line, value: `${text} ≠ ${entries}`.slice(0, 200) }));
    if (wrong.length === 0) return [];
    return [{ code: 'count_differs', column: null, count: wrong.length, examples: examples.slice(0, mostExamples) }];
  }

  function warningsOf(wrong: readonly TotalLine[], whole: Sums): Warning[] {
    const found = new Map<Money, Warning>();
    for (const { line, stated, texts, currency, before } of wrong) {
      // The last total is that of the file, as is one above all lines; of another the lines before it are shown.
      const sums = line === lines.at(-1)?.line || before.size === 0 ? whole : before;
      const sum = (currency === undefined ? undefined : sums.get(currency)) ?? all(sums);
      for (const name of stated.keys()) {
        if (isSum(new Map([[name, stated.get(name) ?? 0n]]), sum)) continue;
        const column = name === 'any' ? 'amount' : name;
        const warning = found.get(name) ?? { code: 'total_differs', column, count: 0, examples: [] };
        found.set(name, warning);
        warning.count++;
        const ours = decimalText(readingsOf(name, sum)[0] ?? 0n).replace('.', markOf(name === 'any' ? 'amount' : name));
        if (warning.examples.length < mostExamples)
          warning.examples.push({ line, value: `${texts.get(name) ?? ''} ≠ ${ours}`.slice(0, 200) });
      }
    }
    return [...found.values()];
  }
}

const noSums: Sums = new Map();
const all = (sums: Sums): Sum => [...sums.values()].reduce(plus, noSum);

/** Whether a line states what stands between two places of the file: in its currency, in one of them, or in all together. */
function isSumOf({ stated, currency }: Pick<TotalLine, 'stated' | 'currency'>, end: Sums, begin: Sums): boolean {
  const between = (name: string): Sum => minus(end.get(name) ?? noSum, begin.get(name) ?? noSum);
  if (currency !== undefined) return isSum(stated, between(currency));
  return (
    isSum(stated, minus(all(end), all(begin))) ||
    (end.size > 1 && [...end.keys()].some((name) => isSum(stated, between(name))))
  );
}

const joined = (cells: readonly string[]): string =>
  cells
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '')
    .join(' ')
    .slice(0, longestText);

const textIn = (view: RecordView): string =>
  joined(
    Array.from({ length: view.count }, (_, i) => textOf(view.bytes, view.starts[i] as number, view.ends[i] as number)),
  );

const currencyIn = (text: string, sums: Sums): string | undefined =>
  sums.size < 2 ? undefined : [...sums.keys()].find((name) => new RegExp(`\\b${name}\\b`, 'i').test(text));

function countIn(text: string): number | undefined {
  const digits = counters.map((counter) => counter.exec(text)?.[1]).find((found) => found !== undefined);
  return digits === undefined ? undefined : Number(digits.replace(/[^\d]/g, ''));
}

const totalWord = /(?<!\p{L})(?:tota(?:l|ux)|soldes?|somme|cumul)(?!\p{L})/iu;
/** Totals of something else: before tax, or the tax. */
const otherTotal = /(?<!\p{L})(?:ht|h\.t|tva|taxes?|vat)(?!\p{L})/iu;
const figure = /(?<![\d.,/\p{L}-])(-?)\s?(\d{1,3}(?:[\s.,'’]?\d{3})*)[.,](\d{2})(?![\d.,/%])/gu;

/** The amounts of `Total : 1 234,56`: those with cents, since other numbers count things. */
function figuresIn(text: string): { text: string; cents: bigint }[] {
  if (!totalWord.test(text) || otherTotal.test(text)) return [];
  return [...text.matchAll(figure)].map(([found, sign = '', units = '', cents = '']) => ({
    text: found.trim(),
    cents: BigInt(`${sign}${units.replace(/\D/g, '')}${cents}`),
  }));
}

/** Whether these figures are what some entries come to, in a way that accounting software writes it. */
function isSum(stated: ReadonlyMap<Money, bigint>, sum: Sum): boolean {
  const [debit, credit] = [stated.get('debit'), stated.get('credit')];
  // Amounts taken back stand in the column that they lower: the difference of both columns is the same either way.
  if (debit !== undefined && credit !== undefined && debit - absolute(credit) === sum.debit - sum.credit) {
    const balance = stated.get('balance');
    return balance === undefined || isOne('balance', balance, sum);
  }
  return [...stated].every(([name, cents]) => isOne(name, cents, sum));
}

const isOne = (name: Money, cents: bigint, sum: Sum): boolean =>
  readingsOf(name, sum).some((reading) => absolute(reading) === absolute(cents));

/** What a figure in this column may be the sum of, the likeliest first. */
function readingsOf(name: Money, { debit, credit, balance }: Sum): bigint[] {
  const net = debit - credit;
  switch (name) {
    case 'debit':
      return [debit, net];
    case 'credit':
      return [credit, -net];
    case 'amount':
      // Of amounts beside a side, each side may have a total of its own.
      return [net, debit + credit, debit, credit];
    case 'any':
      return [net, debit, credit, debit + credit, balance];
    case 'balance':
      // Without signs, where nothing is paid in part.
      return [balance, net, debit + credit];
  }
}

const absolute = (cents: bigint): bigint => (cents < 0n ? -cents : cents);
