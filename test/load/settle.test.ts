import { describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { client, clientsFile, countsOf, entriesFile, entriesOf, entry, sync } from './world.ts';

const c1 = clientsFile(client('C1'), client('C2'));
const statuses = async (database: Parameters<typeof entriesOf>[0]): Promise<Record<string, unknown>> =>
  Object.fromEntries((await entriesOf(database)).map((row) => [String(row['entry_id']), row['status']]));

describe('lettering', () => {
  const letters = [
    entry('1', { letter: 'A' }),
    entry('2', { letter: 'A', entry_type: 'payment', amount: '-100.00' }),
    entry('3', { letter: 'a' }),
    entry('4', { letter: 'B' }),
    entry('5', { letter: 'B', client_code: 'C2', amount: '-100.00' }),
    entry('6'),
  ];

  test('a group that adds up to zero is settled: per client, and case counts', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(...letters));
    const expected = { 1: 'settled', 2: 'settled', 3: 'open', 4: 'open', 5: 'open', 6: 'open' };
    expect(await statuses(database)).toEqual(expected);
    expect((await entriesOf(database))[0]).toMatchObject({ by: 1 });
  });

  test('a letter is one of its account: the same on another account is another group', async () => {
    const pair = (account: string | null, first: number, amounts: [string, string]) =>
      amounts.map((amount, i) => entry(String(first + i), { letter: 'AA', account, amount }));
    const rows = [
      ...pair('411000', 1, ['100.00', '-100.00']),
      ...pair('411700', 3, ['50.00', '-20.00']),
      ...pair(null, 5, ['70.00', '-70.00']),
    ];
    const settled = { 1: 'settled', 2: 'settled', 3: 'open', 4: 'open', 5: 'settled', 6: 'settled' };
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(...rows));
    expect(await statuses(database)).toEqual(settled);
    await sync(
      database,
      { id: 2 },
      entriesFile(...rows, entry('7', { letter: 'AA', account: '411700', amount: '-30.00' })),
    );
    expect(await statuses(database)).toEqual({ ...settled, 3: 'settled', 4: 'settled', 7: 'settled' });
    // One that moves to another account leaves a group behind that no longer adds up.
    await sync(
      database,
      { id: 3 },
      {
        ...entriesFile(entry('2', { letter: 'AA', account: '411700', amount: '-100.00' })),
        mode: 'delta',
      },
    );
    expect(await statuses(database)).toEqual({ ...settled, 1: 'open', 2: 'open', 7: 'open' });
  });

  test('a payment that comes later settles its group, in a snapshot as in a delta', async () => {
    for (const mode of ['snapshot', 'delta'] as const) {
      const database = await testDatabase();
      const payment = entry('7', { letter: 'B', amount: '-100.00' });
      await sync(database, { id: 1 }, c1, entriesFile(...letters));
      const all = mode === 'snapshot' ? [...letters, payment] : [payment];
      const outcome = await sync(database, { id: 2 }, { ...entriesFile(...all), mode });
      expect(countsOf(outcome, 'ecritures', 1)).toMatchObject({ inserted: 1 });
      expect(await statuses(database)).toMatchObject({ 4: 'settled', 7: 'settled', 5: 'open', 1: 'settled' });
      const kept = await database.sql`select change, before->>'status' as status from changes where sync_id = 2`;
      expect(kept).toEqual([{ change: 'updated', status: 'open' }]);
    }
  });

  test('a group that no longer adds up is open again: a letter taken away, or an entry that vanished', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(...letters));
    await sync(database, { id: 2 }, { ...entriesFile(entry('2', { amount: '-100.00' })), mode: 'delta' });
    expect(await statuses(database)).toMatchObject({ 1: 'open', 2: 'open' });
    await sync(database, { id: 3 }, entriesFile(...letters));
    expect(await statuses(database)).toMatchObject({ 1: 'settled', 2: 'settled' });
    await sync(database, { id: 4 }, entriesFile(...letters.slice(1)));
    expect(await statuses(database)).toMatchObject({ 1: 'settled_presumed', 2: 'open' });
  });

  test('a balance beats the letter', async () => {
    const database = await testDatabase();
    const rows = [
      entry('1', { letter: 'A', balance: '40.00' }),
      entry('2', { letter: 'A', amount: '-100.00', balance: null }),
      entry('3', { balance: '0.00' }),
      entry('4', { balance: '100.00' }),
    ];
    await sync(database, { id: 1 }, c1, entriesFile(...rows));
    expect(await statuses(database)).toEqual({ 1: 'open', 2: 'settled', 3: 'settled', 4: 'open' });
    await sync(database, { id: 2 }, entriesFile(...rows.slice(0, 3), entry('4', { balance: '0.00' })));
    expect((await entriesOf(database))[3]).toMatchObject({ status: 'settled', by: 2 });
    expect((await entriesOf(database))[2]).toMatchObject({ status: 'settled', by: 1 });
  });
});

describe('due dates', () => {
  const termed = (days: string | null) => clientsFile(client('C1', { payment_term_days: days }));
  const undated = entriesFile(
    entry('1', { due_date: null }),
    entry('2', { due_date: '2026-03-03' }),
    entry('3', { due_date: null, entry_type: 'payment' }),
  );
  const dueDates = async (database: Parameters<typeof entriesOf>[0]) =>
    (await entriesOf(database)).map((row) => [row['due_date'], row['due_date_derived']]);

  test('an invoice without one gets it from the client’s payment term', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, termed('30'), undated);
    expect(await dueDates(database)).toEqual([
      ['2026-02-09', true],
      ['2026-03-03', false],
      [null, false],
    ]);
    expect(countsOf(await sync(database, { id: 2 }, undated), 'ecritures', 1)).toEqual({ unchanged: 3 });
  });

  test('follows the term when that changes, even if the entries do not come again', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, termed('30'), undated);
    await sync(database, { id: 2 }, termed('45'));
    expect((await dueDates(database))[0]).toEqual(['2026-02-24', true]);
    await sync(database, { id: 3 }, termed(null), undated);
    expect(await dueDates(database)).toEqual([
      [null, false],
      ['2026-03-03', false],
      [null, false],
    ]);
    expect((await sync(database, { id: 4 }, termed('10'), undated)).tallies.get('ecritures')?.get(2)?.unchanged).toBe(
      3,
    );
    expect((await dueDates(database))[0]).toEqual(['2026-01-20', true]);
  });
});
