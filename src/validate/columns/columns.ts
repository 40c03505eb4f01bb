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
const fecColumn = (name: string, type: ReadAs, header: string): Column => ({
  ...{ name, type, fr: header, en: header },
  ...{ aliases: [fold(header)], weak: [], negated: [] },
});

export const fecColumns: readonly Column[] = [
  fecColumn('journal', 'code', 'JournalCode'),
  fecColumn('journal_name', 'text', 'JournalLib'),
  fecColumn('entry_number', 'code', 'EcritureNum'),
  fecColumn('entry_date', 'date', 'EcritureDate'),
  fecColumn('account', 'code', 'CompteNum'),
  fecColumn('account_name', 'text', 'CompteLib'),
  fecColumn('client_code', 'code', 'CompAuxNum'),
  fecColumn('client_name', 'text', 'CompAuxLib'),
  fecColumn('piece_number', 'code', 'PieceRef'),
  fecColumn('piece_date', 'date', 'PieceDate'),
  fecColumn('label', 'text', 'EcritureLib'),
  fecColumn('debit', 'amount', 'Debit'),
  fecColumn('credit', 'amount', 'Credit'),
  fecColumn('amount', 'amount', 'Montant'),
  fecColumn('side', 'side', 'Sens'),
  fecColumn('letter', 'code', 'EcritureLet'),
  fecColumn('letter_date', 'date', 'DateLet'),
  fecColumn('valid_date', 'date', 'ValidDate'),
  fecColumn('amount_currency', 'amount', 'Montantdevise'),
  fecColumn('currency', 'currency', 'Idevise'),
  fecColumn('settled_date', 'date', 'DateRglt'),
  fecColumn('payment_mode', 'text', 'ModeRglt'),
  fecColumn('operation', 'text', 'NatOp'),
  fecColumn('client_id', 'code', 'IdClient'),
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
