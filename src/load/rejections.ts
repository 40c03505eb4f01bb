import { rejectionColumns } from '../model/staging.ts';
import { openCopy } from './copy.ts';
import { query, type Params, type Tx } from './query.ts';
import { createTable, tablesOfSync } from './temp-tables.ts';

/**
 * Stores the rejections of a sync. They wait in a temporary table for what COPY text from the thread lacks: the tenant
 * and the sync.
 * @param chunks COPY text of `rejectionColumns`
 * @param params `tenant` and `sync`
 */
export async function storeRejections(tx: Tx, params: Params, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await createTable(tx, 'new_rejections', tablesOfSync.new_rejections.columns);
  const copy = await openCopy(tx, 'new_rejections', rejectionColumns);
  for await (const chunk of chunks) await copy.write(chunk);
  await copy.end();
  await query(
    tx,
    `insert into rejections (tenant_id, sync_id, file_no, line, column_name, code, value, raw)
     select {tenant}::text, {sync}::bigint, file_no, line, column_name, code, value, raw
     from new_rejections order by file_no, line`,
    params,
  );
}
