import { expect, it } from 'vitest';
import { openByClient, openTotals } from '../../src/db/queries/rows/overdue.ts';
import { addRows, emptyRows } from '../support/rows.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();
emptyRows(database);

const ENTRIES = [
  { n: 1, dueDate: '2026-06-01', amount: '10.00' },
  { n: 2, dueDate: '2026-05-31', amount: '20.00' },
  { n: 3, dueDate: '2026-05-02', amount: '40.00' },
  { n: 4, dueDate: '2026-05-01', amount: '80.00' },
  { n: 5, dueDate: '2026-04-02', amount: '160.00' },
  { n: 6, dueDate: '2026-04-01', amount: '320.00' },
  { n: 7, dueDate: '2026-03-03', amount: '640.00', clientCode: 'C2' },
  { n: 8, dueDate: '2026-03-02', amount: '1280.00', clientCode: 'C2' },
  { n: 9, dueDate: null, amount: '0.10' },
];

it('ages what is open by the days since it was due', async () => {
  await addRows(database(), 'ecritures', ENTRIES);
  expect(await openTotals(database().sql, 'acme', '2026-06-01', {})).toEqual([
    {
      currency: 'EUR',
      entries: 9,
      open: '2550.10',
      notDue: '10.10',
      overdue: '2540.00',
      upTo30: '60.00',
      days31to60: '240.00',
      days61to90: '960.00',
      over90: '1280.00',
    },
  ]);
});

it('counts what is left of an entry, and leaves out what is settled and what is another tenant’s', async () => {
  await addRows(database(), 'ecritures', [
    { n: 1, amount: '100.00', balance: '30.00', dueDate: '2026-01-01' },
    { n: 2, amount: '-12.00', entryType: 'payment', dueDate: '2026-01-01' },
    { n: 3, status: 'settled' },
    { n: 4, status: 'settled_presumed' },
    { n: 5, tenantId: 'other' },
  ]);
  const [total] = await openTotals(database().sql, 'acme', '2026-02-01', {});
  expect(total).toMatchObject({ entries: 2, open: '18.00', overdue: '18.00', days31to60: '18.00', upTo30: '0.00' });
});

it('keeps currencies apart; an amount that is also told in foreign currency is the ledger’s', async () => {
  await addRows(database(), 'ecritures', [
    { n: 1, amount: '10.00' },
    { n: 2, amount: '20.00', currency: 'USD' },
    { n: 3, amount: '40.00', currency: 'USD', amountCurrency: '44.00' },
  ]);
  const totals = await openTotals(database().sql, 'acme', '2026-02-01', {});
  expect(totals.map(({ currency, open }) => [currency, open])).toEqual([
    ['EUR', '50.00'],
    ['USD', '20.00'],
  ]);
});

it('adds up for each client, a page at a time', async () => {
  await addRows(database(), 'clients', [{ n: 2, name: 'Deux' }]);
  await addRows(database(), 'ecritures', [...ENTRIES, { n: 10, company: 'B', clientCode: 'C2', amount: '1.00' }]);
  const { sql } = database();
  const first = await openByClient(sql, 'acme', '2026-06-01', {}, { after: undefined, limit: 2 });
  expect(first).toMatchObject([
    { company: '', clientCode: 'C1', name: null, open: '630.10' },
    { company: '', clientCode: 'C2', name: 'Deux', days61to90: '640.00', over90: '1280.00' },
  ]);
  const rest = await openByClient(sql, 'acme', '2026-06-01', {}, { after: first[1], limit: 2 });
  expect(rest).toMatchObject([{ company: 'B', clientCode: 'C2', name: null, open: '1.00' }]);
  const one = await openByClient(
    sql,
    'acme',
    '2026-06-01',
    { clientCode: 'C2', company: '' },
    { after: undefined, limit: 9 },
  );
  expect(one.map(({ open }) => open)).toEqual(['1920.00']);
});
