/**
 * SQL for the key of the nth entry of one identity, from 2: entries without an id of their own may repeat it, as
 * instalments do. The first eight bytes stay, so that the primary key is filled in the order of the file.
 */
export const ordinalKey = (key: string, n: string): string =>
  `(left(${key}::text, 19) || right(md5(${key}::text || ':' || ${n}), 16))::uuid`;

/**
 * SQL for a recursive query `name` (tenant_id, base, key, n): all stored entries of each identity that `bases`, a query
 * for the tenant and distinct keys, begins with. Ordinals have no gaps, since rows are never deleted but by the revert of
 * the sync that made them.
 */
export const storedOrdinals = (name: string, bases: string): string =>
  `${name} (tenant_id, base, key, n) as (
     select b.tenant_id, b.key, b.key, 1 from (${bases}) b
     union all
     select g.tenant_id, g.base, t.key, g.n + 1 from ${name} g
     join ecritures t on t.tenant_id = g.tenant_id and t.key = ${ordinalKey('g.base', '(g.n + 1)')})`;
