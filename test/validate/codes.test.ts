import { describe, expect, it } from 'vitest';
import { type Outcome, validateTwice } from './support.ts';

const clients = (header: string[], ...rows: string[][]): Outcome =>
  validateTwice('clients', {
    header: ['Code client', 'Nom', ...header],
    rows: rows.map(([code = '', ...cells]) => [code, 'Dupont', ...cells]),
  });
const cells = ({ rows }: Outcome, ...columns: string[]) => rows.map((row) => columns.map((column) => row[column]));

describe('codes that a program took for numbers', () => {
  it('lose the decimals that it added, in all columns of codes, and the report says so', () => {
    const outcome = clients(
      ['CP', 'Téléphone', 'SIRET', 'Délai'],
      ['1001.0', '69001.0', '478000001.0', '', '30.0'],
      ['1002.0', '57000.0', '387000002.0', '732829320.0', '45.0'],
    );
    expect(cells(outcome, 'client_code', 'zip', 'siret', 'payment_term_days')).toEqual([
      ['1001', '69001', null, '30'],
      ['1002', '57000', '732829320', '45'],
    ]);
    expect(outcome.warned).toEqual([
      'codes_without_zeros client_code',
      'codes_without_zeros zip',
      'codes_without_zeros phone',
      'short_number phone',
    ]);
  });

  it.each([
    ['1001,0', '1001'],
    ['69001.00', '69001'],
    ['0012.0', '0012'],
    ["'1001.0", '1001'],
  ])('%s is %s', (text, code) => {
    expect(cells(clients([], [text]), 'client_code')).toEqual([[code]]);
  });

  it('are the same in both files', () => {
    const outcome = validateTwice('ecritures', {
      header: ['Code client', 'N° facture', 'Date', 'Montant'],
      rows: [
        ['1001', '20260001.0', '15/01/2026', '120.00'],
        ['1002', '20260002.0', '15/01/2026', '80.50'],
      ],
    });
    expect(cells(outcome, 'client_code', 'piece_number')).toEqual([
      ['1001', '20260001'],
      ['1002', '20260002'],
    ]);
    expect(outcome.warned).toEqual(['codes_without_zeros piece_number']);
  });

  it('beside others without decimals are doubtful', () => {
    const outcome = clients([], ['1001.0'], ['1002'], ['DUPONT']);
    expect(cells(outcome, 'client_code')).toEqual([['1001'], ['1002'], ['DUPONT']]);
    expect(outcome.warned).toEqual(['some_codes_without_zeros client_code']);
  });

  it('and beside other decimals are codes', () => {
    const outcome = clients([], ['12.0'], ['12.1'], ['13.25']);
    expect(cells(outcome, 'client_code')).toEqual([['12.0'], ['12.1'], ['13.25']]);
    expect(outcome.warned).toEqual([]);
  });

  it.each(['F.0', '1.2.0', '.0', '12.', '2026-1.0', '1 234,0'])('%s is a code as it stands', (text) => {
    expect(cells(clients([], [text]), 'client_code')).toEqual([[text]]);
  });
});

describe('zeros that a spreadsheet has taken', () => {
  it('come back where the client is in France, and nowhere else', () => {
    const outcome = clients(
      ['CP', 'Pays', 'Téléphone', 'SIREN'],
      ['C1', '6000', 'France', '493000003', ''],
      ['C2', '1000', 'FR', '474000002', '5420120'],
      ['C3', '1000', 'Belgique', '25000001', ''],
      ['C4', '1700', 'Suisse', '261234567', ''],
      ['C5', '75001', 'France', '+33493000003', ''],
      ['C6', '69001', 'France', '0033493000003', ''],
      ['C7', '6100', 'France', '4 93 00 00 03', ''],
    );
    expect(cells(outcome, 'zip', 'phone')).toEqual([
      ['06000', '0493000003'],
      ['01000', '0474000002'],
      ['1000', '25000001'],
      ['1700', '261234567'],
      ['75001', '+33493000003'],
      ['69001', '0033493000003'],
      ['06100', '04 93 00 00 03'],
    ]);
    expect(outcome.rows[1]?.['siret']).toBe('005420120');
    expect(outcome.warned).toEqual([]);
  });

  it('with a doubt where the file does not say the country, but others are French', () => {
    const outcome = clients(['CP', 'Tél'], ['C1', '6000', '493000003'], ['C2', '75001', '0145000000']);
    expect(cells(outcome, 'zip', 'phone')).toEqual([
      ['06000', '0493000003'],
      ['75001', '0145000000'],
    ]);
    expect(outcome.warned).toEqual(['completed_number zip', 'completed_number phone']);
  });

  it('and where nothing else is French, they are only doubtful', () => {
    const outcome = clients(['CP'], ['C1', '6000'], ['C2', '1000']);
    expect(cells(outcome, 'zip')).toEqual([['6000'], ['1000']]);
    expect(outcome.warned).toEqual(['short_number zip']);
  });
});
