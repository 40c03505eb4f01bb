import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/db/queries/rows/columns.ts';
import {
  positionOf,
  someRows,
  sortable,
  withRows,
  type RowFilters,
  type RowQuery,
} from '../../src/db/queries/rows/rows.ts';
import { datasets, type Dataset } from '../../src/model/dataset.ts';
import { addRows, emptyRows } from '../support/rows.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();
emptyRows(database);

const keys = (rows: readonly Row[]): number[] => rows.map(({ key }) => Number((key as string).slice(-4)));

async function found(filters: RowFilters, dataset: Dataset = 'ecritures'): Promise<number[]> {
  return keys(await someRows(database().sql, 'acme', dataset, { filters }, 100));
}

/** Turns the pages of two rows each, from the first to the last. */
async function paged(query: RowQuery, dataset: Dataset = 'ecritures'): Promise<number[]> {
  const all: number[] = [];
  for (let after = query.after; all.length < 100;) {
    const rows = await someRows(database().sql, 'acme', dataset, { ...query, ...(after && { after }) }, 2);
    all.push(...keys(rows));
    const last = rows.at(-1);
    if (!last || rows.length < 2) break;
    after = positionOf(dataset, query.sort, last);
  }
  return all;
}

const ENTRIES = [
  { n: 1, dueDate: '2026-01-31', amount: '100.00' },
  { n: 2, dueDate: null, amount: '-20.50', clientCode: 'C2', entryType: 'credit_note' },
  { n: 3, dueDate: '2026-03-31', amount: '100.00', status: 'settled', lastChanged: 7 },
  { n: 4, dueDate: '2026-01-31', amount: '999999999999.99', company: 'B', label: 'Remise 50%_net' },
  { n: 5, dueDate: '2025-12-31', amount: '3.00', pieceNumber: 'AV-0005' },
];

describe('filters', () => {
  it.each<[string, RowFilters, number[]]>([
    ['a client', { clientCode: 'C2' }, [2]],
    ['a company', { company: 'B' }, [4]],
    ['a status', { status: 'settled' }, [3]],
    ['a type', { entryType: 'credit_note' }, [2]],
    ['what is due before a day', { dueBefore: '2026-01-31' }, [5]],
    ['what is due after a day', { dueAfter: '2026-01-31' }, [3]],
    ['what is overdue on a day: open, and due before it', { overdueOn: '2026-06-01' }, [1, 4, 5]],
    ['what a later sync changed', { changedSince: 6 }, [3]],
    ['text in a piece number, whatever its case', { text: 'av-0' }, [5]],
    ['text that SQL would take for a pattern', { text: '50%_N' }, [4]],
    ['several at once', { overdueOn: '2026-06-01', company: '' }, [1, 5]],
    ['nothing in particular', {}, [1, 2, 3, 4, 5]],
  ])('find %s', async (_, filters, expected) => {
    await addRows(database(), 'ecritures', ENTRIES);
    await addRows(database(), 'ecritures', [{ n: 1, tenantId: 'other', clientCode: 'C2', lastChanged: 9 }]);
    expect(await found(filters)).toEqual(expected);
  });

  it('find clients and contacts by name and by whether they are active', async () => {
    await addRows(database(), 'clients', [
      { n: 1, name: 'Société Générale' },
      { n: 2, active: false },
    ]);
    await addRows(database(), 'contacts', [
      { n: 1, lastName: 'Lefèvre' },
      { n: 2, email: 'lea@lefevre.fr' },
    ]);
    expect(await found({ text: 'générale' }, 'clients')).toEqual([1]);
    expect(await found({ active: false }, 'clients')).toEqual([2]);
    expect(await found({ text: 'LEF' }, 'contacts')).toEqual([1, 2]);
  });
});

describe('orders', () => {
  it.each<[string, boolean, number[]]>([
    ['dueDate', false, [5, 1, 4, 3, 2]],
    ['dueDate', true, [2, 3, 4, 1, 5]],
    ['amount', false, [2, 5, 1, 3, 4]],
    ['amount', true, [4, 3, 1, 5, 2]],
    ['pieceNumber', false, [5, 1, 2, 3, 4]],
  ])('pages by %s (descending: %s) hold every row once', async (property, descending, expected) => {
    await addRows(database(), 'ecritures', ENTRIES);
    expect(await paged({ filters: {}, sort: { property, descending } })).toEqual(expected);
  });

  it('pages by the key where no order is asked for', async () => {
    await addRows(database(), 'ecritures', ENTRIES);
    expect(await paged({ filters: {} })).toEqual([1, 2, 3, 4, 5]);
  });

  it('every column that can be sorted by can be paged by', async () => {
    for (const dataset of datasets) {
      await addRows(database(), dataset, [{ n: 1 }, { n: 2 }, { n: 3 }]);
      for (const property of sortable(dataset))
        expect(await paged({ filters: {}, sort: { property, descending: false } }, dataset)).toEqual([1, 2, 3]);
    }
  });

  it('a row that arrives between two pages moves no other', async () => {
    await addRows(database(), 'ecritures', ENTRIES);
    const first = await someRows(database().sql, 'acme', 'ecritures', { filters: {} }, 2);
    await addRows(database(), 'ecritures', [{ n: 0 }]);
    const after = positionOf('ecritures', undefined, first[1] ?? {});
    expect(keys(await someRows(database().sql, 'acme', 'ecritures', { filters: {}, after }, 9))).toEqual([3, 4, 5]);
  });
});

it('shows amounts to the cent, days as days and moments in UTC', async () => {
  const settledAt = new Date('2026-02-03T04:05:06.789Z');
  await addRows(database(), 'ecritures', [{ n: 4, amount: '999999999999.99', settledAt, extra: { Région: 'Sud' } }]);
  const [row] = await someRows(database().sql, 'acme', 'ecritures', { filters: {} }, 1);
  expect(row).toMatchObject({
    amount: '999999999999.99',
    entryDate: '2026-01-01',
    settledAt: '2026-02-03T04:05:06.789Z',
    extra: { Région: 'Sud' },
    firstSeen: 1,
    dueDateDerived: false,
  });
  expect(row).not.toHaveProperty('tenantId');
  expect(row).not.toHaveProperty('rowHash');
});

it('gives the connection back when whoever reads all rows stops in the middle', async () => {
  await addRows(
    database(),
    'ecritures',
    Array.from({ length: 1200 }, (_, n) => ({ n })),
  );
  const { sql } = database();
  for (let i = 0; i < 20; i++)
    await expect(
      withRows(sql, 'acme', 'ecritures', { filters: {} }, async (batches) => {
        for await (const batch of batches) throw new Error(`stopped after ${batch.length}`);
      }),
    ).rejects.toThrow('stopped after 500');
  const all = await withRows(sql, 'acme', 'ecritures', { filters: {} }, async (batches) => {
    let rows = 0;
    for await (const batch of batches) rows += batch.length;
    return rows;
  });
  expect(all).toBe(1200);
});
