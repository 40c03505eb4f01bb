import { ArrivageError } from '../../errors.ts';
import { CellKind } from '../../model/record.ts';
import {
  canonicalNumber,
  type CellStyle,
  columnOf,
  FOREIGN,
  isoDate,
  PERCENT,
  rowOf,
  serialToIso,
  shownWithSide,
  unescapeText,
} from './cells.ts';
import type { Row } from './row.ts';
import { richText, type StringTable } from './strings.ts';
import type { WorkbookTexts } from './texts.ts';
import type { XmlEvents } from './xml.ts';

/** What the cells of a sheet refer to. */
export interface SheetContext {
  part: string;
  strings: StringTable;
  texts: WorkbookTexts;
  styles: readonly CellStyle[];
  dateSystem: 1900 | 1904;
}

/** Rows of Excel 2007 and later; a number beyond it is no row. */
const MAX_ROWS = 1_048_576;

type Attributes = Readonly<Record<string, string>>;

/**
 * Reads the rows of `<sheetData>`. References are optional everywhere: a row without `r` follows the last one, a cell
 * without `r` stands to the right of its neighbour.
 * @throws xlsx_damaged for a shared string that is not there
 */
export function sheetReader(context: SheetContext, row: Row, onRow: (row: Row) => void): XmlEvents {
  const rich = richText();
  let inData = false;
  let line = 0;
  let lineKnown = false;
  let column = -1;
  let type = 'n';
  let style: CellStyle;
  let reading: 'v' | 'f' | 'is' | undefined;
  let value = '';
  let formula: string | undefined;

  function openRow({ r }: Attributes): void {
    line = r === undefined ? line + 1 : Number(r);
    lineKnown = r !== undefined;
    if (!(line >= 1 && line <= MAX_ROWS)) throw new ArrivageError('xlsx_damaged', { part: context.part });
    column = -1;
    row.begin(line);
  }

  function openCell({ r, t, s }: Attributes): void {
    column = r === undefined ? column + 1 : columnOf(r);
    if (r !== undefined && !lineKnown) {
      line = row.line = rowOf(r) || line;
      lineKnown = true;
    }
    type = t ?? 'n';
    style = s === undefined ? undefined : context.styles[Number(s)];
    value = '';
    formula = undefined;
  }

  function closeCell(): void {
    if (column < 0) throw new ArrivageError('xlsx_damaged', { part: context.part });
    if (type === 'inlineStr') row.put(column, context.texts.inline(rich.take(), row.line), CellKind.text);
    else if (value === '') {
      if (formula !== undefined && type !== 'str') row.put(column, `=${formula}`, CellKind.uncomputed);
    } else if (type === 's') {
      if (!row.putShared(column, context.strings, Number(value)))
        throw new ArrivageError('xlsx_damaged', { part: context.part });
      context.texts.refer(Number(value), row.line);
    } else if (type === 'str') row.put(column, context.texts.inline(unescapeText(value), row.line), CellKind.text);
    else putValue(row, column, type, value, style, context.dateSystem);
  }

  return {
    open(name, attributes) {
      if (!inData) inData = name === 'sheetData';
      else if (name === 'c') openCell(attributes);
      else if (name === 'row') openRow(attributes);
      else if (name === 'v' || name === 'f' || name === 'is') {
        reading = name;
        if (name === 'f') formula = '';
      } else if (reading === 'is') rich.open(name);
    },
    text(text) {
      if (reading === 'v') value += text;
      else if (reading === 'is') rich.text(text);
      else if (reading === 'f') formula = (formula ?? '') + text;
    },
    close(name) {
      if (!inData) return;
      if (name === reading) reading = undefined;
      else if (reading === 'is') rich.close(name);
      else if (name === 'c') closeCell();
      else if (name === 'row') onRow(row);
      else if (name === 'sheetData') inData = false;
    },
  };
}

function putValue(row: Row, column: number, type: string, value: string, style: CellStyle, system: 1900 | 1904): void {
  if (type === 'n') putNumber(row, column, value, style, system);
  else if (type === 'b') row.put(column, value === '0' || value === 'false' ? 'false' : 'true', CellKind.bool);
  else if (type === 'e') row.put(column, value, CellKind.error);
  else if (type === 'd') {
    const date = isoDate(value);
    row.put(column, date ?? value, date === undefined ? CellKind.text : CellKind.date);
  } else row.put(column, unescapeText(value), CellKind.text);
}

const isWhole = /^\d+$/;

function putNumber(row: Row, column: number, value: string, style: CellStyle, system: 1900 | 1904): void {
  const date = typeof style === 'string' ? serialToIso(value, style, system) : undefined;
  const number = date ? undefined : canonicalNumber(value);
  if (date) row.put(column, date.text, date.kind);
  else if (number === undefined) row.put(column, value, CellKind.text);
  else if (style === FOREIGN) row.put(column, number, CellKind.foreign);
  else if (style === PERCENT)
    row.put(column, `${canonicalNumber(String(Number(number) * 100)) ?? number}%`, CellKind.text);
  else if (typeof style === 'object' && 'above' in style) putShown(row, column, number, shownWithSide(number, style));
  else if (typeof style === 'object' && isWhole.test(number))
    row.put(column, style.prefix + withZeros(number, style.digits), CellKind.text);
  else row.put(column, typeof style === 'number' ? withZeros(number, style) : number, CellKind.number);
}

const putShown = (row: Row, column: number, number: string, shown: string): void =>
  row.put(column, shown, shown === number ? CellKind.number : CellKind.text);

const withZeros = (number: string, least: number): string =>
  /^\d+$/.test(number) ? number.padStart(least, '0') : number;
