import { alternatives, columns as modelled, type Heading, type ReadAs } from '../../model/columns.ts';
import { datasets, type Dataset } from '../../model/dataset.ts';
import { fold } from '../cells/fold.ts';

/** A canonical column: what it is called in the database, and under which headers it comes. */
export interface Column {
  name: string;
  type: ReadAs;
  /** What an accountant calls it, in French and in English. */
  fr: string;
  en: string;
  /** Folded headers. */
  aliases: readonly string[];
  /** Folded headers that mean this column only where no other header of the file does. */
  weak: readonly string[];
  /** Those of the aliases whose yes is this column's no. */
  negated: readonly string[];
}

/** Alternatives, each a set of columns that do together: one of them has to be in the file. */
export type Requirement = readonly (readonly string[])[];

const folded = (headers: readonly string[]): string[] => [
  ...new Set(headers.map(fold).filter((header) => header !== '')),
];

function column(name: string, { readAs, fr, en, ...heading }: Heading): Column {
  const weak = folded(heading.weak);
  const aliases = folded([name, fr, en, ...heading.headers, ...heading.negated]);
  return {
    ...{ name, type: readAs, fr, en },
    ...{ aliases: aliases.filter((alias) => !weak.includes(alias)), weak, negated: folded(heading.negated) },
  };
}

const each = <T>(of: (dataset: Dataset) => T) =>
  Object.fromEntries(datasets.map((dataset) => [dataset, of(dataset)])) as Record<Dataset, T>;

/** Those of each dataset that files may have. */
export const columns: Readonly<Record<Dataset, readonly Column[]>> = each((dataset) =>
  modelled[dataset].flatMap(({ name, heading }) => (heading ? [column(name, heading)] : [])),
);

export const requirements: Readonly<Record<Dataset, readonly Requirement[]>> = each((dataset) => [
  ...modelled[dataset].flatMap(({ name, heading, required }) => (heading && required ? [[[name]]] : [])),
  ...alternatives[dataset],
]);

/**
 * The columns of the legal export (LPF, article A. 47 A-1), by the canonical column that each feeds. Those that are no
 * column of écritures serve the rules (`account`), the clients, or the écriture's `extra`.
 */
/** @param type as that of the column of écritures, where it is one */
function fecColumn(header: string, name: string, type = typeOf(name)): Column {
  return { ...{ name, type, fr: header, en: header }, ...{ aliases: [fold(header)], weak: [], negated: [] } };
}

function typeOf(name: string): ReadAs {
  const column = columns.ecritures.find((each) => each.name === name);
  if (!column) throw new Error(`écritures have no column ${name}`);
  return column.type;
}

export const fecColumns: readonly Column[] = [
  fecColumn('JournalCode', 'journal'),
  fecColumn('JournalLib', 'journal_name', 'text'),
  fecColumn('EcritureNum', 'entry_number', 'code'),
  fecColumn('EcritureDate', 'entry_date'),
  fecColumn('CompteNum', 'account'),
  fecColumn('CompteLib', 'account_name', 'text'),
  fecColumn('CompAuxNum', 'client_code'),
  fecColumn('CompAuxLib', 'client_name', 'text'),
  fecColumn('PieceRef', 'piece_number'),
  fecColumn('PieceDate', 'piece_date', 'date'),
  fecColumn('EcritureLib', 'label'),
  fecColumn('Debit', 'debit'),
  fecColumn('Credit', 'credit'),
  fecColumn('Montant', 'amount'),
  fecColumn('Sens', 'side'),
  fecColumn('EcritureLet', 'letter'),
  fecColumn('DateLet', 'letter_date'),
  fecColumn('ValidDate', 'valid_date', 'date'),
  fecColumn('Montantdevise', 'amount_currency'),
  fecColumn('Idevise', 'currency'),
  fecColumn('DateRglt', 'settled_date'),
  fecColumn('ModeRglt', 'payment_mode'),
  fecColumn('NatOp', 'operation', 'text'),
  fecColumn('IdClient', 'client_id', 'code'),
];

export const fecRequirements: readonly Requirement[] = [
  [['account']],
  [['entry_date']],
  [['piece_number'], ['entry_number']],
  [
    ['debit', 'credit'],
    ['amount', 'side'],
  ],
];

/** What an FEC says of an écriture that the data model has no column for. */
export const fecExtras: readonly string[] = [
  'entry_number',
  'account',
  'piece_date',
  'valid_date',
  'operation',
  'client_id',
];
