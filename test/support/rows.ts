import { max } from 'drizzle-orm';
import { beforeEach } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { changes, clients, contacts, ecritures, syncFiles, syncs } from '../../src/db/schema/tables.ts';
import type { Dataset } from '../../src/model/dataset.ts';

/** Rows and syncs put straight into tables, for tests of what reads them. */

const TABLES = { clients, contacts, ecritures };

/** The tables of rows know no tenant's end: emptied before each test. */
export function emptyRows(database: () => Database): void {
  beforeEach(async () => {
    await database().sql`truncate clients, contacts, ecritures, changes, sync_files, rejections`;
  });
}

/** `1` → a key; keys are in the order of their numbers. */
export const keyOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

type Given = Record<string, unknown> & { n: number };

const usual = {
  clients: ({ n }: Given) => ({ clientCode: `C${n}`, name: `Client ${n}` }),
  contacts: ({ n }: Given) => ({ clientCode: `C${n}` }),
  ecritures: ({ n }: Given) => ({
    clientCode: 'C1',
    pieceNumber: `F${n}`,
    entryType: 'invoice',
    entryDate: '2026-01-01',
    amount: '100.00',
  }),
};

/** Adds rows numbered `n`, of `acme` and seen first by sync 1 unless told otherwise. */
export async function addRows({ db }: Database, dataset: Dataset, rows: readonly Given[]): Promise<void> {
  const values = rows.map(({ n, ...given }) => ({
    ...{ tenantId: 'acme', key: keyOf(n), firstSeen: 1, lastChanged: 1 },
    ...usual[dataset]({ n }),
    ...given,
  }));
  await db.insert(TABLES[dataset]).values(values as never);
}

/** A finished sync of `acme`, at that minute, behind those that were added before. @returns its id */
export async function addSync(
  { db }: Database,
  given: Partial<typeof syncs.$inferInsert> & { minute?: number; inserted?: Partial<Record<Dataset, number>> } = {},
): Promise<number> {
  const { minute = 0, inserted = {}, ...rest } = given;
  const [last] = await db.select({ place: max(syncs.place) }).from(syncs);
  const [row] = await db
    .insert(syncs)
    .values({
      place: (last?.place ?? 0) + 1,
      ...{ tenantId: 'acme', cause: 'each', state: 'applied' },
      finishedAt: new Date(Date.UTC(2026, 0, 1, 8, minute)),
      ...rest,
    })
    .returning({ id: syncs.id });
  const syncId = row?.id ?? 0;
  for (const [dataset, count] of Object.entries(inserted))
    await db.insert(syncFiles).values({
      ...{ tenantId: rest.tenantId ?? 'acme', syncId, fileNo: 1, uploadId: keyOf(1), sha256: '0'.repeat(64) },
      ...{ dataset: dataset as Dataset, inserted: count, detail: {} as never },
    });
  return syncId;
}

export async function addChanges(
  { db }: Database,
  rows: readonly { syncId: number; dataset: Dataset; n: number; change: string; before: Record<string, unknown> }[],
): Promise<void> {
  const values = rows.map(({ n, ...rest }) => ({ tenantId: 'acme', key: keyOf(n), ...rest }));
  await db.insert(changes).values(values as never);
}
