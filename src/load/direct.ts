import { copyLine } from '../model/copy-line.ts';
import { bulkMeta, bulkTail, type StagingLayout } from '../model/staging.ts';
import { ident, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';

/**
 * The first import of a tenant's entries: rows that are final as they stand in the file are copied straight into the
 * table, which saves writing a million rows twice. The few others are staged and inserted as always.
 */

/** The columns of the COPY text of final rows, in its order. */
export const directColumns = ({ columns }: StagingLayout): string[] => [...bulkMeta, ...columns, ...bulkTail];

/**
 * What rows may name: the tenant's clients and those staged in this sync, as lines of COPY text (company, client_code).
 * @returns undefined where the tenant has entries already, or no clients, or more than `most`
 */
export async function clientsForDirect(
  tx: Tx,
  staged: string | undefined,
  most: number,
  params: Params,
): Promise<string | undefined> {
  const [stored] = await query(
    tx,
    'select exists (select from ecritures where tenant_id = {tenant}::text) as any',
    params,
  );
  if (stored?.['any'] === true) return undefined;
  const coming = staged === undefined ? '' : `union select company, client_code from ${ident(staged)}`;
  const rows = await query(
    tx,
    `select company, client_code from clients where tenant_id = {tenant}::text ${coming} limit {most}::int`,
    { ...params, most: most + 1 },
  );
  if (rows.length === 0 || rows.length > most) return undefined;
  return rows.map((row) => copyLine([row['company'] as string, row['client_code'] as string])).join('');
}

/**
 * Whether a staged row has the key of one that is in the table already. Which of the two stands first in the file is not
 * known any more, so the whole file has to be staged.
 */
export async function repeatsDirect(tx: Tx, staging: Staging, tenant: string): Promise<boolean> {
  // Whatever the planner thinks of a table that was filled a moment ago: reading it once is good enough.
  await query(tx, 'set local enable_nestloop = off');
  const [row] = await query(
    tx,
    `select exists (
       select from ecritures where tenant_id = {tenant}::text
         and key in (select key from ${ident(staging.table)} where repeat)) as any`,
    { tenant },
  );
  await query(tx, 'set local enable_nestloop = on');
  return row?.['any'] === true;
}
