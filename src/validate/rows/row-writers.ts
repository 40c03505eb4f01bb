import { type Column as ModelColumn, columns as modelled } from '../../model/columns.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { AmountColumn } from '../cells/amount.ts';
import {
  amount,
  bool,
  cellWriter,
  clientAccount,
  clientCode,
  code,
  entryType,
  french,
  letter,
  simple,
  type Target,
} from '../cells/cells.ts';
import { type Column, columns } from '../columns/columns.ts';
import { writeBytes, writeCents } from '../output/copy.ts';
import { balanceWriter } from './balance.ts';
import { watched } from './converted-code.ts';
import { dateWriters } from './date-writers.ts';
import type { evidence } from './decisions.ts';
import { extraWriter } from './extra.ts';
import { leadingColumns } from './identity.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { type CellWriter, type Row } from './row.ts';
import type { Digits } from '../cells/french.ts';
import type { RecordView } from '../../model/record.ts';
import { lookAt, sideCandidate } from '../columns/side-candidate.ts';
import { fromAmount, fromDebitAndCredit, signsBySide, signsOf } from './signed-amount.ts';
import { listenAt } from '../columns/spoken-credit.ts';
import { unreadPayments } from './unread-payment.ts';
import { entryTypeReader } from '../cells/vocabulary.ts';

export interface RowWriters {
  /** Canonical columns in the order of their writers. */
  names: readonly string[];
  writers: readonly CellWriter[];
  /** Runs first: what several columns depend on. */
  before: CellWriter | undefined;
  /** For the lines of an FEC that are no entries: what they show of how it signs its amounts. */
  elsewhere: (view: RecordView) => void;
  /** Cells of columns that a row cannot do without. */
  needed: readonly number[];
}

export interface Compilation {
  match: ColumnMatch;
  mapping: Mapping;
  row: Row;
  /** COPY text of the tenant's own company. */
  company: Uint8Array;
  /** COPY text of the journal of rows that name none; undefined: nothing is known of it. */
  journal: Uint8Array | undefined;
  today: Date;
  readers: ReturnType<typeof evidence>;
}

/** Those of a dataset's columns to which this applies. */
const namesOf = (dataset: Dataset, applies: (column: ModelColumn) => unknown): string[] =>
  modelled[dataset].filter((column) => column.heading && applies(column)).map(({ name }) => name);

const required = (dataset: Dataset): string[] => namesOf(dataset, (column) => column.required);
/** Written for every row, whether or not the file has a column for them. */
const always = (dataset: Dataset): string[] => namesOf(dataset, (column) => column.derived);
/** Columns of a file that are read into others. */
const sources = (dataset: Dataset): string[] => namesOf(dataset, ({ origin }) => origin === 'source');

/** What stands for nothing in a column, as COPY text. */
const copied = (value: string | number | boolean | undefined): Buffer =>
  Buffer.from(value === undefined ? '\\N' : typeof value === 'boolean' ? String(value).slice(0, 1) : String(value));
/** In an FEC, what is used where a cell is empty. */
const fallbacks: Readonly<Record<string, string>> = { client_code: 'account', piece_number: 'entry_number' };

/** Makes, once for a file, the writers of its canonical columns; `extra` is the last where there is one. */
export function compile(c: Compilation): RowWriters {
  const { match, row } = c;
  // First, for types say what an amount without a sign is.
  const amounts = match.dataset === 'ecritures' ? amountReader(c) : noAmounts;
  const read = sources(match.dataset);
  const given = [...always(match.dataset), ...(c.journal === undefined ? [] : ['journal'])];
  const written = columns[match.dataset].filter(
    ({ name }) => !read.includes(name) && (given.includes(name) || positionsOf(match, name).length > 0),
  );
  row.namesCurrency = match.positions.has('currency');
  const lead = leadingColumns(match.dataset);
  const rank = ({ name }: Column): number => (lead.includes(name) ? lead.indexOf(name) : lead.length);
  written.sort((a, b) => rank(a) - rank(b));
  const names = written.map(({ name }) => name);
  const dates = dateWriters(row, c.today, (name) => c.readers.date(name));
  const writers = written.map((column) => writerOf(column, c, dates));
  if (match.extras.length > 0) {
    names.push('extra');
    writers.push(extraWriter(match, row));
  }
  const money = ['debit', 'credit', 'amount', 'side'].flatMap((name) => match.positions.get(name) ?? []);
  const needed = required(match.dataset).flatMap((name) => positionsOf(match, name)[0] ?? []);
  return {
    names,
    writers,
    before:
      amounts.before &&
      inTurn(amounts.before, dates.entryDateReader(targetOf('entry_date', c)), unreadPayments(match, row)),
    elsewhere: amounts.elsewhere,
    needed: [...needed, ...money],
  };
}

/** The cells that feed a column, the best first. */
export function positionsOf(match: ColumnMatch, name: string): number[] {
  const fallback = match.fec ? fallbacks[name] : undefined;
  return [name, fallback].flatMap((source) => (source === undefined ? [] : (match.positions.get(source) ?? [])));
}

function targetOf(name: string, c: Compilation): Target {
  return {
    column: name,
    positions: positionsOf(c.match, name),
    required: required(c.match.dataset).includes(name),
    empty: emptyOf(name, c),
  };
}

function emptyOf(name: string, { match, company, journal }: Compilation): Uint8Array {
  if (name === 'company') return company;
  if (name === 'journal' && journal) return journal;
  return copied(modelled[match.dataset].find((column) => column.name === name)?.default);
}

/** A due date is judged by the date of its entry, which stands behind it in a row. */
const inTurn = (readAmount: CellWriter, readEntryDate: CellWriter, remark: CellWriter | undefined): CellWriter =>
  remark
    ? (view) => readAmount(view) && readEntryDate(view) && remark(view)
    : (view) => readAmount(view) && readEntryDate(view);

function writerOf(column: Column, c: Compilation, dates: ReturnType<typeof dateWriters>): CellWriter {
  const { row } = c;
  const { name } = column;
  const target = targetOf(name, c);
  if (name === 'amount') return () => writeAmount(row);
  if (name === 'entry_type') return entryTypeWriter(target, c);
  if (target.positions.length === 0) return constant(target.empty, row);
  if (name === 'entry_date') return dates.writeEntryDate(target);
  if (column.type === 'date') return dates.writer(target);
  if (name === 'balance') return balanceWriter(target, row, c.readers.amount(name), c.readers.balance());
  if (column.type === 'amount')
    return cellWriter(target, row, amount(row, name, c.readers.amount(name), faultOf(name)));
  const digits = frenchDigits[name];
  if (digits !== undefined) {
    const known = {
      codes: c.readers.code(name),
      column: c.readers.french(name),
      country: c.match.positions.get('country') ?? -1,
    };
    return cellWriter(target, row, french(row, name, digits, known));
  }
  if (column.type === 'code') return cellWriter(target, row, watched(row, name, codeWriter(name, c)));
  if (column.type === 'bool') return cellWriter(target, row, bool(row, name === 'active' && c.match.negated));
  return cellWriter(target, row, simple(column.type, row, name));
}

const frenchDigits: Readonly<Record<string, Digits>> = { zip: 5, phone: 10, mobile: 10 };

function codeWriter(name: string, { match, row, readers }: Compilation) {
  const column = readers.code(name);
  if (name === 'letter') return letter(row, column, readers.letter());
  if (name === 'client_code' && match.dataset === 'clients') return clientCode(row, column);
  // An entry's own account is whatever the tenant follows.
  return name === 'account' && match.dataset === 'clients' ? clientAccount(row, column) : code(row, column);
}

export const constant =
  (bytes: Uint8Array, { out }: Row): CellWriter =>
  () => {
    out.at = writeBytes(bytes, out.buffer, out.at);
    return true;
  };

function writeAmount({ out, cents }: Row): true {
  out.at = writeCents(cents, out.buffer, out.at);
  return true;
}

const noAmounts = { before: undefined, elsewhere: () => undefined };

function amountReader(c: Compilation): Pick<RowWriters, 'elsewhere'> & { before: CellWriter } {
  const { row, readers } = c;
  const { positions } = c.match;
  const source = (name: string) => ({ position: positions.get(name) ?? 0, column: readers.amount(name) });
  if (!positions.has('amount')) {
    const [debit, credit] = [source('debit'), source('credit')];
    return { before: fromDebitAndCredit(row, debit, credit), elsewhere: signsOf(debit, credit) };
  }
  const amount = source('amount');
  const position = positions.get('side');
  if (position === undefined)
    return { ...noAmounts, before: fromAmount(row, amount, undefined, cluesOf(c, amount.column)) };
  const side = { position, column: readers.side('side') };
  return { before: fromAmount(row, amount, side, () => undefined), elsewhere: signsBySide(row, amount, position) };
}

/** What might say the side of amounts that have none: columns that nothing else claims, types, and texts. */
function cluesOf({ match, mapping, readers }: Compilation, amount: AmountColumn) {
  const { candidates, heard } = readers.found;
  const { positions, extras, header } = match;
  const type = mapping.entryTypes === undefined ? positions.get('entry_type') : undefined;
  for (const { position } of extras) candidates.push(sideCandidate(position, header[position] ?? '', false));
  if (type !== undefined) candidates.push(sideCandidate(type, header[type] ?? '', true));
  const at = (name: string): number => positions.get(name) ?? Number.MAX_SAFE_INTEGER;
  const spoken = { label: at('label'), piece: at('piece_number'), journal: at('journal') };
  const mayListen = !positions.has('entry_type');
  return (view: RecordView, cents: number): void => {
    for (const candidate of candidates) lookAt(candidate, view, cents);
    if (mayListen && cents > 0 && amount.minus === 0) listenAt(heard, view, spoken);
  };
}

const INVOICE = Buffer.from('invoice');
const PAYMENT = Buffer.from('payment');

/** The type that the file names, or the one that the sign suggests: debit is invoice, credit is payment. */
function entryTypeWriter(target: Target, c: Compilation): CellWriter {
  const { row } = c;
  const suggest = (): true => {
    row.out.at = writeBytes(row.cents < 0 ? PAYMENT : INVOICE, row.out.buffer, row.out.at);
    return true;
  };
  if (target.positions.length === 0) return suggest;
  const named = cellWriter(
    { ...target, empty: new Uint8Array(0) },
    row,
    entryType(row, entryTypeReader(c.mapping.entryTypes)),
  );
  const nameOrSuggest: CellWriter = (view) => {
    const from = row.out.at;
    named(view);
    return row.out.at > from || suggest();
  };
  const { positions } = c.match;
  const position = positions.has('side') ? undefined : positions.get('amount');
  const amount = c.readers.found.amounts.get('amount');
  if (position === undefined || amount === undefined) return nameOrSuggest;

  return (view) => {
    const from = row.out.at;
    nameOrSuggest(view);
    if (row.cents <= 0 || !lowers(row.out.buffer[from])) return true;
    amount.lowered++;
    // The amount stands behind its type in the row, and so does the balance.
    if (amount.unsigned) row.cents = -row.cents;
    row.warnings.add(amount.unsigned ? 'credit_by_type' : 'positive_credit', 'amount', view, position);
    return true;
  };
}

/** `credit_note` and `payment`, told by their first letter from `invoice`, `draft` and `misc`. */
const lowers = (letter: number | undefined): boolean => letter === 0x63 || letter === 0x70;

function faultOf(name: string): (cents: number) => string | undefined {
  return name === 'credit_limit' ? (cents) => (cents < 0 ? 'negative_credit_limit' : undefined) : () => undefined;
}
