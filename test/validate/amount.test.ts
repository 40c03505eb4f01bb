import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecimalMark, Mapping } from '../../src/model/mapping.ts';
import { Amount, amountColumn, readAmount } from '../../src/validate/cells/amount.ts';
import { writeCents } from '../../src/validate/output/copy.ts';
import { entries, entry, validate, validateTwice } from './support.ts';

function read(text: string, mark: DecimalMark = ','): string {
  const bytes = Buffer.from(text);
  const column = amountColumn(mark);
  const status = readAmount(bytes, 0, bytes.length, column);
  if (status === Amount.empty) return 'empty';
  if (status === Amount.invalid) return 'invalid';
  if (status === Amount.tooLarge) return 'too large';
  const into = Buffer.alloc(40);
  return into.toString('utf8', 0, writeCents(column.cents, into, 0)) + (status === Amount.rounded ? ' rounded' : '');
}

describe('an amount is read in every form that accounting software writes', () => {
  it.each([
    ['1 234,56', '1234.56'],
    ['1\u00a0234,56', '1234.56'],
    ['1\u202f234\u202f567,89', '1234567.89'],
    ["1'234.50", '1234.50'],
    ['1’234,50', '1234.50'],
    ['1.234,56', '1234.56'],
    ['1,234.56', '1234.56'],
    ['1.234.567,89', '1234567.89'],
    ['1,234,567.89', '1234567.89'],
    ['1.234.567', '1234567.00'],
    ['(12,00)', '-12.00'],
    ['( 1 234,50 )', '-1234.50'],
    ['12,00-', '-12.00'],
    ['12,00 -', '-12.00'],
    ['-12,00', '-12.00'],
    ['- 12,00', '-12.00'],
    ['−12,00', '-12.00'],
    ['+12', '12.00'],
    ['12,00 €', '12.00'],
    ['-12,00 €', '-12.00'],
    ['€ 12.00', '12.00'],
    ['12,00 EUR', '12.00'],
    ['0000000069,60', '69.60'],
    ['000000001437,12', '1437.12'],
    ['0', '0.00'],
    ['-0,00', '0.00'],
    ['1,5', '1.50'],
    ['1.5', '1.50'],
    [',50', '0.50'],
    ['12,', '12.00'],
    ['9999999999999,99', '9999999999999.99'],
    ['-', 'empty'],
    ['- €', 'empty'],
  ])('%j is %s', (text, amount) => {
    expect(read(text)).toBe(amount);
  });

  it.each([
    ['12,345', ',', '12.35 rounded'],
    ['12,344', ',', '12.34 rounded'],
    ['-12,345', ',', '-12.35 rounded'],
    ['1.005', '.', '1.01 rounded'],
    ['1234,5600000000001', ',', '1234.56'],
    ['12,000', ',', '12.00'],
    ['0,123', '.', '0.12 rounded'],
    ['1234,567', '.', '1234.57 rounded'],
  ] as const)('rounds half a cent away from zero: %s with %s is %s', (text, mark, amount) => {
    expect(read(text, mark)).toBe(amount);
  });

  it.each([
    'abc',
    '12,00,0',
    '1.23.456',
    '1,2345,678',
    '12a',
    '1 23,45',
    '--12',
    '12-13',
    '(12',
    '12)',
    '-(12)',
    ',',
    '€',
    '1..2',
    '12 34',
  ])('%j is no amount', (text) => {
    expect(read(text)).toBe('invalid');
  });

  it('refuses what decimal(15,2) cannot hold', () => {
    expect(read('10000000000000')).toBe('too large');
    expect(read('9999999999999,999')).toBe('too large');
  });

  it('is the same amount in any notation', () => {
    const groups = [' ', '\u00a0', '\u202f', '.', ''];
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 14), max: 10 ** 14 }),
        fc.constantFrom(...groups),
        fc.constantFrom('front', 'back', 'parentheses'),
        (cents, group, sign) => {
          const whole = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, group);
          const figure = `${whole},${String(Math.abs(cents) % 100).padStart(2, '0')}`;
          const text =
            cents >= 0 ? figure : sign === 'front' ? `-${figure}` : sign === 'back' ? `${figure}-` : `(${figure})`;
          expect(read(text)).toBe((cents / 100).toFixed(2));
        },
      ),
    );
  });
});

it('an amount may have blanks around it, as programs pad it', () => {
  expect(
    entries([' 000000001437,12', '\u00a012,00\u202f', "'12,50", '="13,50"']).rows.map(({ amount }) => amount),
  ).toEqual(['1437.12', '12.00', '12.50', '13.50']);
});

it('an amount in another currency is no amount in euros unless the file says which currency it is in', () => {
  expect(entries(['12,00 €', 'EUR 12,00', '12,00']).warned).toEqual([]);
  const dollars = entries(['12,00 $', '£ 12.00', '(12,00 CHF)']);
  expect(dollars.result.warnings).toMatchObject([{ code: 'foreign_currency', column: 'amount', count: 3 }]);
  const named = validate('ecritures', {
    header: ['Code client', 'Pièce', 'Date', 'Montant', 'Devise'],
    rows: [['C1', 'F1', '20260131', '$1,200.50', 'USD']],
  });
  expect(named).toMatchObject({ warned: [], rows: [{ amount: '1200.50', currency: 'USD' }] });
});

describe('a separator that could be either is decided for the whole column', () => {
  const amounts = (outcome: ReturnType<typeof entries>) => outcome.rows.map(({ amount }) => amount);

  it('by a cell that only one mark allows', () => {
    // A thousand and some would be 1.234, and money has no thousandths: it is refused.
    expect(amounts(entries(['1,234', '1,5']))).toEqual(['1.50']);
    expect(amounts(entries(['1,234', '1.5']))).toEqual(['1234.00', '1.50']);
    expect(amounts(entries(['1.234', '12,00']))).toEqual(['1234.00', '12.00']);
    expect(amounts(entries(['1.234', '0.50']))).toEqual(['0.50']);
    expect(amounts(entries(['1,234', '1,234,567']))).toEqual(['1234.00', '1234567.00']);
  });

  it('by the other amount columns of the file, where its own cells say nothing', () => {
    const header = ['Code client', 'Pièce', 'Date', 'Débit', 'Crédit'];
    const rows = [
      ['C1', 'F1', '20260131', '1,234', ''],
      ['C1', 'F2', '20260131', '', '10.50'],
    ];
    const outcome = validateTwice('ecritures', { header, rows });
    expect(outcome.rows.map(({ amount }) => amount)).toEqual(['1234.00', '-10.50']);
    expect(outcome.warned).toEqual([]);
  });

  it('as thousands where nothing in the file says it, and the report says so', () => {
    const outcome = entries(['1,234', '2,345']);
    expect(amounts(outcome)).toEqual(['1234.00', '2345.00']);
    expect(outcome.warned).toEqual(['ambiguous_amounts amount']);
  });

  it('asks for a second run only where the first assumption was wrong', () => {
    const header = ['Code client', 'Pièce', 'Date', 'Montant'];
    const first = validate('ecritures', { header, rows: [['C1', 'F1', '20260131', '1,234']] });
    expect(first.result.refuted).toBe(true);
    const second = validate('ecritures', {
      header,
      rows: [['C1', 'F1', '20260131', '1,234']],
      decisions: first.result.decisions,
    });
    expect(second.result.refuted).toBe(false);
    expect(validate('ecritures', { header, rows: [['C1', 'F1', '20260131', '1.5']] }).result.refuted).toBe(false);
  });

  it('by the mapping, whatever the cells say', () => {
    expect(entries(['1,234'], { decimalMark: ',' }).refused).toEqual(['fraction_of_cent amount']);
    expect(amounts(entries(['1,234', '1,5'], { decimalMark: '.' }))).toEqual(['1234.00', '1.50']);
  });

  it('a fraction of a cent is refused in a column of cents, and rounded with a remark where it is the habit', () => {
    const divided = entries(['3,8546', '854,60', '12,50025', '1,50']);
    expect(amounts(divided)).toEqual(['854.60', '1.50']);
    expect(divided.refused).toEqual(['fraction_of_cent amount', 'fraction_of_cent amount']);
    expect(entries(['3,8546', '12,50025', '1,2345']).refused).toHaveLength(3);
    const computed = entries(['0,333333333', '1234,5678', '10,12345678', '12,50']);
    expect(amounts(computed)).toEqual(['0.33', '1234.57', '10.12', '12.50']);
    expect(computed.warned).toEqual(['amount_rounded amount']);
    expect(entries(['1234,5600', '12,5000', '0,1000']).warned).toEqual([]);
    expect(entries(['1234.5600000000001', '0.30000000000000004']).refused).toEqual([]);
  });
});

describe('an écriture has one amount', () => {
  const both = (debit: string, credit: string) =>
    validate('ecritures', {
      header: ['Code client', 'Pièce', 'Date', 'Débit', 'Crédit'],
      rows: [['C1', 'F1', '20260131', debit, credit]],
    });

  it('from a debit or a credit', () => {
    expect(both('12,00', '').rows[0]).toMatchObject({ amount: '12.00', entry_type: 'invoice' });
    expect(both('', '12,00').rows[0]).toMatchObject({ amount: '-12.00', entry_type: 'payment' });
    expect(both('0,00', '12,00').rows[0]).toMatchObject({ amount: '-12.00' });
    expect(both('-12,00', '0,00').rows[0]).toMatchObject({ amount: '-12.00' });
  });

  it('but not from both, nor from none', () => {
    expect(both('12,00', '12,00').refused).toEqual(['debit_and_credit debit']);
    expect(both('', '').refused).toEqual(['missing_value amount']);
    expect(both('douze', '').refused).toEqual(['invalid_amount debit']);
    const zero = both('0,00', '0,00');
    expect(zero.rows[0]).toMatchObject({ amount: '0.00' });
    expect(zero.warned).toEqual(['zero_amount amount']);
  });

  const sided = (...sides: string[]) =>
    validateTwice('ecritures', {
      header: ['Code client', 'Pièce', 'Date', 'Montant', 'Sens'],
      rows: sides.map((side, i) => ['C1', `F${i}`, '20260131', '12,00', side]),
    });
  const signs = (...sides: string[]) => sided(...sides).rows.map(({ amount }) => amount);

  it('from an amount and a side: D and C, 0 and 1 as Sage has them, 1 and -1', () => {
    expect(signs('D', 'c', 'Débit', 'Crédit')).toEqual(['12.00', '-12.00', '12.00', '-12.00']);
    expect(signs('0', '1')).toEqual(['12.00', '-12.00']);
    expect(signs('1', '-1')).toEqual(['12.00', '-12.00']);
    expect(signs('+1', '-1')).toEqual(['12.00', '-12.00']);
    expect(sided('1').warned).toEqual(['ambiguous_side side']);
    expect(sided('2', '').refused).toEqual(['invalid_side side', 'missing_value side']);
  });

  it('whose credit keeps its side where the file writes all credits below zero, and is taken back where it does not', () => {
    const credits = (...cells: string[]) =>
      validateTwice('ecritures', {
        header: ['Code client', 'Pièce', 'Date', 'Débit', 'Crédit'],
        rows: [['100,00', ''], ...cells.map((cell) => ['', cell])].map((money, i) => [
          'C1',
          `F${i}`,
          '20260131',
          ...money,
        ]),
      });
    const all = credits('-40,00', '0,00', '-60,00');
    expect(all.rows.map(({ amount, entry_type }) => [amount, entry_type])).toEqual([
      ['100.00', 'invoice'],
      ['-40.00', 'payment'],
      ['0.00', 'invoice'],
      ['-60.00', 'payment'],
    ]);
    expect(all.result.warnings).toMatchObject([
      { code: 'negative_credits', column: 'credit', count: 2 },
      { code: 'zero_amount' },
    ]);
    const some = credits('-40,00', '60,00');
    expect(some.rows.map(({ amount }) => amount)).toEqual(['100.00', '40.00', '-60.00']);
    expect(some.warned).toEqual([]);

    const sided = (...lines: [string, string][]) =>
      validateTwice('ecritures', {
        header: ['Code client', 'Pièce', 'Date', 'Montant', 'Sens'],
        rows: lines.map((line, i) => ['C1', `F${i}`, '20260131', ...line]),
      });
    const signed = sided(['100,00', 'D'], ['-40,00', 'C']);
    expect(signed.rows.map(({ amount }) => amount)).toEqual(['100.00', '-40.00']);
    expect(signed.warned).toEqual(['negative_credits amount']);
    expect(sided(['-40,00', 'C'], ['60,00', 'C']).rows.map(({ amount }) => amount)).toEqual(['40.00', '-60.00']);
  });

  it('and one without a side, of a credit note or a payment, is doubtful above zero', () => {
    const typed = (type: string, amount: string, more: Record<string, string> = {}) =>
      validate('ecritures', {
        header: ['Code client', 'Pièce', 'Date', 'Type', 'Montant', ...Object.keys(more)],
        rows: [['C1', 'F1', '20260131', type, amount, ...Object.values(more)]],
      }).warned;
    expect(typed('AVO', '12,00')).toEqual(['positive_credit amount']);
    expect(typed('RGL', '12,00')).toEqual(['positive_credit amount']);
    for (const [type, amount] of [
      ['AVO', '-12,00'],
      ['FAC', '12,00'],
      ['OD', '12,00'],
      ['', '12,00'],
    ] as const)
      expect(typed(type, amount)).toEqual([]);
    expect(typed('AVO', '12,00', { Sens: 'C' })).toEqual([]);
  });

  it('from debit and credit where the file also has an amount, unless the mapping names it', () => {
    const header = ['Code client', 'Pièce', 'Date', 'Débit', 'Crédit', 'Montant'];
    const rows = [['C1', 'F1', '20260131', '', '5,00', '5,00']];
    const outcome = validate('ecritures', { header, rows });
    expect(outcome.rows[0]).toMatchObject({ amount: '-5.00', extra: '{"Montant":"5,00"}' });
    expect(validate('ecritures', { header, rows, mapping: { columns: { amount: 'Montant' } } }).rows[0]).toMatchObject({
      amount: '5.00',
    });
  });

  it('and a balance no larger than it, of the same sign', () => {
    expect(entry({ Solde: '40,00' }).rows[0]).toMatchObject({ balance: '40.00' });
    expect(entry({ Solde: '100,01' })).toMatchObject({
      warned: ['balance_inconsistent balance'],
      rows: [{ balance: null }],
    });
    expect(entry({ Solde: '-40,00' }).warned).toEqual(['balance_inconsistent balance']);
    const ledger = ['100,00', '150,00', '50,00', '0,00', '70,00', '90,00'];
    const lines = ['100,00', '50,00', '-100,00', '-50,00', '70,00', '20,00'].map((amount, i) => [
      amount,
      ledger[i] ?? '',
    ]);
    const running = (mapping: Mapping = {}) =>
      validateTwice('ecritures', {
        header: ['Code client', 'Pièce', 'Date', 'Montant', 'Solde'],
        rows: lines.map((cells, i) => ['C1', `F${i}`, '20260131', ...cells]),
        mapping,
      });
    // The fourth would be settled, though it is a payment.
    expect(running().rows.map(({ amount, balance }) => [amount, balance])).toEqual(
      ['100.00', '50.00', '-100.00', '-50.00', '70.00', '20.00'].map((amount) => [amount, undefined]),
    );
    expect(running().warned).toEqual(['running_balance balance']);
    expect(running({ columns: { balance: 'Solde' } }).rows[3]).toMatchObject({ balance: '0.00' });
    expect(entry({ Solde: 'n.c.' })).toMatchObject({ warned: ['invalid_amount balance'], rows: [{ balance: null }] });
  });
});

describe('amounts without cents', () => {
  const perhaps = (amounts: string[], more: Parameters<typeof entries>[1] = {}) =>
    entries(amounts, more).warned.includes('perhaps_cents');
  const any = Array.from({ length: 40 }, (_, i) => `${4321 + i * 7919}`);
  it('that may be any number are perhaps counted in cents, which is said', () => {
    expect(perhaps(any)).toBe(true);
  });
  it('that are prices are prices, and so is whatever shows its decimals', () => {
    expect(perhaps(any.map((_, i) => `${(i + 1) * 50}`))).toBe(false);
    expect(perhaps(any.map((_, i) => `${i % 3 === 0 ? 99 + i : (i + 1) * 10}`))).toBe(false);
    expect(perhaps(any.map((amount) => `${amount},00`))).toBe(false);
    expect(perhaps([...any, '12,50'])).toBe(false);
    expect(perhaps(any.slice(0, 19))).toBe(false);
  });
  it('are usual in a currency that has none', () => {
    const header = ['Code client', 'Pièce', 'Date', 'Montant', 'Devise'];
    const rows = any.map((amount, i) => ['C1', `F${i}`, '31/01/2026', amount, 'XPF']);
    expect(validateTwice('ecritures', { header, rows }).warned).not.toContain('perhaps_cents');
  });
});

describe('a single amount with three decimals', () => {
  const thousands = (amounts: string[], more: Parameters<typeof entries>[1] = {}) =>
    entries(amounts, more).result.warnings.filter(({ code }) => code === 'perhaps_thousands');
  it.each([
    ['1.500', ['1234.56', '99.50', '1.500', '12.50']],
    ['1,500', ['1234,56', '99,50', '1,500', '12,50']],
    ['12.000', ['12.000', '99.50', '8']],
  ])('%s may have been meant as thousands, which is said', (value, amounts) => {
    expect(thousands(amounts)).toMatchObject([{ column: 'amount', count: 1, examples: [{ value }] }]);
  });
  it('has them where others have', () => {
    expect(thousands(['1250.000', '80.500', '7.250'])).toEqual([]);
    expect(thousands(['0,125', '80,500', '7,25'])).toEqual([]);
  });
  it('has none where the column says so, or the mapping', () => {
    expect(thousands(['1234,56', '1.500'])).toEqual([]);
    expect(thousands(['1.500', '12.50'], { decimalMark: '.' })).toEqual([]);
  });
});
