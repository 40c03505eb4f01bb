import { sql } from 'drizzle-orm';
import { bigint, boolean, date, integer, jsonb, numeric, text, uuid } from 'drizzle-orm/pg-core';
import { type Column, isNullable, propertyOf, type SqlType, storedColumns } from '../../model/columns.ts';
import type { Dataset } from '../../model/dataset.ts';
import { moment, tenantBytes } from './columns.ts';

const builders = {
  text: (name: string) => text(name),
  'text collate "C"': (name: string) => tenantBytes(name),
  uuid: (name: string) => uuid(name),
  jsonb: (name: string) => jsonb(name),
  integer: (name: string) => integer(name),
  bigint: (name: string) => bigint(name, { mode: 'number' }),
  boolean: (name: string) => boolean(name),
  date: (name: string) => date(name),
  'numeric(15, 2)': (name: string) => numeric(name, { precision: 15, scale: 2 }),
  'timestamp with time zone': moment,
} satisfies Record<SqlType, (name: string) => unknown>;

/** What a table's keys and indexes are made of. */
type Keys = Record<'tenantId' | 'key' | 'company' | 'clientCode', ReturnType<typeof text>>;

/**
 * The columns of a dataset's table, for drizzle's migrations. Their types are lost to it, and nobody misses them: the
 * statements over these tables are made from model/columns.ts as well.
 */
export const datasetColumns = (dataset: Dataset): Keys =>
  Object.fromEntries(storedColumns(dataset).map((column) => [propertyOf(column), builderOf(column)])) as Keys;

function builderOf(column: Column) {
  // The kinds of builders have these methods in common, but no type says so.
  const plain = builders[column.sql](column.name) as ReturnType<typeof text>;
  const { default: value } = column;
  const filled =
    value === undefined ? plain : plain.default(typeof value === 'number' ? sql.raw(String(value)) : (value as string));
  return isNullable(column) ? plain : filled.notNull();
}
