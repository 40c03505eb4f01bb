import type { DecimalMark } from '../model/mapping.ts';
import type { RecordView } from '../model/record.ts';
import type { Warning } from '../model/rejection.ts';
import { decimalText, minus, noSum, type Sum } from '../model/totals.ts';
import { Amount, amountColumn, readAmount } from './amount.ts';
import type { ColumnMatch } from './match.ts';
import { textOf } from './remember.ts';
import { Cell, openCell, type Span } from './text.ts';

const money = ['debit', 'credit', 'amount', 'balance'] as const;
type Money = (typeof money)[number];

/** A line of the file that says what others come to. */
interface TotalLine {
  line: number;
  stated: ReadonlyMap<Money, bigint>;
  texts: ReadonlyMap<Money, string>;
  /** What stood before it. */
  before: Sum;
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

/** What a file holds, for the lines that count it: records that are entries, and all of them. */
export interface Counted {
  entries: number;
  records: number;
}

/** Lines that are looked at, and how many of those before are tried as the beginning of what one sums up. */
const mostLines = 10_000;
const mostBeginnings = 1000;
const mostExamples = 5;
/** Bytes of a line that counts others. */
const longestCounter = 500;

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

  return {
    /** A record that is none. @param before what was read so far */
    note(view: RecordView, before: () => Sum): void {
      if (lines.length >= mostLines) return;
      const found = money.flatMap((name) => {
        const cell = read(view, name);
        return cell === undefined ? [] : [[name, cell] as const];
      });
      const count = found.length === 0 ? countIn(view) : undefined;
      if (count !== undefined && counts.length < mostLines) counts.push({ line: view.line, ...count });
      if (found.every(([, { cents }]) => cents === 0n)) return;
      const stated = new Map(found.map(([name, { cents }]) => [name, cents]));
      const texts = new Map(found.map(([name, { text }]) => [name, text]));
      const sum = before();
      const beginnings = [noSum, ...lines.slice(-mostBeginnings).map((line) => line.before)];
      const agrees = beginnings.some((beginning) => isSum(stated, minus(sum, beginning)));
      lines.push({ line: view.line, stated, texts, before: sum, agrees });
    },

    /** @param isPart only some lines were read, so that what stood before a total is not known */
    judge(whole: Sum, counted: Counted, isPart: boolean): TotalsStated {
      const ofAll = lines.filter(({ stated }) => isSum(stated, whole));
      const others = lines.filter((line) => !ofAll.includes(line));
      const ends = [whole, ...lines.slice(-mostBeginnings).map(({ before }) => before)];
      const wrong = others.filter(
        ({ agrees, stated, before }) => !agrees && !ends.some((end) => isSum(stated, minus(end, before))),
      );
      return {
        confirmed: ofAll.at(-1)?.line ?? null,
        warnings: [...(isPart ? [] : warningsOf(wrong, whole)), ...countWarnings(counted)],
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

  function warningsOf(wrong: readonly TotalLine[], whole: Sum): Warning[] {
    const found = new Map<Money, Warning>();
    for (const { line, stated, texts, before } of wrong) {
      // The last total is that of the file; of another the lines before it are shown.
      const sum = line === lines.at(-1)?.line ? whole : before;
      for (const name of stated.keys()) {
        if (isSum(new Map([[name, stated.get(name) ?? 0n]]), sum)) continue;
        const warning = found.get(name) ?? { code: 'total_differs', column: name, count: 0, examples: [] };
        found.set(name, warning);
        warning.count++;
        const ours = decimalText(readingsOf(name, sum)[0] ?? 0n).replace('.', markOf(name));
        if (warning.examples.length < mostExamples)
          warning.examples.push({ line, value: `${texts.get(name) ?? ''} ≠ ${ours}`.slice(0, 200) });
      }
    }
    return [...found.values()];
  }
}

function countIn(view: RecordView): { text: string; count: number } | undefined {
  if (view.rawEnd - view.rawStart > longestCounter) return undefined;
  const cells = Array.from({ length: view.count }, (_, i) =>
    textOf(view.bytes, view.starts[i] as number, view.ends[i] as number).trim(),
  );
  const text = cells.filter((cell) => cell !== '').join(' ');
  const digits = counters.map((counter) => counter.exec(text)?.[1]).find((found) => found !== undefined);
  return digits === undefined ? undefined : { text, count: Number(digits.replace(/[^\d]/g, '')) };
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
      return [net, debit + credit];
    case 'balance':
      return [balance, net];
  }
}

const absolute = (cents: bigint): bigint => (cents < 0n ? -cents : cents);
