import { expect, it } from 'vitest';
import { validateTwice } from './support.ts';

it('a dash is zero where the lines whose balances have figures were refused at first, for their dates', () => {
  const header = ['Document no', 'Outstanding', 'Invoice date', 'Amount', 'Customer code'];
  const rows = [
    ['F101', '24 999,94', '04/23/2026', '49 999,89', '1003'],
    ['F102', '-', '03/12/2026', '246,95', '1001'],
    ['F103', '719,01', '01/30/2026', '719,01', '1003'],
    ['F104', '-', '02/05/2026', '22,75', '1003'],
    ['F105', '10,00', '02/28/2026', '22,75', '1003'],
  ];
  const found = validateTwice('ecritures', { header, rows });
  expect(found.rows.map((row) => [row['piece_number'], row['entry_date'], row['balance']])).toEqual([
    ['F101', '2026-04-23', '24999.94'],
    ['F102', '2026-03-12', '0.00'],
    ['F103', '2026-01-30', '719.01'],
    ['F104', '2026-02-05', '0.00'],
    ['F105', '2026-02-28', '10.00'],
  ]);
  expect(found.warned).not.toContain('balance_without_figures balance');
});
