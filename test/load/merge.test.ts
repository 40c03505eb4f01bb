import { describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { client, clientsFile, countsOf, entriesFile, entriesOf, entry, sync } from './world.ts';

const c1 = clientsFile(client('C1'), client('C2'));

describe('a snapshot', () => {
  test('fills an empty tenant, and says so', async () => {
    const database = await testDatabase();
    const outcome = await sync(database, { id: 1 }, c1, entriesFile(entry('1'), entry('2')));
    expect(countsOf(outcome, 'clients', 1)).toEqual({ inserted: 2 });
    expect(countsOf(outcome, 'ecritures', 2)).toEqual({ inserted: 2 });
    expect(await entriesOf(database)).toMatchObject([
      { entry_id: '1', status: 'open', first_seen: 1, last_changed: 1 },
      { entry_id: '2', status: 'open', first_seen: 1, last_changed: 1 },
    ]);
  });

  test('changes nothing when it is repeated', async () => {
    const database = await testDatabase();
    const entries = entriesFile(
      entry('1'),
      entry('2', { letter: 'A' }),
      entry('3', { letter: 'A', amount: '-100.00' }),
    );
    await sync(database, { id: 1 }, c1, entries);
    const before = await entriesOf(database);
    const outcome = await sync(database, { id: 2 }, c1, entries);
    expect(countsOf(outcome, 'clients', 1)).toEqual({ unchanged: 2 });
    expect(countsOf(outcome, 'ecritures', 2)).toEqual({ unchanged: 3 });
    expect(await entriesOf(database)).toEqual(before);
    expect(await database.sql`select * from changes`).toHaveLength(0);
  });

  test('inserts what is new, updates what differs and keeps the values before', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(entry('1'), entry('2')));
    const outcome = await sync(
      database,
      { id: 2 },
      entriesFile(entry('1'), entry('2', { label: 'Avoir' }), entry('3')),
    );
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ inserted: 1, updated: 1, unchanged: 1 });
    expect(await entriesOf(database)).toMatchObject([
      { entry_id: '1', last_changed: 1 },
      { entry_id: '2', label: 'Avoir', first_seen: 1, last_changed: 2 },
      { entry_id: '3', first_seen: 2 },
    ]);
    const changes = await database.sql`select change, before from changes where sync_id = 2`;
    expect(changes).toMatchObject([{ change: 'updated', before: { label: 'Facture 2', last_changed: 1 } }]);
  });

  test('settles as presumed what it no longer names, and reopens it when it comes back', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(entry('1'), entry('2')));
    const gone = await sync(database, { id: 2 }, entriesFile(entry('1')));
    expect(countsOf(gone, 'ecritures', 1)).toEqual({ unchanged: 1, settled: 1 });
    expect((await entriesOf(database))[1]).toMatchObject({ status: 'settled_presumed', by: 2, last_changed: 2 });
    const still = await sync(database, { id: 3 }, entriesFile(entry('1')));
    expect(countsOf(still, 'ecritures', 1)).toEqual({ unchanged: 1 });
    const back = await sync(database, { id: 4 }, entriesFile(entry('1'), entry('2')));
    expect(countsOf(back, 'ecritures', 1)).toEqual({ unchanged: 2, reopened: 1 });
    expect((await entriesOf(database))[1]).toMatchObject({ status: 'open', by: null, last_changed: 4 });
    const changes =
      await database.sql`select sync_id::int, change, before->>'status' as before from changes order by 1`;
    expect(changes).toEqual([
      { sync_id: 2, change: 'settled', before: 'open' },
      { sync_id: 4, change: 'reopened', before: 'settled_presumed' },
    ]);
  });

  test('settles nothing when its silence may be a defect of the file', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(entry('1'), entry('2')));
    const outcome = await sync(database, { id: 2 }, { ...entriesFile(entry('1')), allowSettle: false });
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ unchanged: 1 });
    expect((await entriesOf(database))[1]).toMatchObject({ status: 'open' });
  });

  test('deactivates a contact of a file that vanished, brings it back, and never touches a manual one', async () => {
    const database = await testDatabase();
    const contact = (email: string) => ({ client_code: 'C1', email, last_name: 'Lefèvre', is_main: null });
    const file = (...emails: string[]) => ({
      dataset: 'contacts' as const,
      mode: 'snapshot' as const,
      rows: emails.map(contact),
    });
    await sync(database, { id: 1 }, c1, file('a@x.fr', 'b@x.fr'));
    await database.sql`update contacts set origin = 'manual', last_name = 'Moi', row_hash = 0 where email = 'b@x.fr'`;
    await database.sql`insert into contacts (tenant_id, key, client_code, email, origin, first_seen, last_changed)
      values ('acme', gen_random_uuid(), 'C1', 'm@x.fr', 'manual', 0, 0)`;
    const state = () => database.sql`select email, active, last_name from contacts order by email`;
    const gone = await sync(database, { id: 2 }, file('b@x.fr', 'c@x.fr'));
    expect(countsOf(gone, 'contacts', 1)).toEqual({ inserted: 1, unchanged: 1, settled: 1 });
    expect(await state()).toEqual([
      { email: 'a@x.fr', active: false, last_name: 'Lefèvre' },
      { email: 'b@x.fr', active: true, last_name: 'Moi' },
      { email: 'c@x.fr', active: true, last_name: 'Lefèvre' },
      { email: 'm@x.fr', active: true, last_name: null },
    ]);
    const back = await sync(database, { id: 3 }, file('a@x.fr', 'b@x.fr', 'c@x.fr'));
    expect(countsOf(back, 'contacts', 1)).toEqual({ unchanged: 3, reopened: 1 });
    expect((await state())[0]).toMatchObject({ active: true });
  });
});

describe('a delta', () => {
  test('leaves alone what it does not name', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(entry('1'), entry('2')));
    const outcome = await sync(
      database,
      { id: 2 },
      { ...entriesFile(entry('2', { amount: '90.00' }), entry('3')), mode: 'delta' },
    );
    expect(countsOf(outcome, 'ecritures', 1)).toEqual({ inserted: 1, updated: 1 });
    expect((await entriesOf(database)).map(({ status, amount }) => [status, amount])).toEqual([
      ['open', '100.00'],
      ['open', '90.00'],
      ['open', '100.00'],
    ]);
  });

  test('never makes a client vanish, not even as a snapshot', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1);
    const outcome = await sync(database, { id: 2 }, { ...clientsFile(client('C2')), mode: 'snapshot' });
    expect(countsOf(outcome, 'clients', 1)).toEqual({ unchanged: 1 });
    expect(await database.sql`select * from clients where active`).toHaveLength(2);
  });
});

describe('columns', () => {
  test('a column that the file lacks keeps its values; one that is there but empty clears them', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, clientsFile(client('C1', { city: 'Lyon', zip: '01000', currency: 'USD' })));
    const outcome = await sync(database, { id: 2 }, clientsFile(client('C1', { zip: null, currency: null })));
    expect(countsOf(outcome, 'clients', 1)).toEqual({ updated: 1 });
    const [row] = await database.sql`select city, zip, currency from clients`;
    expect(row).toEqual({ city: 'Lyon', zip: null, currency: 'EUR' });
  });

  test('the same values under fewer columns change nothing, and cost nothing the next time', async () => {
    const database = await testDatabase();
    const fewer = clientsFile(client('C1'));
    await sync(database, { id: 1 }, clientsFile(client('C1', { city: 'Lyon' })));
    const [first] = await database.sql`select row_hash from clients`;
    expect(countsOf(await sync(database, { id: 2 }, fewer), 'clients', 1)).toEqual({ unchanged: 1 });
    const [second] = await database.sql`select row_hash, last_changed::int, city from clients`;
    expect(second).toMatchObject({ last_changed: 1, city: 'Lyon' });
    expect(second?.['row_hash']).not.toBe(first?.['row_hash']);
  });

  test('files of one dataset may have different columns', async () => {
    const database = await testDatabase();
    await sync(
      database,
      { id: 1 },
      clientsFile(client('C1', { city: 'Lyon', zip: '1' }), client('C2', { city: 'Nice', zip: '2' })),
    );
    const outcome = await sync(
      database,
      { id: 2 },
      clientsFile(client('C1', { city: null })),
      clientsFile(client('C2', { zip: null }), client('C3', { zip: '3' })),
    );
    expect(countsOf(outcome, 'clients', 1)).toEqual({ updated: 1 });
    expect(countsOf(outcome, 'clients', 2)).toEqual({ updated: 1, inserted: 1 });
    expect(await database.sql`select client_code, city, zip from clients order by 1`).toEqual([
      { client_code: 'C1', city: null, zip: '1' },
      { client_code: 'C2', city: 'Nice', zip: null },
      { client_code: 'C3', city: null, zip: '3' },
    ]);
  });

  test('what is the user’s own survives any file', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, c1, entriesFile(entry('1')));
    await database.sql`update ecritures set notes = 'litige', stop_reminders = true`;
    await sync(database, { id: 2 }, entriesFile(entry('1', { amount: '1.00' })));
    expect(await database.sql`select notes, stop_reminders, amount::text from ecritures`).toEqual([
      { notes: 'litige', stop_reminders: true, amount: '1.00' },
    ]);
    const [change] = await database.sql`select before from changes`;
    expect(change?.['before']).not.toHaveProperty('notes');
  });

  test('columns that the data model does not know are kept together', async () => {
    const database = await testDatabase();
    await sync(database, { id: 1 }, clientsFile(client('C1', { extra: '{"Région":"Sud"}' })));
    expect((await database.sql`select extra from clients`)[0]).toEqual({ extra: { Région: 'Sud' } });
  });
});
