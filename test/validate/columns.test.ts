import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { datasets, type Dataset } from '../../src/model/dataset.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import { columns } from '../../src/validate/columns/columns.ts';
import { fold } from '../../src/validate/cells/fold.ts';
import { headerJudge } from '../../src/validate/columns/judge.ts';
import { matchColumns } from '../../src/validate/columns/match.ts';
import { validate } from './support.ts';

const fixture = (name: string): string[] =>
  readFileSync(new URL(`../fixtures/validate/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');

const match = (dataset: Dataset, header: string[], mapping: Mapping = {}) =>
  Object.fromEntries([...matchColumns(dataset, header, mapping).positions].map(([name, i]) => [name, header[i]]));

const refusal = (act: () => unknown): ArrivageError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ArrivageError) return error;
  }
  throw new Error('nothing was refused');
};

describe('a header is known', () => {
  it('however it is written', () => {
    for (const header of ['N° pièce', 'n_piece', 'NPIECE', ' N° Pièce ', 'Nº pièce', 'N°\nPIÈCE', 'N° pie\u0300ce'])
      expect(fold(header)).toBe('npiece');
    expect(fold('\ufeffCode client')).toBe('codeclient');
  });

  // Each line of the fixture: dataset, column, then the headers that have to mean it.
  it.each(fixture('aliases.txt').map((line) => line.split('|')))(
    '%s: %s by its aliases',
    (dataset, column, ...headers) => {
      const known = columns[dataset as Dataset].find(({ name }) => name === column);
      for (const header of headers)
        expect([...(known?.aliases ?? []), ...(known?.weak ?? [])], header).toContain(fold(header));
    },
  );

  it('as one column only, by its sure aliases', () => {
    for (const dataset of datasets) {
      const all = columns[dataset].flatMap(({ aliases }) => aliases);
      expect(all.filter((alias, i) => all.indexOf(alias) !== i)).toEqual([]);
    }
  });

  it('by the mapping first', () => {
    const header = ['Compte', 'Pièce', 'Date pièce', 'Date écriture', 'Montant'];
    expect(match('ecritures', header, { columns: { entry_date: 'Date piece' } })).toMatchObject({
      entry_date: 'Date pièce',
    });
    expect(match('ecritures', header, { columns: { entry_date: 4 } })).toMatchObject({ entry_date: 'Date écriture' });
  });

  it('by a word that also means other things only where no better one is there', () => {
    expect(match('ecritures', ['Compte', 'Pièce', 'Date', 'Montant'])).toMatchObject({
      client_code: 'Compte',
      entry_date: 'Date',
    });
    expect(match('ecritures', ['Compte', 'Code client', 'Client', 'Pièce', 'Date', 'Montant'])).toMatchObject({
      client_code: 'Code client',
    });
    expect(match('clients', ['Compte', 'Nom', 'Compte collectif'])).toMatchObject({
      client_code: 'Compte',
      account: 'Compte collectif',
    });
    expect(match('ecritures', ['Compte', 'Invoice no', 'Document', 'Date', 'Montant'])).toMatchObject({
      piece_number: 'Invoice no',
      document_ref: 'Document',
    });
    expect(match('ecritures', ['Compte', 'Document', 'Date', 'Montant'])).toMatchObject({ piece_number: 'Document' });
    expect(match('contacts', ['id', 'Code client', 'email'])).toMatchObject({ contact_id: 'id', email: 'email' });
  });

  it('but EcritureNum is no id, which several lines share, unless the mapping says so', () => {
    const header = ['EcritureNum', 'CompAuxNum', 'PieceRef', 'EcritureDate', 'Debit', 'Credit'];
    expect(match('ecritures', header)).not.toHaveProperty('entry_id');
    expect(match('ecritures', header, { columns: { entry_id: 'EcritureNum' } })).toMatchObject({
      entry_id: 'EcritureNum',
    });
  });
});

describe('a file whose columns are not sure is put aside, with the reason', () => {
  it('where a required column is missing', () => {
    const error = refusal(() => match('clients', ['Code client', 'Ville']));
    expect(error.code).toBe('missing_columns');
    expect(error.text('fr')).toContain('name (raison sociale)');
    expect(error.text('fr')).toContain('Code client, Ville');
    expect(refusal(() => match('ecritures', ['Code client', 'Pièce', 'Date', 'Débit'])).text('fr')).toContain(
      'debit (débit) + credit (crédit) / amount (montant)',
    );
  });

  it('where two headers mean one column', () => {
    const error = refusal(() => match('ecritures', ['Code client', 'Pièce', 'Date écriture', 'Date pièce', 'Montant']));
    expect(error.code).toBe('duplicate_columns');
    expect(error.text('en')).toContain('Date écriture, Date pièce');
    expect(refusal(() => match('clients', ['Code client', 'Nom', 'Code client'])).code).toBe('duplicate_columns');
  });
});

describe('columns that the data model does not know', () => {
  const header = ['Code client', 'Zone', 'Nom', 'Zone', '', 'A"b\\c'];
  const outcome = validate('clients', {
    header,
    rows: [
      ['C1', 'Sud', 'Dupont', '', '', 'x"\\y\t\u0000z'],
      ['C2', '', 'Durand', '', 'note', ''],
    ],
  });

  it('are kept with the row, under names of their own', () => {
    expect(JSON.parse(outcome.rows[0]?.['extra'] ?? '')).toEqual({ Zone: 'Sud', 'A"b\\c': 'x"\\y\tz' });
    expect(outcome.rows[1]?.['extra']).toBeNull();
    expect(
      matchColumns('clients', header, {})
        .extras.map(({ name }) => name)
        .sort(),
    ).toEqual(['A"b\\c', 'Zone', 'Zone (2)']);
  });

  it('are stored whatever their headers hold', () => {
    const name = `Zo\0ne ${'x'.repeat(93)}😀`;
    const [extra] = matchColumns('clients', ['Code client', 'Nom', name], {}).extras;
    expect(extra?.name).not.toContain('\0');
    expect(extra?.name.isWellFormed()).toBe(true);
  });

  it('are named in the report, like notes beside the table', () => {
    expect(outcome.warned).toEqual([
      'unknown_column A"b\\c',
      'unknown_column Zone',
      'unknown_column Zone (2)',
      'unnamed_column',
    ]);
  });
});

describe('a mapping', () => {
  it('names columns by position where the file has no header', () => {
    const mapping = { columns: { client_code: 2, name: 1 } };
    expect(validate('clients', { header: [], mapping, rows: [['Dupont', 'C1', 'note']] }).rows[0]).toMatchObject({
      client_code: 'C1',
      name: 'Dupont',
      line: '1',
    });
    expect(refusal(() => match('clients', [], {})).code).toBe('missing_columns');
    const headers = [
      'x',
      ...Array.from({ length: 5000 }, () => 'Total'),
      'y'.repeat(70_000),
      ...Array.from({ length: 500 }, (_, i) => `c${i}`),
    ];
    const told = refusal(() => match('clients', headers, {})).params['headers'];
    expect(told).toMatch(/^x, Total, y{60}…, c0, .*, c36… \(\+463\)$/);
  });

  it('that goes by position is told which line was taken for a header, if it may be data', () => {
    const columns = { client_code: 1, name: 2 };
    const warned = (header: string[], mapping: Mapping) =>
      validate('clients', { header, mapping, rows: [] }).result.warnings;
    expect(warned(['C-A', 'Dupont'], { columns })).toMatchObject([
      { code: 'doubtful_header', examples: [{ value: 'C-A, Dupont' }] },
    ]);
    expect(warned(['C-A', 'Dupont'], { columns, format: { headerLine: 1 } })).toEqual([]);
    expect(warned(['REF', 'Nom'], { columns })).toEqual([]);
    expect(warned([], { columns })).toEqual([]);
  });

  it('that goes by position is refused where the header calls the columns otherwise', () => {
    const columns = { client_code: 1, piece_number: 2, entry_date: 3, amount: 4 };
    const refused = (header: string[], of: Mapping = { columns }) => refusal(() => match('ecritures', header, of));
    for (const [header, column, position, called] of [
      [['Montant', 'Code client', 'Date', 'Pièce'], 'client_code', '1', 'Montant'],
      [['Code client', 'Pièce', 'Échéance', 'Montant'], 'entry_date', '3', 'Échéance'],
      [['Réf', 'Pièce', 'Date', 'Montant', 'Code client'], 'client_code', '1', 'Réf'],
      [['Code client', 'Pièce', 'Date', 'Libellé'], 'amount', '4', 'Libellé'],
      [['Code client', 'Date', 'Jour', 'Montant'], 'piece_number', '2', 'Date'],
    ] as const) {
      const error = refused([...header]);
      expect(error).toMatchObject({ code: 'mapping_contradicted', params: { column, position, header: called } });
      expect(error.text('en')).toContain(called);
    }
    expect(refused(['Code client', 'Pièce', 'Date'])).toMatchObject({
      ...{ code: 'mapping_beyond_header', params: { column: 'amount', position: '4', count: '3' } },
    });
    for (const header of [
      ['Code client', 'Pièce', 'Date', 'Montant'],
      ['REF', 'Num', 'Jour', 'Somme'],
      ['Tiers', 'Réf', 'Date', 'X'],
    ])
      expect([...matchColumns('ecritures', header, { columns }).positions.values()]).toEqual([0, 1, 2, 3]);
  });

  it('that names a header which the file has twice is refused', () => {
    const error = refusal(() => match('clients', ['Ref', 'Nom', 'Ref'], { columns: { client_code: 'Ref' } }));
    expect(error).toMatchObject({ code: 'duplicate_columns', params: { column: 'client_code', headers: 'Ref, Ref' } });
  });

  it('that expects a column in vain is told so', () => {
    const mapping = { columns: { city: 'Localisation' } };
    const outcome = validate('clients', { header: ['Code client', 'Nom'], mapping, rows: [] });
    expect(outcome.warned).toEqual(['mapped_column_absent city']);
  });

  it('gives the tenant’s own entry types', () => {
    const header = ['Code client', 'Pièce', 'Date', 'Montant', 'Type'];
    const rows = [
      ['C1', 'F1', '20260131', '1', 'X9'],
      ['C1', 'F2', '20260131', '1', 'FAC'],
    ];
    const mapping: Mapping = { entryTypes: { X9: 'draft', FAC: 'misc' } };
    expect(validate('ecritures', { header, mapping, rows }).rows.map(({ entry_type }) => entry_type)).toEqual([
      'draft',
      'misc',
    ]);
  });
});

describe('a header line is told from the others, and its dataset', () => {
  const judge = headerJudge();
  it.each([
    ['ecritures', 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit;Solde;Lettrage'],
    ['clients', 'Code client;Raison sociale;SIREN;Adresse;CP;Ville;Pays;Email;Téléphone'],
    ['contacts', 'Code client;Civilité;Nom;Prénom;Fonction;Email;Téléphone;Mobile'],
    ['clients', 'CT_Num;CT_Intitule;CG_NumPrinc;CT_Siret'],
    [
      'fec',
      'JournalCode;JournalLib;EcritureNum;EcritureDate;CompteNum;CompteLib;CompAuxNum;CompAuxLib;PieceRef;PieceDate;EcritureLib;Debit;Credit;EcritureLet;DateLet;ValidDate;Montantdevise;Idevise',
    ],
    [
      'fec',
      'JournalCode;JournalLib;EcritureNum;EcritureDate;CompteNum;CompteLib;CompAuxNum;CompAuxLib;PieceRef;PieceDate;EcritureLib;Montant;Sens;EcritureLet;DateLet;ValidDate;Montantdevise;Idevise;DateRglt;ModeRglt;NatOp;IdClient',
    ],
    [undefined, 'Export du 31/01/2026;;;'],
    [undefined, 'C0042;FA001;31/01/2026;12,00'],
  ])('%s', (dataset, line) => {
    const verdict = judge(line.split(';'));
    expect(verdict.dataset).toBe(dataset);
    expect(verdict.known > 0).toBe(dataset !== undefined);
  });

  it('by the headers of the tenant’s mapping too', () => {
    const own = headerJudge({ clients: { columns: { client_code: 'Ref', name: 'Enseigne' } } });
    expect(own(['Ref', 'Enseigne'])).toEqual({ dataset: 'clients', known: 2 });
    expect(judge(['Ref', 'Enseigne']).dataset).toBeUndefined();
  });
});
