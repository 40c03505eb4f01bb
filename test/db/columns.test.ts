import { expect, it } from 'vitest';
import { isNullable, storedColumns } from '../../src/model/columns.ts';
import { datasets } from '../../src/model/dataset.ts';
import { testDatabase } from '../support/database.ts';

const defaultOf = (value: string | number | boolean | undefined) =>
  value === undefined ? null : typeof value === 'string' ? `'${value}'::text` : String(value);

it.each(datasets)(
  'the table of %s has the columns of the model, so that none was added without its migration',
  async (dataset) => {
    const { sql } = await testDatabase();
    const rows = await sql`
    select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable,
      collname as collation, pg_get_expr(adbin, adrelid) as default
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      left join pg_collation c on c.oid = attcollation and collname <> 'default'
    where attrelid = ${dataset}::regclass and attnum > 0 and not attisdropped`;
    const inTable = rows.map(({ name, type, nullable, collation, default: value }) => ({
      name: name as string,
      type: collation === null ? (type as string) : `${type} collate "${collation}"`,
      nullable: nullable as boolean,
      default: value as string | null,
    }));
    const inModel = storedColumns(dataset).map((column) => ({
      name: column.name,
      type: column.sql.replace('numeric(15, 2)', 'numeric(15,2)'),
      nullable: isNullable(column),
      default: defaultOf(column.default),
    }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(inTable.toSorted(byName)).toEqual(inModel.toSorted(byName));
  },
);
