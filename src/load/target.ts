import { columnsFrom } from '../model/columns.ts';
import type { Dataset } from '../model/dataset.ts';
import { literal } from './query.ts';

/** What the load needs to know of a dataset's table. */
export interface Target {
  dataset: Dataset;
  table: string;
  /** Every column that a file may set → its SQL type. */
  types: ReadonlyMap<string, string>;
  /** SQL for a column that must not be null, where the file leaves it empty; `s` is the staged row. */
  fallback: Readonly<Record<string, string>>;
  /** Rows name a client that must exist. */
  ofClient: boolean;
  /** The first column to blame for a key that repeats. */
  keyColumn: string;
  /** Columns besides the file's that history keeps, since a sync may change them. */
  ours: readonly string[];
}

function target(
  dataset: Dataset,
  { derived = {}, ...rest }: Pick<Target, 'ofClient' | 'keyColumn'> & { derived?: Target['fallback'] },
): Target {
  const ofFile = columnsFrom(dataset, 'file');
  const defaults = ofFile.flatMap((column) =>
    column.default === undefined || column.derived ? [] : [[column.name, sqlOf(column.default)] as const],
  );
  return {
    dataset,
    table: dataset,
    types: new Map(ofFile.map(({ name, sql }) => [name, sql])),
    fallback: { ...Object.fromEntries(defaults), ...derived },
    ours: columnsFrom(dataset, 'load').map(({ name }) => name),
    ...rest,
  };
}

const sqlOf = (value: string | number | boolean): string =>
  typeof value === 'string' ? literal(value) : String(value);

export const targets: Readonly<Record<Dataset, Target>> = {
  clients: target('clients', { ofClient: false, keyColumn: 'client_code' }),
  contacts: target('contacts', { ofClient: true, keyColumn: 'contact_id' }),
  ecritures: target('ecritures', {
    derived: { entry_type: `case when s.amount >= 0 then 'invoice' else 'payment' end` },
    ofClient: true,
    keyColumn: 'entry_id',
  }),
};
