import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUnavailable, openDatabase } from '../../src/db/client.ts';
import { query } from '../../src/load/query.ts';
import { testDatabase } from '../support/database.ts';
import { client, clientsFile, countsOf, entriesFile, entriesOf, entry, sync, type Row } from './world.ts';

const c1 = clientsFile(client('C1'));
const old = entriesFile(entry('1'), entry('2'));
const next = entriesFile(entry('1', { amount: '7.00' }), entry('3'));

test('a reader in the middle of a sync sees the state before it, and then the state after', async () => {
  const database = await testDatabase();
  await sync(database, { id: 1 }, c1, old);
  const before = await entriesOf(database);
  const reader = openDatabase(database.url, { max: 1 });
  try {
    const meanwhile = async () => {
      expect(await entriesOf(reader)).toEqual(before);
    };
    await sync(database, { id: 2, meanwhile }, next);
    expect((await entriesOf(reader)).map(({ entry_id, status }) => [entry_id, status])).toEqual([
      ['1', 'open'],
      ['2', 'settled_presumed'],
      ['3', 'open'],
    ]);
  } finally {
    await reader.close();
  }
});

test('a sync whose connection is killed before the commit has not happened, and can be run again', async () => {
  const database = await testDatabase();
  await sync(database, { id: 1 }, c1, old);
  const before = await entriesOf(database);
  const killed = sync(
    database,
    {
      id: 2,
      meanwhile: async (tx) => {
        const [backend] = await query(tx, 'select pg_backend_pid() as pid');
        // Not SIGKILL: Postgres would restart, under every other test.
        process.kill(Number(backend?.['pid']), 'SIGTERM');
        await query(tx, 'select 1');
      },
    },
    next,
  );
  await expect(killed).rejects.toSatisfy(isUnavailable);
  const again = openDatabase(database.url, { max: 1 });
  try {
    await expect.poll(() => entriesOf(again).catch(() => 'not yet'), { timeout: 10_000 }).toEqual(before);
    expect(countsOf(await sync(again, { id: 3 }, next), 'ecritures', 1)).toMatchObject({
      inserted: 1,
      updated: 1,
      settled: 1,
    });
  } finally {
    await again.close();
  }
});

test('a dry run says what would change, with examples, and stores nothing', async () => {
  const database = await testDatabase();
  await sync(database, { id: 1 }, c1, old);
  const before = await entriesOf(database);
  const outcome = await sync(database, { id: 2, rollback: true, examples: 200 }, next);
  expect(countsOf(outcome, 'ecritures', 1)).toEqual({ inserted: 1, updated: 1, settled: 1 });
  const shown = outcome.changes.map(({ change, before, after }) => ({ change, before, after }));
  expect(shown).toHaveLength(3);
  const known = (changed: object) => expect.objectContaining({ client_code: 'C1', ...changed }) as unknown;
  expect(shown[0]?.change).toBe('settled');
  expect(shown).toContainEqual({ change: 'updated', before: { amount: 100 }, after: known({ amount: 7 }) });
  expect(shown).toContainEqual({
    change: 'settled',
    before: { status: 'open', settled_at: null, settled_by_sync: null },
    after: known({ status: 'settled_presumed', settled_at: '2026-03-01T06:00:00+00:00', settled_by_sync: 2 }),
  });
  expect(shown.find(({ change }) => change === 'inserted')).toMatchObject({ before: null, after: { entry_id: '3' } });
  expect(await entriesOf(database)).toEqual(before);
});

test('tenants load side by side and never see one another', async () => {
  const database = await testDatabase();
  const tenants = ['acme', 'zeta'];
  await Promise.all(tenants.map((tenant) => sync(database, { id: 1, tenant }, c1, old)));
  const outcomes = await Promise.all([
    sync(database, { id: 2, tenant: 'acme' }, next),
    sync(database, { id: 3, tenant: 'zeta' }, old),
  ]);
  expect(outcomes.map((outcome) => countsOf(outcome, 'ecritures', 1))).toEqual([
    { inserted: 1, updated: 1, settled: 1 },
    { unchanged: 2 },
  ]);
  expect(await entriesOf(database, 'zeta')).toMatchObject([{ amount: '100.00' }, { status: 'open', last_changed: 1 }]);
  // A client of another tenant is no client.
  const stranger = await sync(database, { id: 4, tenant: 'nova' }, old);
  expect(countsOf(stranger, 'ecritures', 1)).toEqual({ rejected: 2 });
});

test('whatever two snapshots say, every row is accounted for and the second changes nothing when repeated', async () => {
  const database = await testDatabase();
  const row = fc.record({
    id: fc.constantFrom('1', '2', '3', '4', '5'),
    client: fc.constantFrom('C1', 'C1', 'C2', 'C9'),
    amount: fc.constantFrom('10.00', '-10.00', '20.00'),
    letter: fc.constantFrom(null, 'A', 'B'),
    balance: fc.constantFrom(null, null, '0.00', '5.00'),
    due: fc.constantFrom(null, '2026-02-01'),
  });
  const file = (identified: boolean, rows: readonly (typeof row extends fc.Arbitrary<infer R> ? R : never)[]) => ({
    ...entriesFile(
      ...rows.map((r): Row => {
        const { entry_id, ...rest } = entry(r.id, {
          client_code: r.client,
          amount: r.amount,
          letter: r.letter,
          due_date: r.due,
        });
        return { ...(identified ? { entry_id: entry_id ?? null } : {}), ...rest, balance: r.balance };
      }),
    ),
  });
  let id = 0;
  const rows = fc.array(row, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), rows, rows, async (identified, first, second) => {
      const tenant = `t${++id}`;
      const known = clientsFile(client('C1', { payment_term_days: '30' }), client('C2', { payment_term_days: null }));
      await sync(database, { id: 1, tenant }, known, file(identified, first));
      await sync(database, { id: 2, tenant }, file(identified, second));
      const before = await entriesOf(database, tenant);
      const outcome = await sync(database, { id: 3, tenant }, known, file(identified, second));
      const counts = outcome.tallies.get('ecritures')?.get(2);
      expect(counts).toMatchObject({ inserted: 0, updated: 0, settled: 0, reopened: 0 });
      expect((counts?.unchanged ?? 0) + (counts?.rejected ?? 0) + (counts?.duplicate ?? 0)).toBe(second.length);
      expect(await entriesOf(database, tenant)).toEqual(before);
    }),
    { numRuns: 15 },
  );
});
