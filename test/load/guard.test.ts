import { describe, expect, test } from 'vitest';
import { judgeSnapshot, type GuardFacts } from '../../src/load/guard.ts';
import type { Database } from '../../src/db/client.ts';
import { testDatabase } from '../support/database.ts';
import { client, clientsFile, entriesFile, entriesOf, entry, sync } from './world.ts';

const limits = { guardSettle: 0.3, guardRows: 0.5 };
const calm: GuardFacts = {
  rows: 100,
  lastRows: 100,
  open: { entries: 10, amount: 1000 },
  settling: { entries: 0, amount: 0 },
};

describe('the rules', () => {
  test.each([
    ['nothing vanishes', {}, []],
    ['exactly the limit', { settling: { entries: 3, amount: 300 } }, []],
    ['more entries than allowed', { settling: { entries: 4, amount: 1 } }, ['settles_entries']],
    ['more of the amount than allowed', { settling: { entries: 1, amount: 301 } }, ['settles_amount']],
    ['half of the rows', { rows: 50 }, []],
    ['under half of the rows', { rows: 49 }, ['few_rows']],
    ['an empty file', { rows: 0 }, ['few_rows']],
    ['the first snapshot', { rows: 0, lastRows: null }, []],
    ['nothing is open', { open: { entries: 0, amount: 0 } }, []],
  ])('%s', (_, facts: Partial<GuardFacts>, rules) => {
    expect(judgeSnapshot('ecritures', { ...calm, ...facts }, limits).map(({ rule }) => rule)).toEqual(rules);
  });
});

describe('a suspicious snapshot', () => {
  const four = ['1', '2', '3', '4'].map((id) => entry(id));
  const start = async (): Promise<Database> => {
    const database = await testDatabase();
    await sync(database, { id: 1, approved: false }, clientsFile(client('C1')), entriesFile(...four));
    return database;
  };

  test('is told with what it would do, and leaves no trace', async () => {
    const database = await start();
    const outcome = await sync(database, { id: 2, approved: false }, entriesFile(...four.slice(0, 2), entry('5')));
    expect(outcome.guard).toEqual([
      { dataset: 'ecritures', rule: 'settles_entries', measured: 0.5, allowed: 0.3 },
      { dataset: 'ecritures', rule: 'settles_amount', measured: 0.5, allowed: 0.3 },
    ]);
    expect(await entriesOf(database)).toHaveLength(4);
  });

  test('applies once somebody approved it', async () => {
    const database = await start();
    const outcome = await sync(database, { id: 2, approved: true }, entriesFile(...four.slice(0, 2)));
    expect(outcome.guard).toEqual([]);
    expect((await entriesOf(database)).map(({ status }) => status)).toEqual([
      'open',
      'open',
      'settled_presumed',
      'settled_presumed',
    ]);
  });

  test('is compared with the last one that was applied', async () => {
    const database = await start();
    const detail = { mode: 'snapshot', sameAsBefore: false };
    await database.sql`insert into tenants (id, name) values ('acme', 'Acme')`;
    const [row] =
      await database.sql`insert into syncs (tenant_id, state, cause) values ('acme', 'applied', 'test') returning id`;
    await database.sql`insert into sync_files (tenant_id, sync_id, file_no, upload_id, dataset, sha256, inserted, unchanged, detail)
      values ('acme', ${Number(row?.['id'])}, 1, gen_random_uuid(), 'ecritures', '', 6, 4, ${database.sql.json(detail)})`;
    const outcome = await sync(database, { id: 999, approved: false }, { ...entriesFile(...four), allowSettle: false });
    expect(outcome.guard).toEqual([{ dataset: 'ecritures', rule: 'few_rows', measured: 0.4, allowed: 0.5 }]);
  });

  test('does not stop a delta', async () => {
    const database = await start();
    const outcome = await sync(database, { id: 2, approved: false }, { ...entriesFile(entry('9')), mode: 'delta' });
    expect(outcome.guard).toEqual([]);
    expect(await entriesOf(database)).toHaveLength(5);
  });
});
