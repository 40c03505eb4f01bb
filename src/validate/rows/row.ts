import type { RecordView } from '../../model/record.ts';
import { BIGINT_DIGITS, writeBigint, writeBytes, writeInteger, writeUuid } from '../output/copy.ts';
import type { Output } from '../output/output.ts';
import type { Span } from '../cells/text.ts';
import type { Warnings } from '../cells/warnings.ts';

/** Where the columns of the row under way begin and end in the output. */
export interface Ranges {
  starts: Int32Array;
  ends: Int32Array;
}

/** What the writers of one validator share while a record passes through them; reused from record to record. */
export interface Row {
  out: Output;
  span: Span;
  warnings: Warnings;
  /** Why the record is refused: set by the writer that returns false. */
  code: string;
  column: string | null;
  /** The cell to blame, or -1. */
  position: number;
  /** Écritures: the signed amount in cents, debit positive; the date of the entry as `20260131`, or 0. */
  cents: number;
  entryDate: number;
  /** What is left to pay, in cents; 0 where nothing says so. */
  balance: number;
  /** The row in `out`: the offset of its seal, the ranges of its columns; 1 if its key may have been seen before. */
  seal: number;
  ranges: Ranges;
  /** The last two of its four words are the key's hash; the others serve its order. */
  key: Int32Array;
  /** Hash of all columns; the first two of its four words are stored. */
  hash: Int32Array;
  repeat: number;
  /** The file has a column for the currency. */
  namesCurrency: boolean;
  /** Contacts: whether the e-mail has the form of one. */
  emailValid: boolean;
}

/** Writes one canonical column of a record; false refuses the record. */
export type CellWriter = (view: RecordView) => boolean;

export const newRow = (out: Output, warnings: Warnings): Row => ({
  out,
  span: { start: 0, end: 0 },
  warnings,
  code: '',
  column: null,
  position: -1,
  cents: 0,
  entryDate: 0,
  balance: 0,
  seal: 0,
  ranges: { starts: new Int32Array(0), ends: new Int32Array(0) },
  key: new Int32Array(4),
  hash: new Int32Array(4),
  repeat: 0,
  namesCurrency: false,
  emailValid: false,
});

export function refuse(row: Row, code: string, column: string | null, position: number): false {
  row.code = code;
  row.column = column;
  row.position = position;
  return false;
}

export const TAB = 0x09;
const LF = 0x0a;
const TRUE = 0x74;
const FALSE = 0x66;
/** From the key to the tab after the flag; see `stagingMeta` and `bulkMeta`. */
const SEAL_BYTES = 32 + 1 + BIGINT_DIGITS + 1 + 2;

/** Writes what stands before the key of a staged row. */
export function writeHead(out: Output, fileNo: number, line: number): void {
  out.at = writeInteger(fileNo, out.buffer, out.at);
  out.buffer[out.at++] = TAB;
  out.at = writeInteger(line, out.buffer, out.at);
  out.buffer[out.at++] = TAB;
}

/** Writes what is known beforehand and leaves the place of the seal. @returns where the seal goes */
export function openRow(out: Output, fileNo: number, line: number): number {
  writeHead(out, fileNo, line);
  return leaveSeal(out);
}

/** As `openRow`, of a bulk row; `head` ends with a tab. */
export function openBulkRow(out: Output, head: Uint8Array): number {
  out.at = writeBytes(head, out.buffer, out.at);
  return leaveSeal(out);
}

function leaveSeal(out: Output): number {
  const seal = out.at;
  out.at += SEAL_BYTES;
  return seal;
}

/**
 * Fills in key, row hash and `repeat`, and ends the line.
 * @param repeat 1 if the key may have been seen before, else 0
 */
export function sealRow(out: Output, seal: number, key: Int32Array, hash: Int32Array, repeat: number): void {
  const { buffer } = out;
  writeUuid(key, out.view, seal);
  buffer[seal + 32] = TAB;
  writeBigint(hash[0] as number, hash[1] as number, buffer, seal + 33);
  buffer[seal + SEAL_BYTES - 3] = TAB;
  writeFlag(out, seal, repeat);
  buffer[seal + SEAL_BYTES - 1] = TAB;
  buffer[out.at - 1] = LF;
}

/** Writes the flag of a row, 1 or 0. Without a branch, the processor need not wait for the filter of keys. */
export function writeFlag({ buffer }: Output, seal: number, flag: number): void {
  buffer[seal + SEAL_BYTES - 2] = FALSE + flag * (TRUE - FALSE);
}

/** Where the columns of a row begin, given where its seal is. */
export const columnsAt = (seal: number): number => seal + SEAL_BYTES;
