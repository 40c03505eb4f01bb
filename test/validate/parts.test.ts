import { describe, expect, it } from 'vitest';
import { readText, seen } from './text-file.ts';

const header = 'Code client;Pièce;Date;Échéance;Libellé;Montant';
const entry = (piece: string, amount: string, code = 'C1') =>
  `${code};${piece};15/01/2026;14/02/2026;Facture;${amount}`;
const yesterday = [entry('F-001', '120,00'), entry('F-002', '80,00'), entry('F-003', '70,00')];
const today = [entry('F-001', '100,00'), entry('F-002', '80,00'), entry('F-004', '60,00')];
const read = (text: string | Buffer) => readText('ecritures', text);
const lines = (...all: string[]) => `${all.join('\n')}\n`;
const many = (from: number, to: number, amount = '10,00') =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(`F-${from + i}`, amount));
const amounts = [
  ['F-001', '100.00'],
  ['F-002', '80.00'],
  ['F-004', '60.00'],
];

describe('of two exports in one file the later alone is imported', () => {
  const glued = [header, ...yesterday].join('\n');
  it.each([
    ['with a line end between', lines(header, ...yesterday, header, ...today), 5],
    ['without one', lines(glued + header, ...today), 4],
    ['with a byte order mark before each', lines(`\uFEFF${header}`, ...yesterday, `\uFEFF${header}`, ...today), 5],
    ['with a byte order mark, without a line end', lines(`\uFEFF${glued}\uFEFF${header}`, ...today), 4],
    ['with CR LF', lines(header, ...yesterday, header, ...today).replaceAll('\n', '\r\n'), 5],
    [
      'with a blank line and a preamble',
      lines('Export du 12/01/2026', header, ...yesterday, '', 'Export du 13/01/2026', header, ...today),
      8,
    ],
    ['in other letters', lines(header, ...yesterday, header.toUpperCase(), ...today), 5],
    ['with quotes', lines(header, ...yesterday, header, ...today).replace(/[^;\n]+/g, '"$&"'), 5],
    ['three of them', lines(header, ...yesterday, header, ...yesterday, header, ...yesterday, header, ...today), 13],
  ])('%s', (_, text, line) => {
    const outcome = read(text);
    expect(seen(outcome, 'piece_number', 'amount')).toEqual(amounts);
    expect([outcome.warned, outcome.refused, outcome.runs]).toEqual([['earlier_export'], [], 2]);
    expect(Number(outcome.rows[0]?.['line'])).toBe(line + 1);
  });

  it('whatever is wrong in the earlier one', () => {
    const outcome = read(lines(header, ...yesterday, 'C1;F-009;31/02/2026;;x;1,00', 'C1;"F-010;', header, ...today));
    expect(seen(outcome, 'piece_number', 'amount')).toEqual(amounts);
    expect(outcome.refused).toEqual([]);
  });

  it('night after night, though what was open at first was paid long ago', () => {
    const nights = Array.from({ length: 40 }, (_, i) => [header, ...many(i * 10, i * 10 + 40, `${i},00`)]);
    const outcome = read(lines(...nights.flat()));
    expect(outcome.rows).toHaveLength(41);
    expect(new Set(outcome.rows.map((row) => row['amount']))).toEqual(new Set(['39.00']));
  });

  it('of many rows, too, of which a few are others', () => {
    const outcome = read(lines(header, ...many(1, 40_000), header, ...many(500, 40_500, '11,00')));
    expect(outcome.rows).toHaveLength(40_001);
    expect(new Set(outcome.rows.map((row) => row['amount']))).toEqual(new Set(['11.00']));
  });

  it('where each is of several pages', () => {
    const pages = [header, ...many(1, 30), header, ...many(31, 60), header, ...many(61, 70)];
    const outcome = read(lines(...pages, ...pages, header, ...many(71, 75)));
    expect(outcome.rows).toHaveLength(75);
    expect(outcome.warned).toEqual(['earlier_export']);
  });

  it('of an FEC, and of clients', () => {
    const fec =
      'JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise';
    const line = (n: number, debit: string) =>
      [
        `VE|Ventes|${n}|20260115|411000|Clients|C1|A|F-${n}|20260115|x|${debit}|0,00|||20260115||`,
        `VE|Ventes|${n}|20260115|706000|Ventes|||F-${n}|20260115|x|0,00|${debit}|||20260115||`,
      ].join('\n');
    const outcome = read(
      lines(fec, line(1, '10,00'), line(2, '20,00'), fec, line(1, '11,00'), line(2, '20,00'), line(3, '30,00')),
    );
    expect(seen(outcome, 'piece_number', 'amount')).toEqual([
      ['F-1', '11.00'],
      ['F-2', '20.00'],
      ['F-3', '30.00'],
    ]);
    const years = read(lines(fec, line(1, '10,00'), line(2, '20,00'), fec, line(3, '11,00'), line(4, '20,00')));
    expect(years.rows).toHaveLength(4);
    const clients = readText(
      'clients',
      lines('Code;Nom', 'C1;Ancien', 'C2;B', 'Code;Nom', 'C1;Nouveau', 'C2;B', 'C3;C'),
    );
    expect(seen(clients, 'client_code', 'name')).toEqual([
      ['C1', 'Nouveau'],
      ['C2', 'B'],
      ['C3', 'C'],
    ]);
    expect(clients.warned).toEqual(['earlier_export']);
  });
});

describe('the pages of one export all count', () => {
  it.each([
    ['each with the header', [header, ...many(1, 40), header, ...many(41, 80), header, ...many(81, 85)], 85],
    ['of one client each', Array.from({ length: 60 }, (_, i) => [header, entry('F-1', '10,00', `C${i}`)]).flat(), 60],
    ['of which two share a row', [header, ...many(1, 40), header, ...many(40, 80)], 81],
    [
      'of one row each, of which the last is repeated',
      [...many(1, 60), entry('F-60', '10,00')].flatMap((row) => [header, row]),
      61,
    ],
    ['with an empty one at the end', [header, ...many(1, 5), header], 5],
    ['with empty ones between', [header, header, ...many(1, 5), header, header, ...many(6, 7)], 7],
  ])('%s', (_, all, count) => {
    const outcome = read(lines(...all));
    expect(outcome.rows).toHaveLength(count);
    expect([outcome.warned, outcome.undecided, outcome.runs]).toEqual([[], undefined, 1]);
  });

  it.each([
    ['all of its rows twice', [...yesterday, ...yesterday]],
    ['two rows twice', [...today.slice(0, 2), ...today.slice(0, 2)]],
    ['all of them twice, and more', [...yesterday, ...yesterday, entry('F-005', '1,00')]],
    ['a row twice, one after the other', yesterday.flatMap((line) => [line, line])],
    ['all of its rows three times', [...many(1, 50), ...many(1, 50), ...many(1, 50)]],
  ])('%s: each is kept once whichever it is', (_, rows) => {
    const outcome = read(lines(header, ...rows));
    expect([outcome.undecided, outcome.rows.length]).toEqual([undefined, rows.length]);
  });

  it('a ledger repeats a number on another day', () => {
    const cheque = (day: number, amount: string) =>
      `C1;CHQ;${String(day).padStart(2, '0')}/01/2026;;Règlement;-${amount}`;
    const page = (from: number) => [header, ...Array.from({ length: 9 }, (_, i) => cheque(from + i, '10,00'))];
    expect(read(lines(...page(1), ...page(10), ...page(19))).rows).toHaveLength(27);
  });
});

describe('where it cannot be told the file is put aside', () => {
  it.each([
    ['a third in common', [header, ...many(1, 30), header, ...many(21, 50)], 32],
    ['the later is much shorter', [header, ...many(1, 100), header, ...many(1, 10)], 102],
    [
      'its columns stand in another order',
      [header, ...many(1, 5), 'Pièce;Code client;Échéance;Date;Libellé;Montant', 'F-9;C1;14/02/2026;15/01/2026;x;5,00'],
      7,
    ],
    ['no header parts them', [header, ...yesterday, ...today, entry('F-001', '90,00')], 5],
    [
      'no header parts them, and what is paid is not in the later',
      [...[header, ...yesterday], ...yesterday.slice(1)],
      5,
    ],
    ['the third time one has changed', [header, ...yesterday, ...yesterday, ...today], 5],
    ['no header parts many', [header, ...many(1, 50), ...many(3, 52, '11,00')], 52],
  ])('%s', (_, all, line) => {
    expect(read(lines(...all)).undecided).toBe(line);
  });

  it.each([
    ['one column more', 'Code client;Nom;Ville;CP', 'C2;B;Lyon;69001'],
    ['one column less', 'Code client;Nom', 'C2;B'],
    ['contacts', 'Code client;Contact;E-mail', 'C1;Mme B;b@a.fr'],
  ])('another table follows: %s', (_, other, row) => {
    expect(readText('clients', lines('Code client;Nom;Ville', 'C1;A;Metz', 'C3;C;Brest', other, row)).undecided).toBe(
      4,
    );
  });

  it('clients whose columns change places halfway are not read with each other’s', () => {
    const text = lines('Code client;Nom;Ville', 'C1;A;Metz', 'Nom;Code client;Ville', 'B;C2;Lyon');
    expect(readText('clients', text).undecided).toBe(4 - 1);
  });
});

it('lines of one invoice are no second export', () => {
  const invoice = (n: number) => [entry(`F-${n}`, '10,00'), entry(`F-${n}`, '20,00'), entry(`F-${n}`, '30,00')];
  const outcome = read(lines(header, ...Array.from({ length: 5 }, (_, i) => invoice(i)).flat()));
  expect([outcome.rows.length, outcome.undecided]).toEqual([15, undefined]);
  expect(read(lines(header, ...many(1, 3), ...invoice(9))).undecided).toBeUndefined();
});
