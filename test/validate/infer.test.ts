import { describe, expect, it } from 'vitest';
import { inferMapping } from '../../src/validate/columns/infer.ts';
import { today } from './support.ts';

describe('a mapping is proposed from a sample', () => {
  const header = ['N° écriture', 'Compte', 'Pièce', 'Date', 'Échéance', 'Montant', 'Zone'];
  const sample = [
    ['1001', 'C1', 'FA1', '01/25/2026', '02/25/2026', '1,234.50', 'Sud'],
    ['1002', 'C2', 'FA2', '01/26/2026', '02/26/2026', '12.00', 'Sud'],
    ['1003', 'C1', 'FA1', '02/03/2026', 'bientôt', '-5.00', ''],
    ['1004', 'C1', 'FA4', '31/12', '', 'x', ''],
  ];
  const inferred = inferMapping(header, sample, today);

  it('with the columns, the order of dates and the decimal mark that it shows', () => {
    expect(inferred).toMatchObject({ dataset: 'ecritures', missing: [], unknown: ['N° écriture', 'Zone'] });
    expect(inferred.mapping).toEqual({
      columns: {
        client_code: 'Compte',
        piece_number: 'Pièce',
        entry_date: 'Date',
        due_date: 'Échéance',
        amount: 'Montant',
      },
      dateOrder: 'mdy',
      decimalMark: '.',
    });
  });

  it('with the columns that may be an id', () => {
    expect(inferred.entryIdCandidates).toEqual(['N° écriture']);
  });

  it('with the rows as they would be stored, and what is wrong with the others', () => {
    expect(inferred.preview).toHaveLength(3);
    expect(inferred.preview[0]).toMatchObject({
      client_code: 'C1',
      entry_date: '2026-01-25',
      due_date: '2026-02-25',
      amount: '1234.50',
      entry_type: 'invoice',
      extra: '{"N° écriture":"1001","Zone":"Sud"}',
    });
    expect(inferred.rejections).toEqual([{ line: 5, column: 'amount', code: 'invalid_amount', value: 'x' }]);
    expect(inferred.warnings.map(({ code }) => code)).toContain('invalid_date');
  });

  it('and names the required columns that no header fits', () => {
    const { dataset, missing, preview, mapping } = inferMapping(
      ['Code client', 'N° pièce', 'Débit', 'Crédit'],
      [],
      today,
    );
    expect(dataset).toBe('ecritures');
    expect(missing).toEqual(['entry_date (date d’écriture)']);
    expect(mapping.columns).toMatchObject({ client_code: 'Code client', debit: 'Débit' });
    expect(preview).toEqual([]);
  });

  it('for an FEC without any, since it names its columns by law', () => {
    const fec =
      'JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise'.split(
        ' ',
      );
    const row = [
      'VE',
      'Ventes',
      '1',
      '20260125',
      '411000',
      'Clients',
      'C1',
      'Dupont',
      'FA1',
      '20260125',
      'Facture',
      '12,00',
      '0,00',
      '',
      '',
      '',
      '',
      '',
    ];
    const { dataset, mapping, preview, unknown } = inferMapping(fec, [row], today);
    expect({ dataset, columns: mapping.columns, unknown }).toEqual({ dataset: 'fec', columns: {}, unknown: [] });
    expect(preview[0]).toMatchObject({ client_code: 'C1', amount: '12.00' });
  });

  it('that reads the file as it would be read without it', () => {
    const header = ['Code client', 'Pièce', 'Date écriture', 'Date pièce', 'Débit', 'Crédit', 'Montant', 'Sens'];
    const both = inferMapping(header, [['C1', 'R1', '25/01/2026', '', '', '12,00', '12,00', 'C']], today);
    expect(both.mapping.columns).toEqual({
      client_code: 'Code client',
      piece_number: 'Pièce',
      entry_date: 'Date écriture',
      debit: 'Débit',
      credit: 'Crédit',
    });
    expect(both.unknown).toEqual(['Date pièce', 'Montant', 'Sens']);
    // Of two headers for one column the first is taken, and the preview shows it.
    expect(both.preview).toMatchObject([{ entry_date: '2026-01-25', amount: '-12.00' }]);
  });

  it('without a balance that runs from line to line', () => {
    const header = ['Code client', 'Pièce', 'Date', 'Montant', 'Solde'];
    const sample = ['100', '250', '450', '700'].map((balance, i) => [
      'C1',
      `F${i}`,
      '20260131',
      `${100 + 50 * i}`,
      balance,
    ]);
    const { mapping, preview, warnings } = inferMapping(header, sample, today);
    expect(mapping.columns).not.toHaveProperty('balance');
    expect(preview[0]).not.toHaveProperty('balance');
    expect(warnings.map(({ code }) => code)).toContain('running_balance');
  });

  it('leaving open what the sample leaves open', () => {
    const open = inferMapping(
      ['Code client', 'Pièce', 'Date', 'Montant'],
      [['C1', 'F1', '01/02/2026', '1,234']],
      today,
    );
    const silent = inferMapping(['Code client', 'Pièce', 'Date', 'Montant'], [['C1', 'F1', '20260131', '12']], today);
    const divided = inferMapping(
      ['Code client', 'Pièce', 'Date', 'Échéance', 'Montant', 'Solde'],
      [['C1', 'F1', '31/01/2026', '02/28/2026', '12,50', '1.5']],
      today,
    );
    for (const { mapping } of [open, silent, divided]) {
      expect(mapping).not.toHaveProperty('dateOrder');
      expect(mapping).not.toHaveProperty('decimalMark');
    }
  });
});
