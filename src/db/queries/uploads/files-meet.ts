import type { Fragment, ISql } from 'postgres';

type Alias = 'own' | 'f' | 'g';

/** SQL: the companies that a file's rows name, as jsonb; null where it may be about any. */
const named = (sql: ISql, alias: Alias): Fragment => {
  const detail = sql.unsafe(`${alias}.detail`);
  return sql`case when jsonb_typeof(${detail}->'companies') = 'array' and ${detail}->'fixed'->>'whole' is null
    then nullif(${detail}->'companies', '[]'::jsonb) end`;
};

/** SQL: whether two files of a dataset, rows of `sync_files`, may be about the same company. */
export const filesMeet = (sql: ISql, a: Alias, b: Alias): Fragment =>
  sql`case when ${named(sql, a)} is null or ${named(sql, b)} is null then true
    else exists (select from jsonb_array_elements_text(${named(sql, a)}) company (name) where ${named(sql, b)} ? company.name) end`;
