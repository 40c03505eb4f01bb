import type { CsvFormat, FormatPins, HeaderJudge, LineEnds } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { storable } from '../model/storable.ts';
import type { Content } from './encoding.ts';
import { lineEndsOf, usualWidth } from './line-ends.ts';
import { type Row, rowsOf } from './rows.ts';

/** In the order in which they are preferred where nothing else decides; a comma is too often a decimal mark. */
const delimiters = [';', '\t', '|', ','];
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
  const reading = { encoding: content.encoding, quote: pins.quote ?? ('"' as const), headerLine: 0, header: [] };
  const wanted = pins.delimiter === undefined ? delimiters : [pins.delimiter];
  const by = (lineEnds: LineEnds) =>
    choose(
      wanted.map((delimiter) => ({ delimiter, rows: rowsOf(head, { ...reading, delimiter, lineEnds }) })),
      judge,
      pins,
    );
  const byLf = by('lf');
  const lineEnds = lineEndsOf(head, { ...reading, delimiter: byLf.delimiter, lineEnds: 'lf' });
  const found = lineEnds === 'cr' || lineEnds === 'mixed' ? by(lineEnds) : byLf;
  const format: CsvFormat = {
    kind: judge(found.header).dataset === 'fec' ? 'fec' : 'csv',
    encoding: content.encoding,
    bom: content.bom,
    delimiter: found.delimiter,
    quote: reading.quote,
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
  /** 0: there is no header. */
  line: number;
  header: string[];
}

function choose(readings: Reading[], judge: HeaderJudge, pins: FormatPins): Choice {
  if (pins.headerLine === 0) return { delimiter: byWidth(readings).delimiter, line: 0, header: [] };
  const candidates = readings.flatMap(({ delimiter, rows }) =>
    rows
      .filter(({ line }) => (pins.headerLine === undefined ? line <= headerWithin : line === pins.headerLine))
      .map(({ line, cells }) => ({ delimiter, line, header: cells, worth: worthOf(cells, judge) })),
  );
  const best = candidates.reduce<(Choice & { worth: number }) | undefined>(
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

/** Known columns; a line that could be imported as it is comes before all others. */
function worthOf(cells: string[], judge: HeaderJudge): number {
  const { dataset, known } = judge(cells);
  if (known < 2 && cells.some(isFigure)) return 0;
  return known + (dataset ? 1000 : 0);
}

const isBetter = (next: Choice & { worth: number }, best: Choice & { worth: number }) =>
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
  if (!top || top.cells.some(isFigure)) return { delimiter, line: pins.headerLine ?? 0, header: [] };
  return {
    delimiter,
    line: top.line,
    header: padded(
      top.cells,
      rows.filter(({ line }) => line > top.line),
    ),
  };
}
