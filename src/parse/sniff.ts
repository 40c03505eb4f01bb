import type { CsvFormat, FormatPins, HeaderJudge } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { storable } from '../model/storable.ts';
import type { Content } from './encoding.ts';
import { lineEndsOf, usualWidth } from './line-ends.ts';
import { type Row, rowsOf } from './rows.ts';
import { assumedQuoting, type Quoting, quotingOf } from './sniff-quotes.ts';

/** In the order in which they are preferred where nothing else decides; a comma is too often a decimal mark. */
const delimiters = [';', '\t', '|', ','];
/** Only where a header of known columns, or else the same number of cells in every row, speaks for them. */
const rareDelimiters = ['::', '~', '^', '\x1f', '¦', '§'];
/** Only where a line is nothing but known columns: so are many titles parted. */
const space = ' ';
/** Delimiters that hold a usual one. */
const longDelimiters = [' | ', '||', '|;|', '; ', ', '];
/** Lines from the top among which the header is looked for. */
const headerWithin = 50;

/**
 * Finds delimiter, header line and line ends from a file's first bytes (64 KB are plenty). The delimiter is the one
 * that makes the best header of some line, never one that the data suggests; pins win over all.
 */
export function sniffCsv(
  head: Uint8Array,
  content: Extract<Content, { kind: 'text' }>,
  judge: HeaderJudge,
  pins: FormatPins = {},
): { format: CsvFormat; remarks: readonly Warning[] } {
  const settle = (quoting: Quoting, pins: FormatPins) => {
    const reading = { encoding: content.encoding, ...quoting, headerLine: 0, header: [] };
    const byLf = chooseBy(head, { ...reading, lineEnds: 'lf' }, judge, pins);
    const lineEnds = lineEndsOf(head, { ...reading, delimiter: byLf.delimiter, lineEnds: 'lf' });
    const hasCr = lineEnds === 'cr' || lineEnds === 'mixed';
    return { quoting, lineEnds, found: hasCr ? chooseBy(head, { ...reading, lineEnds }, judge, pins) : byLf };
  };
  const first = settle(assumedQuoting(pins), pins);
  const { delimiter, line: headerLine, header } = first.found;
  const reading = { encoding: content.encoding, ...first.quoting, lineEnds: first.lineEnds };
  const quoting = quotingOf(head, { ...reading, delimiter, headerLine, header }, pins);
  const { lineEnds, found } = quoting === first.quoting ? first : settle(quoting, { ...pins, delimiter });
  const format: CsvFormat = {
    kind: judge(found.header).dataset === 'fec' ? 'fec' : 'csv',
    encoding: content.encoding,
    bom: content.bom,
    delimiter: found.delimiter,
    ...quoting,
    lineEnds,
    headerLine: found.line,
    header: found.header.map(storable),
  };
  return { format, remarks: content.remarks };
}

interface Reading {
  delimiter: string;
  rows: Row[];
}

interface Choice {
  delimiter: string;
  /** Of the header: see `worthOf`. */
  worth: number;
  /** 0: there is no header. */
  line: number;
  header: string[];
}

type Form = Omit<CsvFormat, 'kind' | 'bom' | 'delimiter'>;

function chooseBy(head: Uint8Array, form: Form, judge: HeaderJudge, pins: FormatPins): Choice {
  const read = (delimiter: string): Reading => ({ delimiter, rows: rowsOf(head, { ...form, delimiter }) });
  if (pins.delimiter !== undefined) return choose([read(pins.delimiter)], judge, pins);
  const usual = delimiters.map(read);
  const found = choose(usual, judge, pins);
  const best = found.worth >= importable ? found : (rareChoice(found, read, judge, pins) ?? found);
  return longDelimiters
    .filter((delimiter) => delimiter.includes(best.delimiter) && delimiter !== best.delimiter)
    .map(read)
    .filter((reading) => isWhole(reading, read(best.delimiter), best))
    .reduce((_, reading) => choose([reading], judge, pins), best);
}

/** What a delimiter that is hardly ever one makes of a file of which the usual ones make less. */
function rareChoice(
  usual: Choice,
  read: (delimiter: string) => Reading,
  judge: HeaderJudge,
  pins: FormatPins,
): Choice | undefined {
  const readings = rareDelimiters.map(read);
  const rare = choose(readings, judge, pins);
  if (rare.worth > Math.max(usual.worth, 1)) return rare;
  const spaced = read(space);
  const bySpace = choose([spaced], judge, pins);
  if (bySpace.worth >= importable + bySpace.header.length && regularity(spaced, bySpace) > 0.9) return bySpace;
  if (usual.worth > 0 || usual.header.length > 1 || usualWidth(read(usual.delimiter).rows) > 1) return undefined;
  const regular = readings.find(({ rows }) =>
    rows.every(({ cells: { length } }) => length > 1 && length === usualWidth(rows)),
  );
  return regular && regular.rows.length > 1 ? choose([regular], judge, pins) : undefined;
}

/** Whether a longer delimiter is the whole of what stands between cells: none of the header holds the shorter one. */
function isWhole(longer: Reading, shorter: Reading, { line, delimiter, header }: Choice): boolean {
  const top = longer.rows.find((row) => (line === 0 ? row.cells.length > 1 : row.line === line));
  const width = top?.cells.length ?? 0;
  if (!top || width < 2 || top.cells.some((cell) => cell.includes(delimiter))) return false;
  const isRepeated = longer.delimiter === delimiter + delimiter;
  if (isRepeated && width < 3) return false;
  return regularity(longer, { line, header: top.cells }) >= regularity(shorter, { line, header });
}

/** The share of rows below the header that have as many cells, or without one the usual number. */
function regularity({ rows }: Reading, { line, header }: Pick<Choice, 'line' | 'header'>): number {
  const width = header.length > 0 ? header.length : usualWidth(rows);
  const below = rows.filter((row) => row.line > line);
  return below.length === 0 ? 1 : below.filter(({ cells }) => cells.length === width).length / below.length;
}

function choose(readings: Reading[], judge: HeaderJudge, pins: FormatPins): Choice {
  if (pins.headerLine === 0) return { delimiter: byWidth(readings).delimiter, worth: 0, line: 0, header: [] };
  const candidates = readings.flatMap(({ delimiter, rows }) =>
    rows
      .filter(({ line }) => (pins.headerLine === undefined ? line <= headerWithin : line === pins.headerLine))
      .map(({ line, cells }) => ({ delimiter, line, header: cells, worth: worthOf(cells, judge) })),
  );
  const best = candidates.reduce<Choice | undefined>(
    (best, next) => (best && !isBetter(next, best) ? best : next),
    undefined,
  );
  if (best && (best.worth > 0 || pins.headerLine !== undefined)) {
    const below = readings.find(({ delimiter }) => delimiter === best.delimiter)?.rows ?? [];
    return {
      ...best,
      header: padded(
        best.header,
        below.filter(({ line }) => line > best.line),
      ),
    };
  }
  return withoutKnownColumns(byWidth(readings), pins);
}

/** Delimiters that end most lines, but not the header's, are columns without a name; in few lines, they are too many. */
function padded(header: string[], rows: Row[]): string[] {
  const width = usualWidth(rows);
  const usual = rows.filter(({ cells }) => cells.length === width);
  const isEmpty = ({ cells }: Row) => cells.slice(header.length).every((cell) => cell.trim() === '');
  if (width <= header.length || usual.length * 2 <= rows.length || !usual.every(isEmpty)) return header;
  return [...header, ...Array<string>(width - header.length).fill('')];
}

/** What a header is worth that could be imported as it is, besides its known columns. */
const importable = 1000;

/** Known columns; a line that could be imported as it is comes before all others. */
function worthOf(cells: string[], judge: HeaderJudge): number {
  const { dataset, known } = judge(cells);
  if (known < 2 && cells.some(isFigure)) return 0;
  return known + (dataset ? importable : 0);
}

const isBetter = (next: Choice, best: Choice) =>
  next.worth !== best.worth ? next.worth > best.worth : next.header.length > best.header.length;

/** An amount, a date or a number: what data has and a header hasn't. */
const isFigure = (cell: string) => /^[\s'=+-]*\d[\d\s.,/:€-]*$/.test(cell);

/** The first delimiter that makes rows of several cells. */
function byWidth(readings: Reading[]): Reading {
  const [fallback = { delimiter: ';', rows: [] }] = readings;
  return readings.find(({ rows }) => usualWidth(rows) > 1) ?? fallback;
}

/** Nobody knows a column: the first row as wide as the others is the header, unless it holds figures. */
function withoutKnownColumns({ delimiter, rows }: Reading, pins: FormatPins): Choice {
  const width = usualWidth(rows);
  const top = rows.find(({ cells }) => cells.length >= width);
  if (!top || top.cells.some(isFigure)) return { delimiter, worth: 0, line: pins.headerLine ?? 0, header: [] };
  return {
    delimiter,
    worth: 0,
    line: top.line,
    header: padded(
      top.cells,
      rows.filter(({ line }) => line > top.line),
    ),
  };
}
