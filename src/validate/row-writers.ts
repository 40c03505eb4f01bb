import type { Dataset } from '../model/dataset.ts';
import type { Mapping } from '../model/mapping.ts';
import { dateNumberOf } from './calendar.ts';
import { amount, bool, cellWriter, date, entryType, simple, type Target } from './cells.ts';
import { type Column, columns } from './columns.ts';
import { writeBytes, writeCents } from './copy.ts';
import type { evidence } from './decisions.ts';
import { extraWriter } from './extra.ts';
import { leadingColumns } from './identity.ts';
import type { ColumnMatch } from './match.ts';
import { type CellWriter, type Row } from './row.ts';
import { fromAmount, fromDebitAndCredit } from './signed-amount.ts';
import { entryTypeReader } from './vocabulary.ts';

export interface RowWriters {
  /** Canonical columns in the order of their writers. */
  names: readonly string[];
  writers: readonly CellWriter[];
  /** Runs first: what several columns depend on. */
  before: CellWriter | undefined;
  /** Cells of columns that a row cannot do without. */
  needed: readonly number[];
}

export interface Compilation {
  match: ColumnMatch;
  mapping: Mapping;
  row: Row;
  /** COPY text of the tenant's own company. */
  company: Uint8Array;
  today: Date;
  readers: ReturnType<typeof evidence>;
}

const NULL = Buffer.from('\\N');
/** Columns that are never null, and what stands for nothing in them. */
const defaults: Readonly<Record<string, Buffer>> = {
  currency: Buffer.from('EUR'),
  active: Buffer.from('t'),
  is_main: Buffer.from('f'),
};
const required: Readonly<Record<Dataset, readonly string[]>> = {
  clients: ['client_code', 'name'],
  ecritures: ['client_code', 'piece_number', 'entry_date'],
  contacts: ['client_code'],
};
/** Written for every row, whether or not the file has a column for them. */
const always: readonly string[] = ['company', 'entry_type', 'amount'];
/** Columns of a file that are read into others. */
const sources: readonly string[] = ['debit', 'credit', 'side'];
/** In an FEC, what is used where a cell is empty. */
const fallbacks: Readonly<Record<string, string>> = { client_code: 'account', piece_number: 'entry_number' };

/** Makes, once for a file, the writers of its canonical columns; `extra` is the last where there is one. */
export function compile(c: Compilation): RowWriters {
  const { match, row } = c;
  const written = columns[match.dataset].filter(
    ({ name }) => !sources.includes(name) && (always.includes(name) || positionsOf(match, name).length > 0),
  );
  row.namesCurrency = match.positions.has('currency');
  const lead = leadingColumns(match.dataset);
  const rank = ({ name }: Column): number => (lead.includes(name) ? lead.indexOf(name) : lead.length);
  written.sort((a, b) => rank(a) - rank(b));
  const names = written.map(({ name }) => name);
  const writers = written.map((column) => writerOf(column, c));
  if (match.extras.length > 0) {
    names.push('extra');
    writers.push(extraWriter(match, row));
  }
  const money = ['debit', 'credit', 'amount', 'side'].flatMap((name) => match.positions.get(name) ?? []);
  const needed = required[match.dataset].flatMap((name) => positionsOf(match, name)[0] ?? []);
  return {
    names,
    writers,
    before: match.dataset === 'ecritures' ? amountReader(c) : undefined,
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
    required: required[c.match.dataset].includes(name),
    empty: name === 'company' ? c.company : (defaults[name] ?? NULL),
  };
}

function writerOf(column: Column, c: Compilation): CellWriter {
  const { row } = c;
  const { name } = column;
  const target = targetOf(name, c);
  if (name === 'amount') return () => writeAmount(row);
  if (name === 'entry_type') return entryTypeWriter(target, c);
  if (target.positions.length === 0) return constant(target.empty, row);
  if (column.type === 'date') return dateWriter(target, c);
  if (column.type === 'amount')
    return cellWriter(target, row, amount(row, name, c.readers.amount(name), faultOf(name, c)));
  if (column.type === 'bool') return cellWriter(target, row, bool(row, name === 'active' && c.match.negated));
  return cellWriter(target, row, simple(column.type, row, name));
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

function amountReader(c: Compilation): CellWriter {
  const source = (name: string) => ({ position: c.match.positions.get(name) ?? 0, column: c.readers.amount(name) });
  if (!c.match.positions.has('amount')) return fromDebitAndCredit(c.row, source('debit'), source('credit'));
  const side = c.match.positions.get('side');
  return fromAmount(
    c.row,
    source('amount'),
    side === undefined ? undefined : { position: side, column: c.readers.side('side') },
  );
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
  const { positions } = c.match;
  const unsigned = positions.has('side') ? undefined : positions.get('amount');
  return (view) => {
    const from = row.out.at;
    named(view);
    if (row.out.at === from) return suggest();
    if (unsigned !== undefined && row.cents > 0 && lowers(row.out.buffer[from]))
      row.warnings.add('positive_credit', 'amount', view, unsigned);
    return true;
  };
}

/** `credit_note` and `payment`, told by their first letter from `invoice`, `draft` and `misc`. */
const lowers = (letter: number | undefined): boolean => letter === 0x63 || letter === 0x70;

function dateWriter(target: Target, c: Compilation): CellWriter {
  const { row } = c;
  const isEntryDate = target.column === 'entry_date';
  const duePosition = c.match.positions.get('due_date') ?? -1;
  const today = dateNumberOf(c.today);
  const range = { first: 19_900_101, last: isEntryDate ? today + 20_000 : 20_991_231 };
  const column = c.readers.date(target.column);
  return cellWriter(
    target,
    row,
    date(row, column, range, (number, view) => {
      if (target.column === 'due_date') row.dueDate = number;
      // A due date stands before its entry date in a row.
      else if (isEntryDate && number > row.dueDate && row.dueDate > 0)
        row.warnings.add('due_before_entry', 'due_date', view, duePosition);
    }),
  );
}

function faultOf(name: string, { row, readers }: Compilation): (cents: number) => string | undefined {
  if (name === 'credit_limit') return (cents) => (cents < 0 ? 'negative_credit_limit' : undefined);
  if (name !== 'balance') return () => undefined;
  const seen = readers.balance();
  return (cents) => {
    const opposite = (cents < 0 && row.cents > 0) || (cents > 0 && row.cents < 0);
    const isBeyond = opposite || Math.abs(cents) > Math.abs(row.cents);
    seen[isBeyond ? 'beyond' : 'within']++;
    return isBeyond ? 'balance_inconsistent' : undefined;
  };
}
