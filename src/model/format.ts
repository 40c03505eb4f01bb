import type { Dataset } from './dataset.ts';

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-15', 'cp850', 'macroman'] as const;
export type Encoding = (typeof encodings)[number];

/**
 * What was done to a text before it was encoded, and is undone in all of a file: `html-entities` (`Soci&eacute;t&eacute;`),
 * then `encoded-twice` (UTF-8 that was taken for Windows-1252 and written as UTF-8 again: `SociÃ©tÃ©`), then `c1-controls`
 * (Windows-1252 that was taken for ISO-8859-1, so that `’`, `œ` and `€` are the control characters U+0092, U+009C, U+0080).
 */
export const repairs = ['html-entities', 'encoded-twice', 'c1-controls'] as const;
export type Repair = (typeof repairs)[number];

/** `cr` and `mixed`: a CR alone ends a line too. */
export const lineEnds = ['crlf', 'lf', 'cr', 'crcrlf', 'mixed', 'none'] as const;
export type LineEnds = (typeof lineEnds)[number];

/** Around cells that hold a delimiter, a line end or a quote; `“` is closed by `”`. `none`: they are characters like others. */
export const quotes = ['"', "'", '“', 'none'] as const;
export type Quote = (typeof quotes)[number];

/**
 * How a quote stands inside quotes: `"` doubled, whichever it is; `\` after a backslash, which then escapes delimiters and
 * line ends outside quotes, too; `none` as it is, so that a cell ends only where a delimiter or line end follows.
 */
export const escapes = ['"', '\\', 'none'] as const;
export type Escape = (typeof escapes)[number];

/** What may part cells: one to eight characters, none of which is a quote, a backslash or a line end. */
export const delimiterForm = /^[^"'“”\\\r\n\0]{1,8}$/;

/** How the bytes of an upload are to be read: found by `parse/`, unless a mapping pins it. */
export interface CsvFormat {
  kind: 'csv' | 'fec';
  encoding: Encoding;
  bom: boolean;
  /** Absent where there is nothing to undo. */
  repairs?: readonly Repair[];
  /** One character or a few. */
  delimiter: string;
  /** `none` only where a pin says so. */
  quote: Quote;
  escape: Escape;
  lineEnds: LineEnds;
  /** Physical line of the header, from 1; 0 when the file has none and the mapping goes by position. */
  headerLine: number;
  header: string[];
}

export interface XlsxFormat {
  kind: 'xlsx';
  sheet: string;
  headerLine: number;
  header: string[];
  /** Days are counted from 1904, as Excel for Mac did. */
  date1904: boolean;
}

export type Format = CsvFormat | XlsxFormat;

/** What a caller already knows of a file, from a mapping or from the command line. */
export interface FormatPins {
  encoding?: Encoding;
  delimiter?: string;
  quote?: Quote;
  escape?: Escape;
  /** From 1; 0 says that there is no header. */
  headerLine?: number;
  sheet?: string;
}

/** Says how well a line of cells would serve as a header: 0 not at all; else the number of known columns. */
export type HeaderJudge = (cells: readonly string[]) => { dataset: Dataset | 'fec' | undefined; known: number };
