import { shown, type Cells, type RowColumn } from '../../db/queries/rows/columns.ts';
import type { Language } from '../../model/tenant.ts';
import { csvLine } from '../../report/csv-line.ts';
import { neutralise } from '../../report/neutralise.ts';

/** Turns the cells of a row into a line of text, straight from what the database gave: a million rows pass here. */
export type LineOf = (cells: Cells) => string;

/** One JSON object a line, of the same shape as in a page. */
export function ndjsonLines(columns: readonly RowColumn[]): LineOf {
  const parts = columns.map(({ property, kind }, i) => ({ kind, before: `${i === 0 ? '{' : ','}"${property}":` }));
  return (cells) => {
    let line = '';
    for (const [i, { kind, before }] of parts.entries()) line += before + JSON.stringify(shown(kind, cells[i]));
    return `${line}}\n`;
  };
}

export const csvHeader = (columns: readonly RowColumn[]): string => csvLine(columns.map(({ name }) => name));

/**
 * CSV under the names by which it can be imported again. No cell is a formula for a spreadsheet; amounts have the
 * decimal mark of the tenant's language, so that its spreadsheet knows them for numbers.
 */
export function csvLines(columns: readonly RowColumn[], language: Language): LineOf {
  const cellOf = ({ kind }: RowColumn, value: unknown): string => {
    if (value === null || value === undefined) return '';
    if (kind === 'text') return neutralise(value as string);
    if (kind === 'decimal') return language === 'fr' ? (value as string).replace('.', ',') : (value as string);
    if (kind === 'json') return neutralise(JSON.stringify(value));
    return String(shown(kind, value));
  };
  return (cells) => csvLine(columns.map((column, i) => cellOf(column, cells[i])));
}
