import { describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { client, clientsFile, countsOf, entriesFile, entriesOf, sync, type Row } from './world.ts';

/** One of several instalments of a piece that share all that identifies them: the file gives entries no id. */
const instalment = (amount: string, more: Row = {}): Row => ({
  client_code: 'C1',
  journal: 'VE',
  piece_number: 'F1',
  entry_type: 'invoice',
  entry_date: '2026-01-10',
  due_date: '2026-02-10',
  amount,
  label: 'Échéance',
  ...more,
});
const [ten, twenty, thirty, forty] = [
  instalment('10.00'),
  instalment('20.00'),
  instalment('30.00'),
  instalment('40.00'),
];

async function start(...rows: Row[]) {
  const database = await testDatabase();
  await sync(database, { id: 1 }, clientsFile(client('C1')), entriesFile(...rows));
  const amounts = async (status: string) =>
    (await entriesOf(database))
      .filter((row) => row['status'] === status)
      .map((row) => String(row['amount']))
      .sort();
  const changed = async (id: number) =>
    Number((await database.sql`select count(*) from changes where sync_id = ${id}`)[0]?.['count']);
  return { database, amounts, changed };
}

describe('instalments that nothing but their content tells apart', () => {
  test.each([
    ['the first', [twenty, thirty], ['20.00', '30.00']],
    ['the second', [ten, thirty], ['10.00', '30.00']],
    ['the last', [ten, twenty], ['10.00', '20.00']],
    ['all but the last', [thirty], ['30.00']],
    ['all but the second', [twenty], ['20.00']],
  ])('when %s is paid, the others stay what they are', async (_, left, open) => {
    const { database, amounts, changed } = await start(ten, twenty, thirty);
    const outcome = await sync(database, { id: 2 }, entriesFile(...left));
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: left.length, settled: 3 - left.length });
    expect(await amounts('open')).toEqual(open);
    expect(await changed(2)).toBe(3 - left.length);
  });

  test('when one is refused, it stays open, and the others are not written over it', async () => {
    const { database, amounts, changed } = await start(ten, twenty, thirty);
    const file = { ...entriesFile(twenty, thirty), spared: [['', null, 'C1', 'F1']] };
    const outcome = await sync(database, { id: 2 }, file);
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: 2 });
    expect(await amounts('open')).toEqual(['10.00', '20.00', '30.00']);
    expect(await changed(2)).toBe(0);
  });

  test('one that changes takes the place of the one that is gone', async () => {
    const { database, amounts } = await start(ten, twenty, thirty);
    const outcome = await sync(database, { id: 2 }, entriesFile(ten, instalment('21.00'), thirty));
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: 2, updated: 1 });
    expect(await amounts('open')).toEqual(['10.00', '21.00', '30.00']);
  });

  test('one that is added to a single entry, or to several, does not move them', async () => {
    const { database, amounts, changed } = await start(thirty);
    for (const [id, rows] of [
      [2, [ten, thirty]],
      [3, [ten, twenty, thirty, forty]],
    ] as const) {
      const outcome = await sync(database, { id }, entriesFile(...rows));
      expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: id - 1, inserted: id - 1 });
      expect(await changed(id)).toBe(0);
    }
    expect(await amounts('open')).toEqual(['10.00', '20.00', '30.00', '40.00']);
  });

  test('in another order they are the same', async () => {
    const { database, changed } = await start(ten, twenty, thirty);
    await sync(database, { id: 2 }, entriesFile(thirty, ten, twenty));
    expect(await changed(2)).toBe(0);
  });
});
