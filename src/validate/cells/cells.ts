import type { EntryType } from '../../model/mapping.ts';
import { CellKind, type RecordView } from '../../model/record.ts';
import { Amount, type AmountColumn, amountColumn, readAmount, readNumber } from './amount.ts';
import {
  type CodeColumn,
  codeColumn,
  cutZeros,
  endsWithQuote,
  isRoundedNumber,
  isWorded,
  longestCode,
  unwrapCode,
} from './code.ts';
import type { ReadAs } from '../../model/columns.ts';
import { writeBytes, writeCents } from '../output/copy.ts';
import { type Digits, type FrenchColumn, lostZero } from './french.ts';
import { isDocumentRef, isEmail, normalSiret, normalVat } from './identifiers.ts';
import { isLetter, type LetterColumn } from './letter.ts';
import { remember, textOf } from './remember.ts';
import { type CellWriter, refuse, type Row } from '../rows/row.ts';
import { Cell, openCell, type Span, writeCode, writeText } from './text.ts';
import { mostExamples, shownValue } from './warnings.ts';
import { countryCode, currencyCode, languageCode, truth } from './vocabulary.ts';

/** Where a canonical column comes from and what is written where it holds nothing. */
export interface Target {
  column: string;
  /** Cells, from 0; the first that holds something counts. */
  positions: readonly number[];
  required: boolean;
  /** COPY text of "nothing": `\N`, or the default of a column that is never null. */
  empty: Uint8Array;
}

/** What a value writer has done: nothing was there, it is written, or `row.code` says why it is not. */
export const Done = { nothing: 0, written: 1, refused: 2 } as const;
export type ValueWriter = (view: RecordView, position: number) => number;

/**
 * Opens the cell and has its value written. A value that breaks a rule refuses the record where the column is required;
 * elsewhere the cell alone is dropped, with a warning.
 */
export function cellWriter(target: Target, row: Row, write: ValueWriter): CellWriter {
  const { column, positions, required, empty } = target;
  const first = positions[0] ?? 0;
  return (view) => {
    let position = first;
    let state = openCell(view, position, row.span);
    for (let i = 1; state === Cell.empty && i < positions.length; i++)
      state = openCell(view, (position = positions[i] as number), row.span);
    const done = state === Cell.value ? write(view, position) : state === Cell.error ? broken(row) : Done.nothing;
    if (done === Done.written) return true;
    if (done === Done.refused && required) return refuse(row, row.code, column, position);
    if (done === Done.refused) row.warnings.add(row.code, column, view, position);
    else if (required) return refuse(row, 'missing_value', column, first);
    row.out.at = writeBytes(empty, row.out.buffer, row.out.at);
    return true;
  };
}

export const no = (row: Row, code: string): number => {
  row.code = code;
  return Done.refused;
};
export const broken = (row: Row): number => no(row, 'error_cell');

export const text = (row: Row): ValueWriter => {
  const { out, span } = row;
  return (view) => {
    const from = out.at;
    out.at = writeText(view.bytes, span.start, span.end, out.buffer, from);
    return out.at > from ? Done.written : Done.nothing;
  };
};

/** Digits that a spreadsheet keeps of a number; of a longer code it has made the others zero. */
const SPREADSHEET_DIGITS = 15;

const isNumber = (kind: number | undefined): boolean => kind === CellKind.number || kind === CellKind.foreign;

const isRounded = (view: RecordView, position: number, { start, end }: Span): boolean =>
  isRoundedNumber(view.bytes, start, end) || (isNumber(view.kinds[position]) && end - start > SPREADSHEET_DIGITS);

/** @param column what is known of the column; a code that is only looked up has its own */
export const code = (row: Row, column: CodeColumn = codeColumn()): ValueWriter => {
  const { out, span } = row;
  return (view, position) => {
    const { bytes } = view;
    const lead = bytes[span.start];
    if (lead === 0x27 || lead === 0x3d) unwrapCode(bytes, span);
    if (endsWithQuote(bytes, span)) return no(row, 'quoted_code');
    if (isRounded(view, position, span)) return no(row, 'rounded_number');
    cutZeros(bytes, span, column);
    if (span.end - span.start > longestCode) return no(row, 'value_too_long');
    const from = out.at;
    out.at = writeCode(bytes, span.start, span.end, out.buffer, from);
    return out.at > from ? Done.written : Done.nothing;
  };
};

/** Canonical numbers have a dot, and are no evidence of what the texts of the column have. */
const numbers = amountColumn('.');

/** Reads the opened cell into `column.cents`; `row.code` is set unless it is `exact`, `rounded` or `empty`. */
export function readCell(row: Row, view: RecordView, position: number, name: string, column: AmountColumn): number {
  const { span } = row;
  const { bytes } = view;
  let status: number;
  const kind = view.kinds[position];
  if (isNumber(kind)) {
    status = readAmount(bytes, span.start, span.end, numbers);
    if (status === Amount.invalid) status = readNumber(textOf(bytes, span.start, span.end), numbers);
    column.cents = numbers.cents;
    column.decimals = numbers.decimals;
    column.foreign = kind === CellKind.foreign;
  } else {
    const lead = bytes[span.start];
    if (lead === 0x27 || lead === 0x3d) unwrapCode(bytes, span);
    status = readAmount(bytes, span.start, span.end, column);
    if (column.isUnclear && column.thousandths.length < mostExamples)
      column.thousandths.push({ line: view.line, value: shownValue(view, position) ?? '' });
  }
  if (column.foreign && status <= Amount.rounded && !row.namesCurrency)
    row.warnings.add('foreign_currency', name, view, position);
  if (status === Amount.exact) countWhole(column);
  else if (status === Amount.rounded) status = ofFraction(row, view, position, name, column);
  else if (status > Amount.rounded) row.code = status === Amount.tooLarge ? 'amount_too_large' : 'invalid_amount';
  return status;
}

const EURO = 100;
const FIVE = 500;
const THOUSAND = 100_000;

const isMultiple = (cents: number, of: number): boolean => cents === Math.floor(cents / of) * of;

function countWhole(column: AmountColumn): void {
  const { cents } = column;
  if (cents === 0) return;
  column.whole++;
  if (!isMultiple(cents, EURO)) column.withCents++;
  else if (!isMultiple(cents, FIVE)) column.odd++;
}

/** Money has whole cents: `3.8546` is 3 854,60 divided by a thousand, unless the column is of computed amounts. */
function ofFraction(row: Row, view: RecordView, position: number, name: string, column: AmountColumn): number {
  column.fractions++;
  if (column.decimals > 5 || Math.abs(column.cents) >= THOUSAND) column.computed++;
  if (!column.rounds) {
    row.code = 'fraction_of_cent';
    return Amount.invalid;
  }
  row.warnings.add('amount_rounded', name, view, position);
  return Amount.rounded;
}

/** @param fault the code of the rule that this amount breaks, if any */
export const amount = (
  row: Row,
  name: string,
  column: AmountColumn,
  fault: (cents: number) => string | undefined,
): ValueWriter => {
  const { out } = row;
  return (view, position) => {
    const status = readCell(row, view, position, name, column);
    if (status === Amount.empty) return Done.nothing;
    if (status > Amount.rounded) return Done.refused;
    const broken = fault(column.cents);
    if (broken !== undefined) return no(row, broken);
    out.at = writeCents(column.cents, out.buffer, out.at);
    return Done.written;
  };
};

/** A value out of a vocabulary, by the code that stands for it in the database. */
const word = (row: Row, answer: (text: string) => string | undefined, unknown: string): ValueWriter => {
  const { out, span } = row;
  const find = remember((found) => {
    const known = answer(found);
    return known === undefined ? undefined : Buffer.from(known);
  });
  return (view) => {
    const bytes = find(view.bytes, span.start, span.end);
    if (bytes === undefined) return no(row, unknown);
    out.at = writeBytes(bytes, out.buffer, out.at);
    return Done.written;
  };
};

export const bool = (row: Row, negated: boolean): ValueWriter =>
  word(
    row,
    (found) => ({ true: negated ? 'f' : 't', false: negated ? 't' : 'f' })[String(truth(found))],
    'invalid_bool',
  );

/** `30`, `30 j`, `45 jours`: 0 to 365. */
const days = (row: Row): ValueWriter =>
  word(
    row,
    (found) => {
      const [, number] = /^(\d{1,3})([.,]0+)?\s*(j|jrs?|jours?|d|days?)?\.?$/i.exec(found) ?? [];
      return number !== undefined && Number(number) <= 365 ? String(Number(number)) : undefined;
    },
    'invalid_days',
  );

export const entryType = (row: Row, read: (text: string) => EntryType | undefined): ValueWriter =>
  word(row, read, 'unknown_entry_type');

/** A value that is kept even where it looks wrong: the reader is warned. */
const doubtful = (
  row: Row,
  column: string,
  warning: string,
  read: (text: string) => { value: string; valid: boolean },
): ValueWriter => {
  const { out, span } = row;
  return (view, position) => {
    if (isRounded(view, position, span)) return no(row, 'rounded_number');
    unwrapCode(view.bytes, span);
    const { value, valid } = read(textOf(view.bytes, span.start, span.end));
    if (!valid) row.warnings.add(warning, column, view, position);
    row.emailValid = valid;
    const bytes = Buffer.from(value);
    const from = out.at;
    out.at = writeText(bytes, 0, bytes.length, out.buffer, from);
    return out.at > from ? Done.written : Done.nothing;
  };
};

/** A client's own code, and whether it is of words: among codes with digits such a line may be no client. */
export const clientCode = (row: Row, column: CodeColumn): ValueWriter => {
  const write = code(row, column);
  return (view, position) => {
    const done = write(view, position);
    column.isWorded = done === Done.written && isWorded(view.bytes, row.span);
    return done;
  };
};

/** Counts the code of a client that is accepted. */
export function noteCode(column: CodeColumn, view: RecordView, position: number): void {
  if (!column.isWorded) column.numbered++;
  else if (column.words++ < mostExamples)
    column.worded.push({ line: view.line, value: shownValue(view, position) ?? '' });
}

export const letter = (row: Row, codes: CodeColumn, column: LetterColumn): ValueWriter => {
  const write = code(row, codes);
  return (view, position) => (isLetter(view.bytes, row.span, column) ? write(view, position) : Done.nothing);
};

export const clientAccount = (row: Row, column: CodeColumn): ValueWriter => {
  const write = code(row, column);
  return (view, position) => {
    const done = write(view, position);
    const { start, end } = row.span;
    if (done === Done.written && textOf(view.bytes, start, Math.min(end, start + 3)) !== '411')
      row.warnings.add('account_not_411', 'account', view, position);
    return done;
  };
};

/** A postcode or a telephone, with the zero that a spreadsheet has taken if it is a French one. */
export const french = (
  row: Row,
  name: string,
  digits: Digits,
  { codes, column, country }: { codes: CodeColumn; column: FrenchColumn; country: number },
): ValueWriter => {
  const { out, span } = row;
  const write = text(row);
  return (view, position) => {
    if (isRoundedNumber(view.bytes, span.start, span.end)) return no(row, 'rounded_number');
    cutZeros(view.bytes, span, codes);
    const lost = lostZero(view.bytes, span, digits, column, view, country);
    if (lost === 'doubtful') row.warnings.add('short_number', name, view, position);
    else if (lost === 'mendedInDoubt') row.warnings.add('completed_number', name, view, position);
    if (lost === 'mended' || lost === 'mendedInDoubt') out.buffer[out.at++] = 0x30;
    return write(view, position);
  };
};

const documentRef = (row: Row): ValueWriter => {
  const write = text(row);
  return (view, position) => {
    const { start, end } = row.span;
    return isDocumentRef(textOf(view.bytes, start, end)) ? write(view, position) : no(row, 'invalid_document_ref');
  };
};

/** Writers that need to know nothing but their column. */
export function simple(type: ReadAs, row: Row, column: string): ValueWriter {
  switch (type) {
    case 'code':
      return code(row);
    case 'days':
      return days(row);
    case 'country':
      return word(row, countryCode, 'unknown_country');
    case 'language':
      return word(row, languageCode, 'unknown_language');
    case 'currency':
      return word(row, currencyCode, 'unknown_currency');
    case 'siret':
      return doubtful(row, column, 'invalid_siret', normalSiret);
    case 'vat':
      return doubtful(row, column, 'invalid_vat_number', normalVat);
    case 'email':
      return doubtful(row, column, 'invalid_email', (value) => ({ value, valid: isEmail(value) }));
    case 'document':
      return documentRef(row);
    case 'text':
    case 'date':
    case 'amount':
    case 'bool':
    case 'side':
    case 'entry_type':
      return text(row);
  }
}
