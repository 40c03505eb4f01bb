/** What a cell was in its source. CSV cells are all `text`; a spreadsheet knows more. */
export const CellKind = {
  text: 0,
  /** A number in the canonical form of JavaScript, `-1234.5`; a whole one with the zeros that its format shows. */
  number: 1,
  /** An ISO date, with or without a time: `2026-01-31`, `2026-01-31T10:00:00`. */
  date: 2,
  /** `true` or `false`. */
  bool: 3,
  /** A number whose format shows another currency than the euro. */
  foreign: 4,
  /** A spreadsheet's error value, such as `#REF!`. */
  error: 5,
  /** A formula whose result the file does not hold; the cell's text is the formula. */
  uncomputed: 6,
} as const;

/**
 * One record as byte ranges over UTF-8 text. The object and its arrays are reused from record to record, so
 * that a million records allocate nothing: whoever needs a value longer copies it.
 */
export interface RecordView {
  /** Holds the cells; cell `i` is `bytes[starts[i] .. ends[i])`, unquoted, unescaped, untrimmed. */
  bytes: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /** `CellKind` of each cell. */
  kinds: Uint8Array;
  /** How many cells there are. */
  count: number;
  /** The physical line (CSV) or row (XLSX) on which the record begins, from 1. */
  line: number;
  /** Line ends inside it; 0 in a spreadsheet. */
  breaks: number;
  /** The first cell of which nobody can tell where its quotes end, or -1. */
  astray: number;
  /** The record as it stood in the file, in UTF-8, without its line end (XLSX: the cells joined by `;`). */
  raw: Uint8Array;
  rawStart: number;
  rawEnd: number;
}

/** A record that the parser itself could not make sense of. */
export interface ParseDefect {
  code: 'record_too_long' | 'unclosed_quote' | 'truncated' | 'too_many_columns';
  line: number;
  /** The first bytes of the record, for the reader of the report; at most 4,096 characters. */
  raw: string;
}
