import { isNullable, propertyOf, type SqlType, storedColumns } from '../../../model/columns.ts';
import type { Dataset } from '../../../model/dataset.ts';

const kinds = {
  text: 'text',
  'text collate "C"': 'text',
  uuid: 'uuid',
  jsonb: 'json',
  bigint: 'integer',
  integer: 'integer',
  boolean: 'boolean',
  date: 'date',
  'numeric(15, 2)': 'decimal',
  'timestamp with time zone': 'moment',
} as const satisfies Record<SqlType, string>;

/** `decimal` travels as text (`1234.50`), lest a reader's floating point loses a cent. */
export type ColumnKind = (typeof kinds)[SqlType];

/** A column of a dataset as readers see it. */
export interface RowColumn {
  /** In the database, in CSV and in an import file: `client_code`. */
  name: string;
  /** In JSON: `clientCode`. */
  property: string;
  kind: ColumnKind;
  nullable: boolean;
}

/** The tenant stands in the address, and the hash is ours. */
const HIDDEN: ReadonlySet<string> = new Set(['tenant_id', 'row_hash']);

const columnsOf = (dataset: Dataset): RowColumn[] =>
  storedColumns(dataset)
    .filter(({ name }) => !HIDDEN.has(name))
    .map((column) => ({
      name: column.name,
      property: propertyOf(column),
      kind: kinds[column.sql],
      nullable: isNullable(column),
    }));

/** What a row of each dataset shows, in the order of the table. */
export const rowColumns: Readonly<Record<Dataset, readonly RowColumn[]>> = {
  clients: columnsOf('clients'),
  contacts: columnsOf('contacts'),
  ecritures: columnsOf('ecritures'),
};

export type Row = Record<string, unknown>;
/** A row as the driver gives it, in the order of `rowColumns`. */
export type Cells = readonly unknown[];

/** A value as the driver gives it → as JSON shows it. */
export function shown(kind: ColumnKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'integer') return Number(value);
  if (kind === 'decimal') return typeof value === 'number' ? value.toFixed(2) : value;
  if (kind === 'moment') return new Date(value as string).toISOString();
  return value;
}

/** A row that Postgres wrote as JSON (`{"client_code": …}`, without what is null) → as readers see it. */
export function fromStored(dataset: Dataset, stored: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(
    rowColumns[dataset].flatMap(({ name, property, kind }) =>
      name in stored ? [[property, shown(kind, stored[name])] as const] : [],
    ),
  );
}

export function rowOf(dataset: Dataset, cells: Cells): Row {
  return Object.fromEntries(
    rowColumns[dataset].map(({ property, kind }, i) => [property, shown(kind, cells[i])] as const),
  );
}
