import type { ISql } from 'postgres';

/** Where a transaction may go back to. */
type Savepoint = 'sync' | 'load' | 'file';

/** Sets a savepoint; one of the same name that was set before is hidden by it. */
export async function setSavepoint(tx: ISql, name: Savepoint): Promise<void> {
  await tx.unsafe(`savepoint ${name}`);
}

/** Takes back all that was done since a savepoint, temporary tables and an error included; it stays set. */
export async function backTo(tx: ISql, name: Savepoint): Promise<void> {
  await tx.unsafe(`rollback to savepoint ${name}`);
}
