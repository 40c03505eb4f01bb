import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { clients, contacts, ecritures } from '../db/schema/tables.ts';
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

const usersOwn = ['notes', 'stop_reminders'];
const identity = ['tenant_id', 'key', 'row_hash', 'first_seen', 'last_changed'];

function target(
  table: PgTable,
  rest: Pick<Target, 'dataset' | 'fallback' | 'ofClient' | 'keyColumn' | 'ours'>,
): Target {
  const { name, columns } = getTableConfig(table);
  const internal = new Set([...identity, ...usersOwn, ...rest.ours]);
  const types = columns.filter((c) => !internal.has(c.name)).map((c) => [c.name, c.getSQLType()] as const);
  return { table: name, types: new Map(types), ...rest };
}

export const targets: Readonly<Record<Dataset, Target>> = {
  clients: target(clients, {
    dataset: 'clients',
    fallback: { currency: literal('EUR'), active: 'true' },
    ofClient: false,
    keyColumn: 'client_code',
    ours: [],
  }),
  contacts: target(contacts, {
    dataset: 'contacts',
    fallback: { is_main: 'false' },
    ofClient: true,
    keyColumn: 'contact_id',
    ours: ['origin', 'active'],
  }),
  ecritures: target(ecritures, {
    dataset: 'ecritures',
    fallback: {
      currency: literal('EUR'),
      entry_type: `case when s.amount >= 0 then 'invoice' else 'payment' end`,
    },
    ofClient: true,
    keyColumn: 'entry_id',
    ours: ['due_date_derived', 'status', 'settled_by_sync', 'settled_at'],
  }),
};
