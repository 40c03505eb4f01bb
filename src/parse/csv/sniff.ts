import type { CsvFormat, FormatPins, HeaderJudge } from '../../model/format.ts';
import type { Warning } from '../../model/rejection.ts';
import { storable } from '../../model/storable.ts';
import type { PlacedRemark, TextContent } from '../encoding/encoding.ts';
import { lineEndsOf, usualWidth } from '../line-ends.ts';
import type { Candidate } from '../encoding/letters.ts';
import { type Row, rowsOf } from '../rows.ts';
import { lineStart } from '../line-counter.ts';
import { decodeBytes, type SingleByteEncoding } from '../encoding/single-byte.ts';
import { assumedQuoting, type Quoting, quotingOf } from './sniff-quotes.ts';
import { isData } from '../header.ts';

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

/** Bytes in which a header is looked for in other encodings, and what a known column speaks for one. */
const fewBytes = 8192;
const perColumn = 15;
/** Encodings nearer to one another than this are equally good. */
const doubtful = 10;

/**
 * Finds delimiter, header line and line ends from a file's first bytes (64 KB are plenty), and says which of several
 * encodings makes the best of both header and letters. The delimiter is the one that makes the best header of some line,
 * never one that the data suggests; pins win over all.
 */
export function sniffCsv(
  head: Uint8Array,
  content: TextContent,
  judge: HeaderJudge,
  pins: FormatPins = {},
): { format: CsvFormat; remarks: readonly Warning[]; placed: readonly PlacedRemark[] } {
  const format = sniffAs(head, content, judge, pins);
  const { guessed, remarks, placed = [] } = content;
  if (!guessed) return { format, remarks, placed };
  const headerIn = headerReader(head, format, (encoding) =>
    sniffAs(head.subarray(0, fewBytes), guessed.as(encoding), judge, pins),
  );
  const readings = guessed.letters.candidates.map(({ encoding, score }) => ({
    encoding,
    score: score + perColumn * judge(headerIn(encoding)).known,
  }));
  const best = readings.reduce((found, next) => (next.score > found.score ? next : found));
  const chosen = guessed.as(best.encoding);
  return {
    format: best.encoding === content.encoding ? format : sniffAs(head, chosen, judge, pins),
    remarks,
    placed: [...(chosen.placed ?? []), ...doubtsOf(guessed.letters, best, readings)],
  };
}

/** What a header would be in another encoding; where none is known yet, another line may be it. */
function headerReader(
  head: Uint8Array,
  format: CsvFormat,
  sniffed: (encoding: SingleByteEncoding) => CsvFormat,
): (encoding: SingleByteEncoding) => readonly string[] {
  const { header, headerLine } = format;
  if (headerLine === 0) return (encoding) => sniffed(encoding).header;
  if (!/[^\0-\x7f]/.test(header.join(''))) return () => header;
  const top = head.subarray(0, lineStart(head, headerLine + 1, format.lineEnds));
  return (encoding) => rowsOf(top, { ...format, encoding, headerLine: 0, header: [] }).at(-1)?.cells ?? [];
}

/** What stays open of the encoding, by what a reader would see of it. */
function doubtsOf(
  letters: NonNullable<TextContent['guessed']>['letters'],
  best: Candidate,
  readings: readonly Candidate[],
): PlacedRemark[] {
  const rivals = readings
    .filter(({ encoding, score }) => encoding !== best.encoding && best.score - score < doubtful)
    .flatMap(({ encoding }) => {
      const difference = letters.difference(best.encoding, encoding);
      return difference ? [{ encoding, ...difference }] : [];
    });
  const [rival] = rivals;
  if (rival) {
    const [chosen, other] = rival.texts;
    const value = `${chosen} (${best.encoding}) / ${other} (${rival.encoding})`;
    return [{ code: 'ambiguous_encoding', count: 1, examples: [{ offset: rival.offset, value }] }];
  }
  const { count, places } = letters.senseless(best.encoding);
  if (count === 0) return [];
  const examples = places.map(({ offset, bytes }) => ({ offset, value: decodeBytes(bytes, best.encoding).trim() }));
  return [{ code: 'garbled_text', count, examples }];
}

function sniffAs(head: Uint8Array, content: TextContent, judge: HeaderJudge, pins: FormatPins): CsvFormat {
  const { encoding, repairs } = content;
  const written = { encoding, ...(repairs && { repairs }) };
  const settle = (quoting: Quoting, pins: FormatPins) => {
    const reading = { ...written, ...quoting, headerLine: 0, header: [] };
    const byLf = chooseBy(head, { ...reading, lineEnds: 'lf' }, judge, pins);
    const lineEnds = lineEndsOf(head, { ...reading, delimiter: byLf.delimiter, lineEnds: 'lf' });
    const hasCr = lineEnds === 'cr' || lineEnds === 'mixed';
    return { quoting, lineEnds, found: hasCr ? chooseBy(head, { ...reading, lineEnds }, judge, pins) : byLf };
  };
  const first = settle(assumedQuoting(pins), pins);
  const { delimiter, line: headerLine, header } = first.found;
  const reading = { ...written, ...first.quoting, lineEnds: first.lineEnds };
  const quoting = quotingOf(head, { ...reading, delimiter, headerLine, header }, pins);
  const { lineEnds, found } = quoting === first.quoting ? first : settle(quoting, { ...pins, delimiter });
  return {
    kind: judge(found.header).dataset === 'fec' ? 'fec' : 'csv',
    encoding,
    bom: content.bom,
    ...(repairs && { repairs }),
    delimiter: found.delimiter,
    ...quoting,
    lineEnds,
    headerLine: found.line,
    header: found.header.map(storable),
  };
}

interface Reading {
  delimiter: string;
  rows: Row[];
}

interface Choice {
  delimiter: string;
  /** How well the header is known: see `worthOf`. */
  worth: number;
  /** 0: there is no header. */
  line: number;
  header: string[];
}

type Form = Omit<CsvFormat, 'kind' | 'bom' | 'delimiter'>;

function chooseBy(head: Uint8Array, form: Form, judge: HeaderJudge, pins: FormatPins): Choice {
  const known = new Map<string, Reading>();
  const read = (delimiter: string): Reading => {
    const reading = known.get(delimiter) ?? { delimiter, rows: rowsOf(head, { ...form, delimiter }) };
    known.set(delimiter, reading);
    return reading;
  };
  if (pins.delimiter !== undefined) return choose([read(pins.delimiter)], judge, pins);
  const isThere = (delimiter: string): boolean => Buffer.from(delimiter).every((byte) => head.includes(byte));
  const usual = delimiters.filter((delimiter, i) => i === 0 || isThere(delimiter)).map(read);
  const found = choose(usual, judge, pins);
  const best = found.worth >= importable ? found : (rareChoice(found, read, judge, pins) ?? found);
  return longDelimiters
    .filter((delimiter) => delimiter.includes(best.delimiter) && delimiter !== best.delimiter && isThere(delimiter))
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
    (pins.headerLine === undefined
      ? aboveData(
          rows.filter(({ line }) => line <= headerWithin),
          judge,
        )
      : rows.filter(({ line }) => line === pins.headerLine)
    ).map(({ line, cells }) => ({ delimiter, line, header: cells, worth: worthOf(cells, judge) })),
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

/**
 * The rows up to the data of the first header that could be imported: a better one below it is that of another table,
 * such as an export that was appended, and the data above must not go unseen.
 */
function aboveData(rows: Row[], judge: HeaderJudge): Row[] {
  const first = rows.findIndex(({ cells }) => judge(cells).dataset !== undefined);
  if (first < 0) return rows;
  const data = rows.findIndex(({ cells }, i) => i > first && isData(cells, judge));
  return data < 0 ? rows : rows.slice(0, data);
}

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
