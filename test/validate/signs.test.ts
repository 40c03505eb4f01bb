import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../src/model/mapping.ts';
import { type Outcome, validate, validateTwice } from './support.ts';

const amountsOf = ({ rows }: Outcome) => rows.map(({ amount }) => amount);

/** Écritures with one column that might be the side. */
const beside = (header: string, lines: [string, string][], mapping: Mapping = {}) =>
  validateTwice('ecritures', {
    header: ['Code client', 'N° pièce', 'Date', header, 'Montant'],
    mapping,
    rows: lines.map((line, i) => ['C1', `F-${i}`, '15/01/2026', ...line]),
  });
const three = (header: string, debit: string, credit: string) =>
  beside(header, [
    [debit, '120,00'],
    [credit, '120,00'],
    [debit, '80,00'],
  ]);
const owed80 = ['120.00', '-120.00', '80.00'];

describe('a column whose header names the side is the side', () => {
  it.each([
    ['Sens', 'DEB', 'CRED'],
    ['Sens', 'Débiteur', 'Créditeur'],
    ['Débit/Crédit (D/C)', 'D', 'C'],
    ['Débit ou Crédit', 'débit', 'CRÉDIT'],
    ['Credit or Debit', 'Debit', 'Credit'],
    ['Debit or Credit', 'DR', 'CR'],
    ['D/C', 'D ', 'C '],
    ['DB/CR', 'DB', 'CR'],
    ['Soll/Haben', 'S', 'H'],
    ['S/H', 'Soll', 'Haben'],
    ['D/H', 'D', 'H'],
    ['Debe/Haber', 'Debe', 'Haber'],
    ['Sens', 'Doit', 'Avoir'],
    ['Doit/Avoir', 'D', 'A'],
    ['D/A', 'Dare', 'Avere'],
    ['Sens', '+', '−'],
    ['Sens', '0', '1'],
    ['Sens', '1', '-1'],
  ])('%s: %s and %s', (header, debit, credit) => {
    const outcome = three(header, debit, credit);
    expect(amountsOf(outcome)).toEqual(owed80);
    expect(outcome.rows.map((row) => row['entry_type'])).toEqual(['invoice', 'payment', 'invoice']);
    expect(outcome.warned).toEqual([]);
  });

  it('1 and 2 are a debit and a credit, which is said', () => {
    const outcome = three('Sens', '1', '2');
    expect(amountsOf(outcome)).toEqual(owed80);
    expect(outcome.result.warnings).toMatchObject([{ code: 'ambiguous_side', examples: [{ value: '1 = debit' }] }]);
    expect(three('Sens', '0', '2').refused).toEqual(['invalid_side side']);
  });

  it('and what names no side refuses its line', () => {
    const outcome = beside('Sens', [
      ['DEB', '120,00'],
      ['???', '80,00'],
    ]);
    expect(amountsOf(outcome)).toEqual(['120.00']);
    expect(outcome.refused).toEqual(['invalid_side side']);
  });
});

describe('a column whose values name the side is the side, whatever its header', () => {
  it.each([
    ['Type', 'DEB', 'CRED'],
    ['Type', 'D', 'C'],
    ['Nature', 'Débit', 'Crédit'],
    ['Mouvement', 'Debit', 'Credit'],
    ['Colonne 5', 'S', 'H'],
    ['X', 'D', 'H'],
    ['+/-', '+', '-'],
    ['Signe op.', '1', '-1'],
    ['KZ', 'Soll', 'Haben'],
  ])('%s: %s and %s', (header, debit, credit) => {
    const outcome = three(header, debit, credit);
    expect(amountsOf(outcome)).toEqual(owed80);
    expect(outcome.rows.map((row) => row['entry_type'])).toEqual(['invoice', 'payment', 'invoice']);
    expect(outcome.rows[1]).not.toHaveProperty('extra', expect.stringContaining('CRED'));
    expect(outcome.warned).toEqual([`side_by_values ${header}`]);
  });

  it('also where one line takes a payment back', () => {
    const lines: [string, string][] = [
      ['DEB', '120,00'],
      ['CRED', '120,00'],
      ['CRED', '80,00'],
      ['CRED', '-80,00'],
    ];
    expect(amountsOf(beside('Mvt', lines))).toEqual(['120.00', '-120.00', '-80.00', '80.00']);
  });

  it('also where a few of its cells say something else: those lines are refused', () => {
    const lines = Array.from({ length: 20 }, (_, i): [string, string] => [i % 2 ? 'CRED' : 'DEB', '10,00']);
    const outcome = beside('Mvt', [...lines, ['?', '10,00'], ['', '10,00']]);
    expect(outcome.refused).toEqual(['invalid_side side', 'missing_value side']);
    expect(amountsOf(outcome).filter((amount) => amount === '-10.00')).toHaveLength(10);
  });

  it('but not where the amounts bear their sign already', () => {
    const outcome = beside('Mvt', [
      ['DEB', '120,00'],
      ['CRED', '-120,00'],
    ]);
    expect(amountsOf(outcome)).toEqual(['120.00', '-120.00']);
    expect(outcome.warned).toEqual(['unknown_column Mvt']);
  });

  it('a column of 0 and 1 may be a yes and a no, and one letter may be a code: that is said', () => {
    const yes = beside('Exporté', [
      ['0', '120,00'],
      ['1', '120,00'],
      ['0', '80,00'],
    ]);
    expect(amountsOf(yes)).toEqual(['120.00', '120.00', '80.00']);
    expect(yes.result.warnings).toMatchObject([
      { code: 'unknown_column' },
      { code: 'unsigned_amounts', examples: [{ value: 'Exporté: 0, 1' }] },
    ]);
    const code = beside('Cat.', [
      ['C', '120,00'],
      ['C', '80,00'],
    ]);
    expect(amountsOf(code)).toEqual(['120.00', '80.00']);
    expect(code.warned).toContain('unsigned_amounts');
  });

  it('a column that speaks of sides by its header is doubted whatever it holds', () => {
    const starred = beside('Cr', [
      ['', '120,00'],
      ['*', '80,00'],
    ]);
    expect(starred.result.warnings).toMatchObject([
      { code: 'unknown_column' },
      { code: 'unsigned_amounts', examples: [{ value: 'Cr: *' }] },
    ]);
    const limits = ['1000', '2000', '3000'].map((limit): [string, string] => [limit, '80,00']);
    expect(beside('Crédit autorisé', limits).warned).toEqual(['unknown_column Crédit autorisé']);
  });

  it('two values that nobody knows, beside amounts without a sign, are named', () => {
    const outcome = beside('Mvt', [
      ['Gauche', '120,00'],
      ['Droite', '120,00'],
      ['Gauche', '80,00'],
    ]);
    expect(outcome.result.warnings).toMatchObject([
      { code: 'unknown_column' },
      { code: 'unsigned_amounts', examples: [{ value: 'Mvt: Gauche, Droite' }] },
    ]);
    expect(outcome.result.needsAll).toBe(true);
    const signed = beside('Mvt', [
      ['Gauche', '120,00'],
      ['Droite', '-120,00'],
      ['Gauche', '80,00'],
    ]);
    expect(signed.warned).toEqual(['unknown_column Mvt']);
  });

  it('a column of many values is none', () => {
    const lines = ['a', 'b', 'c', 'D', 'C'].map((text): [string, string] => [text, '10,00']);
    expect(beside('Repère', lines).warned).toEqual(['unknown_column Repère']);
  });

  it('the tenant’s own codes for types are types', () => {
    const outcome = beside(
      'Type',
      [
        ['D', '120,00'],
        ['C', '-120,00'],
      ],
      {
        entryTypes: { D: 'invoice', C: 'credit_note' },
      },
    );
    expect(outcome.rows.map((row) => row['entry_type'])).toEqual(['invoice', 'credit_note']);
  });

  it('of a file that is compared with the last one, a new credit has the whole file read', () => {
    const header = ['Code client', 'N° pièce', 'Date', 'Mvt', 'Montant'];
    const line = (side: string) => ['C1', 'F1', '15/01/2026', side, '10,00'];
    const first = validate('ecritures', { header, rows: [line('DEB'), line('DEB')] });
    expect(first.result).toMatchObject({ refuted: false, needsAll: false });
    const nothing = { evidence: {}, clients: null };
    const kept = { rows: 2, all: { ...nothing, evidence: first.result.evidence }, removed: nothing };
    expect(validate('ecritures', { header, rows: [line('CRED')], kept }).result.refuted).toBe(true);
    expect(validate('ecritures', { header, rows: [line('DEB')], kept }).result.refuted).toBe(false);
  });
});

describe('amounts without any sign', () => {
  it('are signed by their type where the file has no negative amount', () => {
    const outcome = beside('Type', [
      ['FAC', '120,00'],
      ['RGL', '120,00'],
      ['AVO', '30,00'],
      ['OD', '5,00'],
    ]);
    expect(amountsOf(outcome)).toEqual(['120.00', '-120.00', '-30.00', '5.00']);
    expect(outcome.result.warnings).toMatchObject([{ code: 'credit_by_type', column: 'amount', count: 2 }]);
  });

  it('and keep their own where it has some', () => {
    const outcome = beside('Type', [
      ['FAC', '120,00'],
      ['RGL', '-120,00'],
      ['RGL', '50,00'],
    ]);
    expect(amountsOf(outcome)).toEqual(['120.00', '-120.00', '50.00']);
    expect(outcome.warned).toEqual(['positive_credit amount']);
  });

  it('are doubtful where labels or numbers speak of payments', () => {
    const labelled = (...lines: [string, string, string][]) =>
      validateTwice('ecritures', {
        header: ['Code client', 'N° pièce', 'Date', 'Libellé', 'Montant'],
        rows: lines.map(([piece, label, amount]) => ['C1', piece, '15/01/2026', label, amount]),
      });
    const outcome = labelled(
      ['F-1', 'Facture 1', '120,00'],
      ['R-1', 'Règlement facture 1', '120,00'],
      ['AV-3', 'Retour', '20,00'],
    );
    expect(outcome.result.warnings).toMatchObject([
      {
        code: 'unsigned_credits',
        count: 2,
        examples: [
          { line: 3, value: 'Règlement facture 1' },
          { line: 4, value: 'AV-3' },
        ],
      },
    ]);
    expect(
      labelled(['F-1', 'Facture 1', '120,00'], ['F-2', 'Virus', '1,00'], ['F-3', 'Avance', '2,00']).warned,
    ).toEqual([]);
    expect(labelled(['F-1', 'Facture 1', '120,00'], ['R-1', 'Règlement', '-120,00']).warned).toEqual([]);
  });

  it('are doubtful where a journal is a bank’s', () => {
    const journal = (code: string, amount: string) =>
      validateTwice('ecritures', {
        header: ['Code client', 'Journal', 'N° pièce', 'Date', 'Montant'],
        rows: [
          ['C1', 'VE', 'F-1', '15/01/2026', '120,00'],
          ['C1', code, '17', '15/01/2026', amount],
        ],
      }).warned;
    expect(journal('BQ', '120,00')).toEqual(['unsigned_credits amount']);
    expect(journal('BQ', '-120,00')).toEqual([]);
    expect(journal('VE', '120,00')).toEqual([]);
  });
});

describe('whether a minus repeats the side or takes an entry back', () => {
  const debitCredit = (...lines: [string, string][]) =>
    validateTwice('ecritures', {
      header: ['Code client', 'N° pièce', 'Date', 'Débit', 'Crédit'],
      rows: lines.map((line, i) => ['C1', `F-${i}`, '15/01/2026', ...line]),
    });

  it('is judged over all accounts of an FEC', () => {
    const header =
      'JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise';
    const line = (account: string, piece: string, debit: string, credit: string) => [
      ...['VE', 'Ventes', '1', '20260105', account, 'Compte', account === '411000' ? 'C1' : '', 'Dupont', piece],
      ...['20260105', 'Écriture', debit, credit, '', '', '20260105', '', ''],
    ];
    const rejected = validateTwice('ecritures', {
      fec: true,
      header: header.split(' '),
      rows: [
        line('411000', 'F-1', '80,00', '0,00'),
        line('706000', 'F-1', '0,00', '80,00'),
        line('411000', 'REJ-1', '0,00', '-80,00'),
        line('512000', 'REJ-1', '-80,00', '0,00'),
      ],
    });
    expect(amountsOf(rejected)).toEqual(['80.00', '80.00']);
    expect(rejected.warned).toEqual([]);
    const credited = validateTwice('ecritures', {
      fec: true,
      header: header.split(' '),
      rows: [
        line('411000', 'A-1', '-45,00', '0,00'),
        line('706000', 'A-1', '0,00', '-45,00'),
        line('411000', 'R-1', '0,00', '30,00'),
      ],
    });
    expect(amountsOf(credited)).toEqual(['-45.00', '-30.00']);
    const allSigned = validateTwice('ecritures', {
      fec: true,
      header: header.split(' '),
      rows: [
        line('411000', 'F-1', '80,00', '0,00'),
        line('706000', 'F-1', '0,00', '-80,00'),
        line('411000', 'R-1', '0,00', '-80,00'),
        line('512000', 'R-1', '80,00', '0,00'),
      ],
    });
    expect(amountsOf(allSigned)).toEqual(['80.00', '-80.00']);
    expect(allSigned.warned).toEqual(['negative_credits credit']);
  });

  it('also in an FEC with amount and side', () => {
    const header =
      'JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Montant Sens EcritureLet DateLet ValidDate Montantdevise Idevise';
    const line = (account: string, amount: string, side: string) => [
      ...['VE', 'Ventes', '1', '20260105', account, 'Compte', account === '411000' ? 'C1' : '', 'Dupont', 'P'],
      ...['20260105', 'Écriture', amount, side, '', '', '20260105', '', ''],
    ];
    const outcome = validateTwice('ecritures', {
      fec: true,
      header: header.split(' '),
      rows: [line('706000', '80,00', 'C'), line('411000', '-80,00', 'C'), line('512000', '-80,00', 'D')],
    });
    expect(amountsOf(outcome)).toEqual(['80.00']);
  });

  it('one credit among many that is positive is the one taken back', () => {
    const payments = Array.from({ length: 8 }, (): [string, string] => ['', '-10,00']);
    const outcome = debitCredit(['100,00', ''], ...payments, ['', '10,00']);
    expect(amountsOf(outcome)).toEqual(['100.00', ...payments.map(() => '-10.00'), '10.00']);
    expect(outcome.warned).toEqual(['negative_credits credit']);
  });

  it('many of both are said', () => {
    const some = [-10, 10, -10, 10, -10, 10].map((amount): [string, string] => ['', `${amount},00`]);
    expect(debitCredit(['100,00', ''], ...some).warned).toEqual(['mixed_credits credit']);
  });

  it('debits that are all negative are debits; two of them alone are credit notes, and that is said', () => {
    const flipped = debitCredit(['-100,00', ''], ['-50,00', ''], ['-20,00', ''], ['', '30,00']);
    expect(amountsOf(flipped)).toEqual(['100.00', '50.00', '20.00', '-30.00']);
    expect(flipped.warned).toEqual(['negative_debits debit']);
    const notes = debitCredit(['-45,00', ''], ['', '30,00']);
    expect(amountsOf(notes)).toEqual(['-45.00', '-30.00']);
    expect(notes.warned).toEqual(['only_negative_debits debit']);
    expect(debitCredit(['100,00', ''], ['-45,00', ''], ['', '30,00']).warned).toEqual([]);
  });
});

describe('a side beside the figure is its sign', () => {
  it.each([
    ['120,00 D', '120.00'],
    ['120,00 Db', '120.00'],
    ['80,00 C', '-80.00'],
    ['80,00C', '-80.00'],
    ['1 234.56 CR', '-1234.56'],
    ['80,00 € C', '-80.00'],
    ['C 80,00', '-80.00'],
    ['100,00 H', '-100.00'],
  ])('%s is %s', (text, amount) => {
    expect(amountsOf(beside('Repère', [['x', text]]))).toEqual([amount]);
  });

  it('but never beside another sign, nor against its column', () => {
    expect(beside('Repère', [['x', '-80,00 C']]).refused).toEqual(['invalid_amount amount']);
    const lines = (debit: string, credit: string) =>
      validateTwice('ecritures', {
        header: ['Code client', 'N° pièce', 'Date', 'Débit', 'Crédit'],
        rows: [['C1', 'F-1', '15/01/2026', debit, credit]],
      });
    expect(amountsOf(lines('', '80,00 C'))).toEqual(['-80.00']);
    expect(amountsOf(lines('80,00 D', ''))).toEqual(['80.00']);
    expect(lines('80,00 C', '').refused).toEqual(['invalid_amount debit']);
  });
});

describe('a column of balances', () => {
  const balanced = (...lines: [string, string][]) =>
    validateTwice('ecritures', {
      header: ['Code client', 'N° pièce', 'Date', 'Montant', 'Reste dû'],
      rows: lines.map((line, i) => ['C1', `F-${i}`, '15/01/2026', ...line]),
    });
  const balances = ({ rows }: Outcome) => rows.map(({ balance }) => balance);

  it('a dash is zero where other cells have figures', () => {
    const outcome = balanced(
      [' 1 200,00 € ', ' -   € '],
      ['300,00', ' 120,00 € '],
      ['450,00', ' - '],
      ['99,00', '–'],
      ['5', '0'],
    );
    expect(balances(outcome)).toEqual(['0.00', '120.00', '0.00', '0.00', '0.00']);
    expect(outcome.warned).toEqual([]);
  });

  it('so is a word that says that nothing is left', () => {
    const cells = ['soldé', 'Payée', 'NÉANT', '--', '-,-- €', 'réglées', '100,00'];
    const outcome = balanced(...cells.map((cell): [string, string] => ['100,00', cell]));
    expect(balances(outcome)).toEqual(['0.00', '0.00', '0.00', '0.00', '0.00', '0.00', '100.00']);
    expect(outcome.warned).toEqual([]);
    expect(balanced(['100,00', 'litige'], ['100,00', '100,00']).warned).toEqual(['invalid_amount balance']);
  });

  it('so is an empty cell, with one remark', () => {
    const outcome = balanced(['1200,00', ''], ['300,00', '120,00'], ['450,00', '\u00a0'], ['99,00', '99,00']);
    expect(balances(outcome)).toEqual(['0.00', '120.00', '0.00', '99.00']);
    expect(outcome.result.warnings).toMatchObject([
      { code: 'empty_balance', count: 2, examples: [{ line: 2 }, { line: 4 }] },
    ]);
  });

  it('where no cell has a figure, none says anything', () => {
    expect(balanced(['10,00', ''], ['20,00', ''])).toMatchObject({
      warned: [],
      rows: [{ balance: null }, { balance: null }],
    });
    const dashes = balanced(['10,00', '-'], ['20,00', '']);
    expect(balances(dashes)).toEqual([null, null]);
    expect(dashes.warned).toEqual(['balance_without_figures balance']);
    expect(balances(balanced(['10,00', '0,00'], ['20,00', '0,00']))).toEqual(['0.00', '0.00']);
  });

  it('a look-up that failed is not zero', () => {
    const outcome = balanced(['10,00', '#N/A'], ['20,00', '20,00']);
    expect(balances(outcome)).toEqual([null, '20.00']);
    expect(outcome.warned).toEqual(['error_cell balance']);
  });

  it('without a sign of its own has that of its entry', () => {
    const outcome = balanced(['100,00', '60,00'], ['-45,00', '45,00'], ['-30,00', '10,00']);
    expect(balances(outcome)).toEqual(['60.00', '-45.00', '-10.00']);
    expect(outcome.warned).toEqual([]);
    const signed = balanced(['100,00', '60,00'], ['-45,00', '45,00'], ['-30,00', '-10,00']);
    expect(balances(signed)).toEqual(['60.00', null, '-10.00']);
    expect(signed.warned).toEqual(['balance_inconsistent balance']);
  });

  it('may say its side behind the figure', () => {
    const outcome = balanced(['100,00', '60,00 D'], ['-45,00', '45,00 C']);
    expect(balances(outcome)).toEqual(['60.00', '-45.00']);
  });
});

describe('what is paid is not left unsaid', () => {
  const paid = (header: string, cells: string[], more: string[] = []) =>
    validateTwice('ecritures', {
      header: ['Code client', 'N° pièce', 'Date', 'Montant', header, ...more],
      rows: cells.map((cell, i) => {
        const amount = i === 0 ? '-120,00' : '120,00';
        return ['C1', `F-${i}`, '15/01/2026', amount, cell, ...more.map(() => '')];
      }),
    });
  const doubts = ({ result }: Outcome) => result.warnings.filter(({ code }) => code === 'unread_payment');

  it.each([
    ['Réglé', ['', '120,00', '0,00', '-', '20.00']],
    ['Montant payé', ['', '120', '', '0', '12 €']],
    ['Date règlement', ['', '20/01/2026', '', '00/00/0000', '21/01/2026']],
    ['Statut', ['', 'Payée', 'Impayée', 'À payer', 'Partiellement réglée']],
    ['Payment status', ['', 'Paid', 'Unpaid', 'Open', 'Settled']],
    ['Payé', ['', 'Oui', 'Non', 'N', 'x']],
  ])('a column %s of a file without balances and letters is doubted', (header, cells) => {
    const outcome = paid(header, cells);
    expect(outcome.rows.map(({ amount }) => amount)).toEqual(['-120.00', '120.00', '120.00', '120.00', '120.00']);
    expect(doubts(outcome)).toMatchObject([
      {
        column: header,
        count: 2,
        examples: [
          { line: 3, value: cells[1] },
          { line: 6, value: cells[4] },
        ],
      },
    ]);
  });

  it.each(['Solde', 'Lettrage'])('beside a column %s nothing is doubted', (more) => {
    expect(doubts(paid('Réglé', ['', '120,00'], [more]))).toEqual([]);
  });

  it('nor where a state says nothing of payments', () => {
    expect(doubts(paid('Statut', ['', 'Envoyée', 'Validée', 'Payable le 15']))).toEqual([]);
  });
});
