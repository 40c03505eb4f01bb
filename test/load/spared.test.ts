import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { testDatabase } from '../support/database.ts';
import {
  client,
  clientsFile,
  countsOf,
  entriesFile,
  entriesOf,
  entry,
  sync,
  type Row,
  type TestFile,
} from './world.ts';

type Note = readonly [company: string | null, id: string | null, client: string | null, piece: string | null];

const clients = clientsFile(client('C1'), client('C2'));
const withoutId = (id: string, more: Row = {}): Row => {
  const { entry_id: _, ...rest } = entry(id, more);
  return rest;
};
const start = async (...rows: Row[]): Promise<Database> => {
  const database = await testDatabase();
  await sync(database, { id: 1 }, clients, entriesFile(...rows));
  return database;
};
/** Pieces that are presumed settled. */
const vanished = async (database: Database) =>
  (await entriesOf(database)).filter(({ status }) => status === 'settled_presumed').map((row) => row['piece_number']);
const noting = (file: TestFile, ...spared: Note[]): TestFile => ({ ...file, spared });

describe('an entry that a refused record names does not vanish', () => {
  const stored = (make: typeof entry) => [
    make('1'),
    make('2'),
    make('3', { client_code: 'C2', piece_number: 'F2' }),
    make('4'),
    make('5', { client_code: 'C2' }),
  ];
  const all = ['F2', 'F2', 'F4', 'F5'];

  test.each<[string, Note, string[]]>([
    ['by client and piece', ['', null, 'C1', 'F2'], ['F2', 'F4', 'F5']],
    ['by a piece whose client cannot be read', ['', null, null, 'F2'], ['F4', 'F5']],
    ['by a client whose piece cannot be read', ['', null, 'C2', null], ['F2', 'F4']],
    ['in whatever company', [null, null, 'C1', 'F2'], ['F2', 'F4', 'F5']],
    ['by no more than that it is there', [null, null, null, null], []],
    ['but not one of another company', ['Nord', null, 'C1', 'F2'], all],
    ['nor one of another client', ['', null, 'C9', 'F2'], all],
  ])('%s', async (_, note, expected) => {
    const database = await start(...stored(withoutId));
    const outcome = await sync(database, { id: 2 }, noting(entriesFile(withoutId('1')), note));
    expect((await vanished(database)).toSorted()).toEqual(expected);
    const kept = all.length - expected.length;
    expect(outcome.warnings.map(({ warning }) => [warning.code, warning.count])).toEqual(
      kept > 0 ? [['kept_open', kept]] : [],
    );
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({
      unchanged: 1,
      ...(expected.length > 0 && { settled: expected.length }),
    });
  });

  test('by its id, which beats client and piece where both have one', async () => {
    const database = await start(...stored(entry));
    await sync(database, { id: 2 }, noting(entriesFile(entry('1')), ['', '2', 'C2', 'F5']));
    expect((await vanished(database)).toSorted()).toEqual(['F2', 'F4', 'F5']);
    expect((await entriesOf(database))[1]).toMatchObject({ entry_id: '2', status: 'open', last_changed: 1 });
  });

  test('is as it was once the record is right again, and vanishes once it is gone', async () => {
    const database = await start(entry('1'), entry('2'));
    await sync(database, { id: 2 }, noting(entriesFile(entry('1')), ['', '2', 'C1', 'F2']));
    const again = await sync(database, { id: 3 }, entriesFile(entry('1'), entry('2')));
    expect(countsOf(again, 'ecritures', 1)).toEqual({ unchanged: 2 });
    await sync(database, { id: 4 }, entriesFile(entry('1')));
    expect(await vanished(database)).toEqual(['F2']);
  });

  test('does not count for the guard', async () => {
    const database = await start(...stored(entry));
    const notes: Note[] = ['2', '3', '4'].map((id) => ['', id, null, null]);
    const outcome = await sync(database, { id: 2, approved: false }, noting(entriesFile(entry('1')), ...notes));
    expect(outcome.guard).toEqual([]);
    expect(await vanished(database)).toEqual(['F5']);
  });

  test('and its letter still counts: a group that lost its payment is open again', async () => {
    const payment = entry('2', { letter: 'A', amount: '-100.00', balance: '0.00' });
    const database = await start(entry('1', { letter: 'A', balance: null }), payment);
    expect((await entriesOf(database))[0]).toMatchObject({ status: 'settled' });
    const without = { ...payment, letter: null };
    await sync(database, { id: 2 }, noting(entriesFile(without), ['', '1', 'C1', 'F1']));
    expect((await entriesOf(database))[0]).toMatchObject({ entry_id: '1', status: 'open' });
  });

  test('one that is settled already is left alone, and nobody is told', async () => {
    const one = entry('1', { balance: '100.00' });
    const database = await start(one, entry('2', { balance: '0.00' }));
    const outcome = await sync(database, { id: 2 }, noting(entriesFile(one), ['', '2', null, null]));
    expect(outcome.warnings).toEqual([]);
    expect((await entriesOf(database))[1]).toMatchObject({ status: 'settled', last_changed: 1 });
  });
});

describe('a row that only the database refuses', () => {
  test('of an unknown client: its piece stays open, whoever it belongs to', async () => {
    const database = await start(withoutId('1'), withoutId('2'), withoutId('3'));
    const mistyped = withoutId('2', { client_code: 'C9' });
    const outcome = await sync(database, { id: 2 }, entriesFile(withoutId('1'), mistyped));
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: 1, rejected: 1, settled: 1 });
    expect(outcome.warnings).toMatchObject([{ fileNo: 1, warning: { code: 'kept_open', count: 1 } }]);
    expect(await vanished(database)).toEqual(['F3']);
  });

  test('under a key that came before: that one was kept', async () => {
    const database = await start(entry('1'), entry('2'));
    const outcome = await sync(
      database,
      { id: 2 },
      entriesFile(entry('1'), entry('2'), entry('2', { amount: '5.00' })),
    );
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: 2, rejected: 1 });
    expect(await vanished(database)).toEqual([]);
  });
});

describe('contacts', () => {
  const contact = (client_code: string, contact_id: string | null, last_name: string): Row => ({
    client_code,
    contact_id,
    last_name,
  });
  const file = (...rows: Row[]): TestFile => ({ dataset: 'contacts', mode: 'snapshot', rows });
  const inactive = async ({ sql }: Database) =>
    (await sql`select last_name from contacts where not active order by 1`).map((row) => String(row['last_name']));

  test('stay active too: by their id, by their client, or all where a contact of nobody has no id', async () => {
    const all = [contact('C1', '1', 'A'), contact('C1', '2', 'B'), contact('C2', '3', 'C'), contact('C2', null, 'D')];
    const database = await testDatabase();
    await sync(database, { id: 1 }, clients, file(...all));
    await sync(database, { id: 2 }, noting(file(...all.slice(0, 1)), ['', '2', 'C9', null], ['', null, 'C2', null]));
    expect(await inactive(database)).toEqual([]);
    await sync(database, { id: 3 }, file(...all.slice(0, 1), contact('C9', null, 'E')));
    expect(await inactive(database)).toEqual([]);
    await sync(database, { id: 4 }, noting(file(...all.slice(0, 1)), ['', '2', null, null]));
    expect(await inactive(database)).toEqual(['C', 'D']);
  });
});
