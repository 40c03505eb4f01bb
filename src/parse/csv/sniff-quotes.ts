import type { CsvFormat, Escape, FormatPins, Quote } from '../../model/format.ts';
import { isAstray } from './form.ts';
import { markAt } from './marks.ts';
import { createScan, nextLine, type Scan, scanRules } from './scan.ts';
import { scannerOf } from './scan-form.ts';
import { createTextBuffer } from './text.ts';

type Reading = Omit<CsvFormat, 'kind' | 'bom'>;
export interface Quoting {
  quote: Quote;
  escape: Escape;
}

/** In the order in which they are preferred where they fit equally well. */
const others: readonly Quoting[] = [
  { quote: '"', escape: '\\' },
  { quote: '"', escape: 'none' },
  { quote: "'", escape: '"' },
  { quote: "'", escape: '\\' },
  { quote: "'", escape: 'none' },
  { quote: '“', escape: '"' },
];

export const assumedQuoting = ({ quote = '"', escape = '"' }: FormatPins): Quoting => ({ quote, escape });

/**
 * How a file quotes, by its head: `"` and doubled unless that contradicts the header in more lines than another habit
 * does, or all cells of some columns stand in other quotes. Lines that contradict what was found are refused one by one.
 */
export function quotingOf(head: Uint8Array, reading: Reading, pins: FormatPins): Quoting {
  const isAllowed = ({ quote, escape }: Quoting) =>
    (pins.quote === undefined || quote === pins.quote) && (pins.escape === undefined || escape === pins.escape);
  const assumed: Quoting = { quote: reading.quote, escape: reading.escape };
  if (pins.quote === 'none' || (pins.quote !== undefined && pins.escape !== undefined)) return assumed;
  const attempt = (quoting: Quoting) => ({ quoting, ...tryOut(head, { ...reading, ...quoting }) });
  const base = attempt(assumed);
  const [best = base] = others
    .filter((quoting) => isAllowed(quoting) && !isSame(quoting, assumed))
    .filter((quoting) => mayBe(quoting, base.text) && mayBeBetter(quoting, base))
    .map(attempt)
    .filter((trial) => fits(trial, base, reading.delimiter))
    .sort((a, b) => a.faults - b.faults);
  return best.quoting;
}

const isSame = (a: Quoting, b: Quoting) => a.quote === b.quote && a.escape === b.escape;

/** Backslashes may escape where nothing is quoted. */
const mayBe = ({ quote, escape }: Quoting, text: string): boolean =>
  escape === '\\' ? text.includes('\\') && (quote === '"' || text.includes(quote)) : text.includes(quote);

/** Whether a trial could fit better at all (see `fits`): where the first has no fault, most need none. */
const mayBeBetter = ({ quote, escape }: Quoting, base: Trial & { quoting: Quoting }): boolean =>
  quote === base.quoting.quote ? base.faults > 0 || escape === '\\' : sum(base.quoted) === 0;

interface Trial {
  text: string;
  /** Lines with text, the header among them. */
  rows: number;
  /** Lines that are refused, or whose cells are not as many as the header's. */
  faults: number;
  /** Cells of rows, and of them those in quotes: for each column. */
  filled: number[];
  quoted: number[];
  /** Cells in quotes, the header's among them. */
  all: number;
}

function fits(trial: Trial & { quoting: Quoting }, base: Trial & { quoting: Quoting }, delimiter: string): boolean {
  const { quote, escape } = trial.quoting;
  const isBetter = trial.faults < base.faults;
  const isOther = quote !== base.quoting.quote;
  const needsIt = isBetter || (isOther && trial.text.includes(`\\${quote}`));
  if (escape === '\\' && !escapesIn(trial.text, quote, delimiter, needsIt)) return false;
  if (!isOther) return isBetter || (escape === '\\' && trial.faults === base.faults);
  if (isBetter) return trial.all > 0;
  return trial.faults <= base.faults + trial.rows * someLines && trial.all > 1 && isThroughout(trial);
}

/** Whether backslashes escape: each precedes what needs it; where nothing else tells, a `\N` among the cells does. */
function escapesIn(text: string, quote: Quote, delimiter: string, needsIt: boolean): boolean {
  const after = [...text.matchAll(/\\([^])/g)].map(([, next = '']) => next);
  const meant = `${quote}${delimiter[0] ?? ''}\\\r\nNnrt`;
  const isNothing = text.split(/[\r\n]+/).some((line) => line.split(delimiter).includes('\\N'));
  return after.every((next) => meant.includes(next)) && (needsIt || isNothing);
}

/** Columns that hold quoted cells hold hardly any others. */
const isThroughout = ({ filled, quoted }: Trial): boolean =>
  quoted.every((count, i) => count === 0 || count >= 0.9 * (filled[i] ?? 0));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);

/** The share of lines that may contradict what all others show. */
const someLines = 0.1;
/** A file of so many lines may have been cut: its last line proves nothing. */
const many = 20;

const nothing = () => ({ rows: 0, faults: 0, filled: [], quoted: [], all: 0 });

function tryOut(head: Uint8Array, reading: Reading): Trial {
  const rules = scanRules(reading);
  const text = createTextBuffer(reading, rules);
  text.append(head);
  text.finish();
  const scan = createScan();
  const scanRecord = scannerOf(rules);
  const trial: Trial = { text: text.bytes.toString('utf8', 0, text.filled), ...nothing() };
  const widths: number[] = [];
  let width = 0;
  let line = 1;
  for (let pos = 0; pos < text.filled;) {
    scan.mark = markAt(text.marks, text.markCount, pos);
    const next = line < reading.headerLine ? -1 : scanRecord(scan, rules, text, pos);
    const end = next < 0 ? nextLine(rules, text, pos) : next;
    const isLast = end < 0 || end >= text.filled;
    if (line >= reading.headerLine && !(isLast && trial.rows > many)) {
      if (next < 0) trial.faults += 1;
      else if (!isBlank(scan, text.bytes)) {
        if (line === reading.headerLine) width = scan.count;
        count(trial, scan, text.bytes, rules.form, line === reading.headerLine);
        if (line > reading.headerLine) widths.push(usedWidth(scan, width));
        trial.rows += 1;
      }
    }
    line += next < 0 ? 1 : scan.breaks + 1;
    if (end < 0) break;
    pos = end;
  }
  const wanted = width > 0 ? width : mostFrequent(widths);
  trial.faults += widths.filter((each) => each !== wanted).length;
  return trial;
}

/** Cells, without the empty ones beyond the header. */
function usedWidth({ count, starts, ends }: Scan, width: number): number {
  let used = count;
  while (width > 0 && used > width && starts[used - 1] === ends[used - 1]) used -= 1;
  return used;
}

function mostFrequent(numbers: readonly number[]): number {
  const seen = new Map<number, number>();
  for (const each of numbers) seen.set(each, (seen.get(each) ?? 0) + 1);
  return [...seen].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

function isBlank({ count, starts, ends }: Scan, bytes: Buffer): boolean {
  for (let i = 0; i < count; i += 1) if (bytes.toString('latin1', starts[i], ends[i]).trim() !== '') return false;
  return true;
}

function count(
  trial: Trial,
  scan: Scan,
  bytes: Buffer,
  form: ReturnType<typeof scanRules>['form'],
  isHeader: boolean,
): void {
  const { opening } = form;
  const hard = new Set(scan.hard.subarray(0, scan.hardCount));
  let isFault = false;
  for (let i = 0; i < scan.count; i += 1) {
    const [start = 0, end = 0] = [scan.starts[i], scan.ends[i]];
    const from = hard.has(i) ? start : start - opening.length;
    const isQuoted = opening !== '' && from >= 0 && bytes.toString('latin1', from, from + opening.length) === opening;
    if (hard.has(i) && isAstray(bytes.toString('latin1', start, end), form)) isFault = true;
    if (isQuoted) trial.all += 1;
    if (isHeader) continue;
    if (end > start) trial.filled[i] = (trial.filled[i] ?? 0) + 1;
    if (isQuoted && end > start) trial.quoted[i] = (trial.quoted[i] ?? 0) + 1;
  }
  if (isFault) trial.faults += 1;
}
