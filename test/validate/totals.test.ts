import { describe, expect, it } from 'vitest';
import { decimalText } from '../../src/model/totals.ts';
import { addSums, addTo, type RunningSums, runningSum, sumOf, sumsAsEvidence } from '../../src/validate/file/sums.ts';
import { validate } from './support.ts';

describe('sums', () => {
  it('lose no cent, however many amounts of thirteen digits they take', () => {
    const sum = runningSum();
    for (let i = 0; i < 50_000; i++) addTo(sum, i % 2 === 0 ? 999_999_999_999_999 : -999_999_999_999_998, -1);
    expect(sumOf(sum)).toEqual({
      rows: 50_000,
      debit: 25_000n * 999_999_999_999_999n,
      credit: 25_000n * 999_999_999_999_998n,
      balance: -50_000n,
    });
    expect(decimalText(-5n)).toBe('-0.05');
  });

  it('may be taken off again, part by part', () => {
    const sums: RunningSums = new Map([['EUR', runningSum()]]);
    addTo(sums.get('EUR') ?? runningSum(), 1000, 1000);
    const part: RunningSums = new Map([['EUR', runningSum()]]);
    addTo(part.get('EUR') ?? runningSum(), 400, 0);
    addSums(sums, { 'sum USD': { ...runningSum(), rows: 1, debit: 5 } }, sumsAsEvidence(part));
    expect([...sums].map(([currency, sum]) => [currency, sumOf(sum).debit])).toEqual([
      ['EUR', 600n],
      ['USD', 5n],
    ]);
  });
});

const header = ['Code client', 'N° pièce', 'Date écriture', 'Débit', 'Crédit', 'Solde'];
const entry = (client: string, piece: number, debit: string, credit = '', balance = '') => [
  client,
  `F${piece}`,
  '15/01/2026',
  ...[debit, credit, balance],
];
const rows = [
  entry('C1', 1, '100,00', '', '100,00'),
  entry('C1', 2, '50,00', '', '0,00'),
  entry('C2', 3, '', '30,00', '0,00'),
];
const total = (debit: string, credit = '', balance = '', word = 'TOTAL') => [word, '', '', debit, credit, balance];

function outcomeOf(...lines: string[][]) {
  const { result } = validate('ecritures', { header, rows: lines });
  const found = result.warnings.filter(({ code }) => code === 'total_differs');
  return {
    confirmed: result.totals?.confirmed,
    differs: found.map(({ column, examples }) => [column, ...examples.map(({ value }) => value)]),
  };
}

describe('the total of a file', () => {
  it.each<[string, string[][]]>([
    ['debit and credit', [...rows, total('150,00', '30,00')]],
    ['with blanks and a balance', [...rows, total('1 50,00'.replace(' ', ''), '-30,00', '100,00')]],
    ['what is owed in all', [...rows, total('120,00')]],
    ['debits without credits beside both', [...rows, total('150,00', '30,00', '120,00')]],
    ['before the lines', [total('150,00', '30,00'), ...rows]],
    ['over refused lines too', [...rows, entry('', 4, '7,00'), total('157,00', '30,00')]],
    [
      'after subtotals',
      [
        ...rows.slice(0, 2),
        total('150,00', '', '', 'Sous-total'),
        ...rows.slice(2),
        total('150,00', '30,00', '', 'Total général'),
      ],
    ],
    [
      'in the stars of SAP',
      [
        ...rows.slice(0, 2),
        total('150,00', '', '', '*'),
        ...rows.slice(2),
        total('', '30,00', '', '*'),
        total('150,00', '30,00', '', '**'),
      ],
    ],
    ['without a word', [...rows, total('150,00', '30,00', '', '')]],
  ])('agrees: %s', (_, lines) => {
    const { confirmed, differs } = outcomeOf(...lines);
    expect(differs).toEqual([]);
    expect(confirmed).not.toBeNull();
  });

  it('is said to differ with both figures and its line', () => {
    expect(outcomeOf(...rows, total('151,00', '30,00'))).toEqual({
      confirmed: null,
      differs: [['debit', '151,00 ≠ 150,00']],
    });
    expect(outcomeOf(...rows, total('150,00', '29,00')).differs).toEqual([['credit', '29,00 ≠ 30,00']]);
    expect(outcomeOf(...rows, total('150,00', '30,00', '99,00')).differs).toEqual([['balance', '99,00 ≠ 100,00']]);
  });

  it('is not that of a line which was not there: a part that was cut off shows', () => {
    expect(outcomeOf(...rows.slice(0, 2), total('150,00', '30,00')).differs).toEqual([['credit', '30,00 ≠ 0,00']]);
  });

  it.each([
    ['Total : 120,00'],
    ['TOTAL GENERAL 120,00 EUR'],
    ['Total', '120,00'],
    ['Total débit : 150,00 Total crédit : 30,00'],
    ['', '', '', '120,00', '', '', 'Solde'],
    ['Solde débiteur', '', '', '120,00'],
    ['Cumul', '', '', '150,00', '30,00'],
    ['', 'À reporter', '', '150,00', '30,00'],
    ['C2', 'TOTAL', '31/01/2026', '150,00', '30,00'],
    ['Total HT', '', 'dont TVA 20,00'],
  ])('is known in other words, too: %s %s', (...line) => {
    expect(outcomeOf(...rows, line).differs).toEqual([]);
    const outcome = validate('ecritures', { header, rows: [...rows, line] });
    expect([outcome.rows.length, outcome.refused]).toEqual([3, []]);
  });

  it.each([
    [['Total : 121,00'], ['amount', '121,00 ≠ 120,00']],
    [
      ['Total', '1 234,56'],
      ['amount', '1 234,56 ≠ 120,00'],
    ],
    [['Total débit : 150,00 Total crédit : 31,00'], ['amount', '31,00 ≠ 120,00']],
    [
      ['Solde débiteur', '', '', '121,00'],
      ['debit', '121,00 ≠ 150,00'],
    ],
    [
      ['C2', 'TOTAL', '31/01/2026', '151,00', '30,00'],
      ['debit', '151,00 ≠ 150,00'],
    ],
  ])('is said to differ in other words, too: %s', (line, differs) => {
    expect(outcomeOf(...rows, line).differs).toEqual([differs]);
  });

  it('is that of its currency', () => {
    const inCurrency = (...totals: string[][]) =>
      validate('ecritures', {
        header: ['Code client', 'N° pièce', 'Date écriture', 'Montant', 'Devise'],
        rows: [
          ['C1', 'F1', '15/01/2026', '100,00', 'EUR'],
          ['C1', 'F2', '15/01/2026', '40,00', 'USD'],
          ['C2', 'F3', '15/01/2026', '30,00', 'EUR'],
          ...totals,
        ],
      }).result.warnings.flatMap(({ code, examples }) => (code === 'total_differs' ? examples : []));
    const total = (name: string, amount: string, currency = '') => [name, '', '', amount, currency];
    expect(inCurrency(total('Total EUR', '130,00'), total('Total USD', '40,00'))).toEqual([]);
    expect(inCurrency(total('Total', '130,00', 'EUR'), total('Total', '40,00', 'USD'))).toEqual([]);
    expect(inCurrency(total('Total', '170,00'))).toEqual([]);
    expect(inCurrency(total('Total EUR', '130,00'), total('Total USD', '130,00'))).toEqual([
      { line: 6, value: '130,00 ≠ 40,00' },
    ]);
  });

  it('is that of one side, where amounts have one', () => {
    const { result } = validate('ecritures', {
      header: ['Code client', 'N° pièce', 'Date écriture', 'Montant', 'Sens'],
      rows: [
        ['C1', 'F1', '15/01/2026', '100,00', 'D'],
        ['C2', 'R1', '16/01/2026', '30,00', 'C'],
        ['Total débit', '', '', '100,00', 'D'],
        ['Total crédit', '', '', '30,00', 'C'],
      ],
    });
    expect(result.warnings.map(({ code }) => code)).toEqual([]);
  });

  it('leaves what was owed before the first line to somebody: no line holds it', () => {
    const outcome = validate('ecritures', { header, rows: [['Solde initial', '', '', '500,00'], ...rows] });
    expect(outcome.refused).toHaveLength(1);
  });

  it('names no figure where the line has none', () => {
    expect(outcomeOf(...rows, total('', ''))).toEqual({ confirmed: null, differs: [] });
  });
});

describe('a line that counts the others', () => {
  const warnedOf = (...trailer: string[]) => {
    const { result } = validate('ecritures', { header, rows: [...rows, trailer] });
    return result.warnings.filter(({ code }) => code === 'count_differs').map(({ examples }) => examples[0]?.value);
  };

  it.each([
    ["Nombre d'écritures : 3"],
    ['Nombre de lignes', '3'],
    ['Nb enregistrements : 4'],
    ['(3 rows affected)'],
    ['FIN', '3'],
    ['Total lignes : 5'],
  ])('agrees, with the header and itself or without: %s', (...trailer) => {
    expect(warnedOf(...trailer)).toEqual([]);
  });

  it('is said to differ', () => {
    expect(warnedOf("Nombre d'écritures : 1 234")).toEqual(["Nombre d'écritures : 1 234 ≠ 3"]);
    expect(warnedOf('Nb enregistrements : 9')).toEqual(['Nb enregistrements : 9 ≠ 3']);
    expect(warnedOf('Total lignes : 2')).toEqual(['Total lignes : 2 ≠ 3']);
    expect(warnedOf('(2 rows affected)')).toEqual(['(2 rows affected) ≠ 3']);
    expect(warnedOf('Nombre de lignes', '7')).toEqual(['Nombre de lignes 7 ≠ 3']);
    expect(warnedOf('FIN', '1234')).toEqual(['FIN 1234 ≠ 3']);
  });
});

it('counts lines and no money, though an amount is what the column holds in which it falls', () => {
  const header = ['Code client', 'Montant', 'N° facture', 'Date'];
  const two = [
    ['C1', '120,00', 'F1', '15/01/2026'],
    ['C2', '80,50', 'F2', '16/01/2026'],
  ];
  const codes = (...trailer: string[]) =>
    validate('ecritures', { header, rows: [...two, trailer] }).result.warnings.map(({ code }) => code);
  expect(codes('FIN', '2')).toEqual([]);
  expect(codes('FIN', '7')).toEqual(['count_differs']);
  expect(codes('Total', '200,50')).toEqual([]);
  expect(codes('Total', '200')).toEqual(['total_differs']);
});

describe('an FEC', () => {
  const fec = [
    'JournalCode',
    'EcritureNum',
    'EcritureDate',
    'CompteNum',
    'CompAuxNum',
    'PieceRef',
    'EcritureLib',
    'Debit',
    'Credit',
  ];
  const line = (account: string, debit: string, credit: string) => [
    'VE',
    '1',
    '20260115',
    account,
    account === '411' ? 'C1' : '',
    'F1',
    'x',
    debit,
    credit,
  ];
  const warnedOf = (...lines: string[][]) =>
    validate('ecritures', { fec: true, header: fec, rows: lines }).result.warnings.find(
      ({ code }) => code === 'fec_unbalanced',
    );

  it('whose debits are not its credits is damaged', () => {
    expect(warnedOf(line('411', '120,00', '0,00'), line('707', '0,00', '100,00'))?.examples).toEqual([
      { line: 0, value: '120.00 ≠ 100.00' },
    ]);
    expect(warnedOf(line('411', '120,00', '0,00'), line('707', '0,00', '120,00'))).toBeUndefined();
  });

  it('of customers’ lines alone has nothing to balance', () => {
    expect(warnedOf(line('411', '120,00', '0,00'))).toBeUndefined();
  });
});

it('sums up what accepted and refused lines say, and counts those that nobody can read', () => {
  const { result } = validate('ecritures', {
    header,
    rows: [...rows, entry('', 4, '7,00'), entry('C3', 5, 'abc'), [...entry('C3', 6, '9,00'), 'surplus']],
  });
  expect(result.totals).toMatchObject({
    read: new Map([['EUR', { rows: 4, debit: 15_700n, credit: 3000n, balance: 10_000n }]]),
    refused: new Map([['EUR', { rows: 1, debit: 700n, credit: 0n, balance: 0n }]]),
    unread: 2,
    hasBalance: true,
  });
});
