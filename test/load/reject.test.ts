import { describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { client, clientsFile, countsOf, entriesFile, entriesOf, entry, sync, type Row } from './world.ts';

const c1 = clientsFile(client('C1'));

describe('rows that repeat', () => {
  test('an equal one is dropped with a warning, a different one under the same id is refused', async () => {
    const database = await testDatabase();
    const rows = [
      entry('1'),
      entry('2'),
      entry('1'),
      entry('2', { amount: '5.00' }),
      entry('2'),
      entry('2', { amount: '5.00' }),
    ];
    for (const id of [1, 2]) {
      const outcome = await sync(database, { id }, c1, entriesFile(...rows));
      const kept = id === 1 ? { inserted: 2 } : { unchanged: 2 };
      expect(countsOf(outcome, 'ecritures', 2)).toEqual({ ...kept, duplicate: 2, rejected: 2 });
      expect(outcome.late).toEqual([
        { fileNo: 2, line: 5, column: 'entry_id', code: 'duplicate_key', value: '2' },
        { fileNo: 2, line: 7, column: 'entry_id', code: 'duplicate_key', value: '2' },
      ]);
      expect(outcome.warnings).toEqual([
        {
          dataset: 'ecritures',
          fileNo: 2,
          warning: {
            code: 'duplicate_row',
            column: null,
            count: 2,
            examples: [
              { line: 4, value: null },
              { line: 6, value: null },
            ],
          },
        },
      ]);
    }
    expect((await entriesOf(database)).map((row) => row['amount'])).toEqual(['100.00', '100.00']);
  });

  test('two files of one sync that name the same row are one file in this', async () => {
    const database = await testDatabase();
    const outcome = await sync(
      database,
      { id: 1 },
      clientsFile(client('C1'), client('C2')),
      clientsFile(client('C2'), client('C1', { name: 'Autre' })),
    );
    expect(countsOf(outcome, 'clients', 1)).toEqual({ inserted: 2 });
    expect(countsOf(outcome, 'clients', 2)).toEqual({ duplicate: 1, rejected: 1 });
  });

  test('without ids, instalments of one piece all stay, whatever their order', async () => {
    const database = await testDatabase();
    const instalment = (amount: string): Row => {
      const { entry_id: _, ...rest } = entry('1', { amount });
      return rest;
    };
    const rows = [instalment('10.00'), instalment('20.00'), instalment('30.00'), instalment('20.00')];
    const first = await sync(database, { id: 1 }, c1, entriesFile(...rows));
    expect(countsOf(first, 'ecritures', 2)).toEqual({ inserted: 3, duplicate: 1 });
    const again = await sync(database, { id: 2 }, entriesFile(...rows.toReversed()));
    expect(countsOf(again, 'ecritures', 1)).toEqual({ unchanged: 3, duplicate: 1 });
    expect((await entriesOf(database)).map((row) => row['amount']).toSorted()).toEqual(['10.00', '20.00', '30.00']);
  });
});

describe('entries and contacts of a client that nobody knows', () => {
  test('are refused, and taken once the client is there', async () => {
    const database = await testDatabase();
    const entries = entriesFile(entry('1'), entry('2', { client_code: 'C9' }));
    const contacts = { dataset: 'contacts' as const, rows: [{ client_code: 'C9', email: 'a@x.fr' }] };
    const outcome = await sync(database, { id: 1 }, c1, entries, contacts);
    expect(countsOf(outcome, 'ecritures', 2)).toEqual({ inserted: 1, rejected: 1 });
    expect(countsOf(outcome, 'contacts', 3)).toEqual({ rejected: 1 });
    expect(outcome.late).toEqual([
      { fileNo: 2, line: 3, column: 'client_code', code: 'unknown_client', value: 'C9' },
      { fileNo: 3, line: 2, column: 'client_code', code: 'unknown_client', value: 'C9' },
    ]);
    const still = await sync(database, { id: 2 }, entries);
    expect(countsOf(still, 'ecritures', 1)).toEqual({ unchanged: 1, rejected: 1 });
    const now = await sync(database, { id: 3 }, entries, clientsFile(client('C9')));
    expect(countsOf(now, 'ecritures', 1)).toEqual({ unchanged: 1, inserted: 1 });
  });

  test('an entry moved to one keeps what it said, and has not vanished', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(entry('1'), entry('2')));
    const outcome = await sync(database, { id: 2 }, entriesFile(entry('1'), entry('2', { client_code: 'C9' })));
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: 1, rejected: 1 });
    expect((await entriesOf(database))[1]).toMatchObject({ status: 'open', last_changed: 1 });
  });

  test('the refusals come in pages, each line once', async () => {
    const database = await testDatabase();
    const rows = Array.from({ length: 7 }, (_, i) => entry(String(i)));
    const outcome = await sync(database, { id: 1 }, entriesFile(...rows));
    expect(outcome.late.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('remarks', () => {
  test('a parent that is not there, and parents that go round', async () => {
    const database = await testDatabase();
    const parent = (code: string, parent_code: string | null) => client(code, { parent_code });
    const outcome = await sync(
      database,
      { id: 1 },
      clientsFile(
        parent('A', 'B'),
        parent('B', 'C'),
        parent('C', 'A'),
        parent('D', 'A'),
        parent('E', 'X'),
        parent('F', null),
      ),
    );
    expect(outcome.warnings.map(({ warning }) => [warning.code, warning.examples.map(({ line }) => line)])).toEqual([
      ['unknown_parent', [6]],
      ['parent_cycle', [2, 3, 4]],
    ]);
  });

  test('several main contacts of one client', async () => {
    const database = await testDatabase();
    const contact = (email: string, is_main: string | null) => ({ client_code: 'C1', email, is_main });
    const rows = [contact('a@x.fr', 't'), contact('b@x.fr', 't'), contact('c@x.fr', null)];
    const outcome = await sync(database, { id: 1 }, c1, { dataset: 'contacts', rows });
    expect(outcome.warnings).toMatchObject([{ warning: { code: 'several_main_contacts', count: 2 } }]);
  });
});

test('a code that differs from a client’s by zeros or case alone is refused, and the likely one is named', async () => {
  const database = await testDatabase();
  for (const id of [1, 2]) {
    const outcome = await sync(
      database,
      { id },
      clientsFile(client('00012'), client('C1')),
      entriesFile(
        entry('1', { client_code: '12' }),
        entry('2', { client_code: 'c1' }),
        entry('3', { client_code: '12.0' }),
        entry('4', { client_code: '99' }),
        entry('5', { client_code: 'C1' }),
      ),
    );
    expect(outcome.late.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'unknown_client'));
    expect(outcome.warnings.map(({ warning }) => warning)).toEqual([
      {
        code: 'likely_client',
        column: 'client_code',
        count: 3,
        examples: [
          { line: 2, value: '12 → 00012' },
          { line: 3, value: 'c1 → C1' },
          { line: 4, value: '12.0 → 00012' },
        ],
      },
    ]);
  }
});
