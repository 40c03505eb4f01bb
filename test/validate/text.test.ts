import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellKind } from '../../src/model/record.ts';
import { copyFields, recordOf } from '../../src/validate/columns/record-of.ts';
import { writeText } from '../../src/validate/cells/text.ts';
import { client, entry, validate, validateTwice } from './support.ts';

const name = (text: string) => client({}, { rows: [['C1', text]] });
const nameOf = (text: string) => name(text).rows[0]?.['name'];

describe('text is stored as people read it', () => {
  it.each([
    ['  Dupont  ', 'Dupont'],
    ['\u00a0Dupont\u202f\u3000', 'Dupont'],
    ['\ufeffDupont\u200b', 'Dupont'],
    ['Du\u200bpont\u2060', 'Dupont'],
    ['Du\u00adpont', 'Dupont'],
    ['Du\0pont', 'Dupont'],
    ['Du\u0007pont\u007f', 'Dupont'],
    ['Du\u0085pont', 'Dupont'],
    ['Dupont\u00a0SA', 'Dupont\u00a0SA'],
    ['L’Œuvre – Île-de-France', 'L’Œuvre – Île-de-France'],
    ['Dupont\r\nsuite', 'Dupont\nsuite'],
    ['1 rue Haute\u000bLyon', '1 rue Haute\nLyon'],
    ['1 rue Haute\u2028Lyon\u2029', '1 rue Haute\nLyon'],
    ['1 rue Haute\fLyon', '1 rue Haute\nLyon'],
    ['a\tb\\c"d', 'a\tb\\c"d'],
    ['\\N', null],
    ['日本 €5', '日本 €5'],
    ['Null', 'Null'],
    ["'t Hoekje", "'t Hoekje"],
    ['=SOMME(A1)', '=SOMME(A1)'],
  ])('%j becomes %j', (text, stored) => {
    const outcome = name(text);
    if (stored === null) expect(outcome.refused).toEqual(['missing_value name']);
    else expect(outcome.rows[0]?.['name']).toBe(stored);
  });

  it.each(['', '   ', '\u00a0', '\u200b', '#N/A', '#N/D', 'NULL', 'null', '(null)', '\0', 'nan', 'NaN', 'None'])(
    '%j is empty',
    (text) => {
      expect(client({ Ville: text }).rows[0]?.['city']).toBeNull();
      expect(name(text).refused).toEqual(['missing_value name']);
    },
  );

  it.each(['#REF!', '#VALEUR!', '#DIV/0!', '#NOM?'])(
    '%s is an error: the cell is dropped, or the row where it is needed',
    (text) => {
      expect(client({ Ville: text })).toMatchObject({ rows: [{ city: null }], warned: ['error_cell city'] });
      expect(name(text).refused).toEqual(['error_cell name']);
    },
  );

  it('whatever it is, COPY reads back what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = Buffer.from(text.toWellFormed());
        const into = Buffer.alloc(bytes.length * 2);
        const copy = into.toString('utf8', 0, writeText(bytes, 0, bytes.length, into, 0));
        expect(copy).not.toMatch(/[\t\n\r\0]/);
        const normal = text.normalize('NFC');
        const kept = (Buffer.byteLength(normal) <= bytes.length ? normal : text)
          .replace(/\r\n/g, '\n')
          .replace(/[\x0b\x0c\u2028\u2029]/g, '\n')
          .replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '');
        expect(copyFields(copy)[0]).toBe(copy === '\\N' ? null : kept);
      }),
    );
  });
});

it('what could not be read is said, by line', () => {
  const outcome = client(
    { Zone: 'R\ufffdgion' },
    {
      rows: [
        ['C1', 'Dupont', 'R\ufffdgion'],
        ['C2', 'Du\ufffd', ''],
        ['C3', 'Été', 'Sud'],
      ],
    },
  );
  expect(outcome.result.warnings.at(-1)).toMatchObject({
    code: 'unreadable_characters',
    count: 2,
    examples: [{ line: 2 }, { line: 3 }],
  });
});

describe('a code keeps its zeros and its digits', () => {
  const code = (text: string, kind: number = CellKind.text) => {
    const view = recordOf([text, 'Dupont'], 2);
    view.kinds[0] = kind;
    return client({}, { rows: [view] });
  };

  it.each([
    ['00123', '00123'],
    ["'00123", '00123'],
    ["l'Atelier", "l'Atelier"],
    ['="00123"', '00123'],
    ['  00123  ', '00123'],
    ['\u00a000123\u202f', '00123'],
    ['=" 00123 "', '00123'],
    ['CLI-é/1', 'CLI-é/1'],
  ])('%j is %s', (text, stored) => {
    expect(code(text).rows[0]?.['client_code']).toBe(stored);
  });

  it.each(["'C001'", "C001'", '"C001"', ' "C001"', '“C001”', '‘“C001”'])(
    '%s, of a file whose other cells have no such quotes, is refused',
    (text) => expect(code(text).refused).toEqual(['quoted_code client_code']),
  );

  it('a line is refused of which nobody can tell where a quoted cell ends', () => {
    const view = { ...recordOf(['C1', '"Société "Le Pont" SARL"'], 2), astray: 1 };
    expect(client({}, { rows: [view] })).toMatchObject({
      ...{ rows: [], rejections: [{ code: 'stray_quote', value: '"Société "Le Pont" SARL"' }] },
    });
  });

  it('with plain spaces, so that it is the same in every file', () => {
    for (const text of ['C 001', 'C\u00a0001', 'C\u202f001', '\u00a0C\u2009001 '])
      expect(code(text).rows[0]?.['client_code']).toBe('C 001');
  });

  it('as a number of a spreadsheet too', () => {
    expect(code('411000', CellKind.number).rows[0]?.['client_code']).toBe('411000');
    expect(code('36252187900034', CellKind.number).rows[0]?.['client_code']).toBe('36252187900034');
  });

  it('or is refused where a spreadsheet has rounded it away', () => {
    expect(code('3,62521E+13').refused).toEqual(['rounded_number client_code']);
    expect(code('3.62521E+13').refused).toEqual(['rounded_number client_code']);
    expect(code('1e+21', CellKind.number).refused).toEqual(['rounded_number client_code']);
    // The file of the workbook has 1.23456789012346E+17.
    expect(code('123456789012346000', CellKind.number).refused).toEqual(['rounded_number client_code']);
    expect(code('123456789012346000').rows[0]?.['client_code']).toBe('123456789012346000');
    for (const text of ['3.62521E13', '1.0E7', '3,62521E+013', '1E+05', '1.5e5'])
      expect(code(text).refused, text).toEqual(['rounded_number client_code']);
    for (const text of ['E+13', '4E12', '1E5', '12E+05', '1.E5', '1.0E', '3.5E12A', '1.0EX7'])
      expect(code(text).rows[0]?.['client_code']).toBe(text);
    expect(client({ Téléphone: '3,31457E+10' })).toMatchObject({
      rows: [{ phone: null }],
      warned: ['rounded_number phone'],
    });
    expect(entry({ Journal: '4,11E+05' })).toMatchObject({
      rows: [{ journal: null }],
      warned: ['rounded_number journal'],
    });
  });

  it('or is refused where no index could hold it', () => {
    expect(code('x'.repeat(200)).rows).toHaveLength(1);
    expect(code('x'.repeat(201)).refused).toEqual(['value_too_long client_code']);
  });

  it('and an empty one refuses the record', () => {
    expect(code('').refused).toEqual(['missing_value client_code']);
    expect(code("'").refused).toEqual(['missing_value client_code']);
    expect(code('=""').refused).toEqual(['missing_value client_code']);
  });

  it('what stands for no letter is none', () => {
    for (const text of [
      '-',
      '.',
      '*',
      '**',
      '0',
      '--',
      ' - ',
      '_',
      '–',
      '—',
      '\u2212',
      '- –',
      'non lettré',
      'À lettrer',
    ])
      expect(entry({ Lettrage: text }).rows[0]).toMatchObject({ letter: null });
    for (const text of ['A', 'a', 'AA', '1', 'A0', '10'])
      expect(entry({ Lettrage: text }).rows[0]).toMatchObject({ letter: text });
  });

  it('a column of letters that says yes and no has no group of entries that are not lettered', () => {
    const lettered = (...letters: string[]) =>
      validateTwice('ecritures', {
        header: ['Code client', 'Pièce', 'Date', 'Montant', 'Lettrage'],
        rows: letters.map((letter, i) => ['C1', `F${i}`, '31/01/2026', '12,00', letter]),
      });
    const read = ({ rows, warned }: ReturnType<typeof lettered>) => [rows.map(({ letter }) => letter), warned];
    expect(read(lettered('N', 'O', 'n', 'O'))).toEqual([[null, 'O', null, 'O'], ['letter_flags letter']]);
    expect(read(lettered('Non', 'Oui', ''))).toEqual([[null, 'Oui', null], ['letter_flags letter']]);
    expect(read(lettered('N', 'N', 'N'))).toEqual([[null, null, null], ['letter_flags letter']]);
    const mostly = ['N', 'O', 'N', 'O', 'N', 'O', 'N', 'O', 'N', 'AB'];
    expect(read(lettered(...mostly))[1]).toEqual(['letter_flags letter']);
    expect(read(lettered('N', 'O', 'A', 'NON'))).toEqual([['N', 'O', 'A', 'NON'], []]);
    expect(read(lettered('O', 'X'))).toEqual([['O', 'X'], []]);
  });

  it('letters of a lettering keep their case', () => {
    expect(entry({ Lettrage: 'aA' }).rows[0]?.['letter']).toBe('aA');
  });
});

describe('cells of a spreadsheet', () => {
  const header = ['Code client', 'Pièce', 'Date', 'Montant', 'Solde'];
  const record = (cells: [string, number][]) => {
    const view = recordOf(
      cells.map(([text]) => text),
      2,
    );
    for (const [i, [, kind]] of cells.entries()) view.kinds[i] = kind;
    return validate('ecritures', { header, rows: [view] });
  };
  const { text, number, date, error, uncomputed } = CellKind;

  it('numbers have a dot whatever the texts of the column have, and noise of binary numbers is no rounding', () => {
    const outcome = record([
      ['C1', text],
      ['42', number],
      ['2026-01-31T00:00:00', date],
      ['1.23', number],
      ['1e-7', number],
    ]);
    expect(outcome.rows[0]).toMatchObject({
      piece_number: '42',
      entry_date: '2026-01-31',
      amount: '1.23',
      balance: '0.00',
    });
    expect(outcome.warned).toEqual([]);
    const noisy = record([
      ['C1', text],
      ['F1', text],
      ['46053', number],
      ['1234.5600000000001', number],
      ['0', number],
    ]);
    expect(noisy.rows[0]).toMatchObject({ entry_date: '2026-01-31', amount: '1234.56' });
    expect(noisy.warned).toEqual([]);
  });

  it('an amount whose format shows another currency is said to, as one in a text', () => {
    const outcome = record([
      ['C1', text],
      ['F1', text],
      ['2026-01-31', date],
      ['1234.5', CellKind.foreign],
      ['0', number],
    ]);
    expect(outcome.rows[0]).toMatchObject({ amount: '1234.50' });
    expect(outcome.result.warnings).toMatchObject([
      { code: 'foreign_currency', column: 'amount', examples: [{ value: '1234.5' }] },
    ]);
  });

  it('errors and formulas without a result drop the cell, or refuse the record where it is needed', () => {
    const cells: [string, number][] = [
      ['C1', text],
      ['F1', text],
      ['2026-01-31', date],
      ['1', number],
    ];
    expect(record([...cells, ['#REF!', error]])).toMatchObject({
      rows: [{ balance: null }],
      warned: ['error_cell balance'],
    });
    const refused = record([...cells.slice(0, 3), ['SUM(A1:A9)', uncomputed], ['', text]]);
    expect(refused.rejections[0]).toMatchObject({ code: 'error_cell', column: 'amount', value: '=SUM(A1:A9)' });
  });
});

it('a name keeps nothing but what is seen', () => {
  expect(nameOf('\u200e\u202aDupont\u202c')).toBe('Dupont');
});
