import type { TransactionSql } from 'postgres';

export interface Statement {
  text: string;
  /** Values of `$1`, `$2` … */
  values: (string | number | boolean | number[])[];
}

let opened = 0;

/**
 * The rows of a statement, as arrays of cells, a batch at a time, in the caller's transaction. postgres.js 3.4.9 has
 * cursors of its own, but where the connection is lost in the middle of one it writes to a socket that is gone, which
 * ends the process, and tells a reader who was not waiting just then that these were all the rows.
 */
export async function* cellBatches(
  tx: TransactionSql,
  { text, values }: Statement,
  size: number,
): AsyncGenerator<unknown[][]> {
  const name = `batches_${++opened}`;
  await tx.unsafe(`declare ${name} no scroll cursor for ${text}`, values);
  for (;;) {
    const batch = await tx.unsafe(`fetch ${size} from ${name}`).values();
    if (batch.length > 0) yield batch;
    if (batch.length < size) break;
  }
  await tx.unsafe(`close ${name}`);
}
