import type { Sent } from './files.ts';
import { query, type Site } from './server.ts';

/** A sync that was applied, with what its files say. */
export interface Applied {
  id: number;
  reverts: number | null;
  files: readonly Sent[];
}

/** `dataset code` → what the row says; écritures with their status. */
export type Rows = ReadonlyMap<string, string>;

/**
 * What stands after these syncs, in the order of their ends: a delta's rows replace, a snapshot settles what it leaves
 * out, a revert puts back what stood before the latest that is not undone.
 */
export function replayHistory(applied: readonly Applied[]): { rows: Rows; wrong: string[] } {
  const wrong: string[] = [];
  const undone: { id: number; before: Rows }[] = [];
  let rows: Rows = new Map();
  for (const { id, reverts, files } of applied) {
    if (reverts === null) {
      undone.push({ id, before: rows });
      rows = files.reduce(load, rows);
      continue;
    }
    const last = undone.pop();
    if (last?.id !== reverts) wrong.push(`sync ${id} undid ${reverts}, and ${last?.id ?? 'none'} was the latest`);
    rows = last?.before ?? rows;
  }
  return { rows, wrong };
}

function load(before: Rows, { dataset, rows }: Sent): Rows {
  const now = new Map(before);
  if (dataset === 'ecritures')
    for (const [key, said] of before)
      if (key.startsWith('ecritures ')) now.set(key, said.replace(/^open/, 'settled_presumed'));
  for (const [code, said] of rows) now.set(`${dataset} ${code}`, dataset === 'ecritures' ? `open ${said}` : said);
  return now;
}

export async function rowsThatStand(site: Site, tenant: string): Promise<Rows> {
  const rows = await query(
    site,
    (sql) => sql<{ key: string; said: string }[]>`
      select 'clients ' || client_code as key, name as said from clients where tenant_id = ${tenant}
      union all select 'contacts ' || client_code, last_name from contacts where tenant_id = ${tenant}
      union all select 'ecritures ' || entry_id, status || ' ' || amount from ecritures where tenant_id = ${tenant}`,
  );
  return new Map(rows.map(({ key, said }) => [key, said]));
}
