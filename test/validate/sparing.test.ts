import { describe, expect, it } from 'vitest';
import { validate, type Input } from './support.ts';

const plain = ['Code client', 'Pièce', 'Date', 'Montant'];
const named = (header: string[], rows: string[][], more: Partial<Input> = {}) =>
  validate('ecritures', { header, rows, ...more }).spared;
const note = (
  id: string | null,
  client_code: string | null,
  piece_number: string | null,
  company: string | null = '',
) => ({
  company,
  id,
  client_code,
  piece_number,
});
const anything = note(null, null, null, null);

describe('a refused record of a snapshot names what must not vanish by it', () => {
  it('and a record that is accepted, skipped or blank names nothing', () => {
    const rows = [['C1', 'F1', '31/01/2026', '1,00'], ['', '', '', ''], plain, ['Total', '', '', '1,00']];
    expect(named(plain, rows)).toEqual([]);
  });

  it('by client and piece, cleaned as codes are, or by its id', () => {
    const bad = ['31/01/2026', 'douze'];
    expect(
      named(plain, [
        ['="00123"', "'F1\u00a0", ...bad],
        ['C1', 'F2', 'hier', '1,00'],
      ]),
    ).toEqual([note(null, '00123', 'F1'), note(null, 'C1', 'F2')]);
    const withId = ['Identifiant', 'Société', ...plain];
    expect(
      named(withId, [
        ['E1', 'Nord', 'C1', 'F1', ...bad],
        ['', '', 'C1', 'F2', ...bad],
      ]),
    ).toEqual([note('E1', 'C1', 'F1', 'Nord'), note(null, 'C1', 'F2')]);
  });

  it('as far as it can be read: what is missing or lost stands for anything', () => {
    const rest = ['31/01/2026', '1,00'];
    expect(
      named(plain, [
        ['C1', '', ...rest],
        ['', 'F2', ...rest],
        ['3,62521E+13', 'F3', ...rest],
        ['C4'],
        ['#REF!', '', ...rest],
        ['C5', 'F5', 'hier', '1,00'],
      ]),
    ).toEqual([
      note(null, 'C1', null),
      note(null, null, 'F2'),
      note(null, null, 'F3'),
      note(null, 'C4', null),
      // Nothing vanishes now, so what comes after adds nothing.
      anything,
    ]);
  });

  it('at each place that a column may have moved to, where a delimiter stands inside a label', () => {
    const header = ['Code client', 'Libellé', 'Pièce', 'Date', 'Montant'];
    const labelled = ['C1', 'Vis', ' écrous', 'F1', '31/01/2026', '1,00'];
    const moved = [note(null, null, 'écrous', null), note(null, null, 'F1', null)];
    expect(named(header, [labelled])).toEqual(moved);
    // The same where each line, and the header, ends with a delimiter.
    expect(named([...header, ''], [[...labelled, '']])).toEqual(moved);
    // Or where the cells at the end are empty.
    const lettered = [...header, 'Lettrage'];
    expect(named(lettered, [[...labelled, '']])).toEqual(moved);
    expect(named(header, [[...labelled, ...Array.from({ length: 9 }, () => 'x')]])).toEqual([anything]);
  });

  it('as an FEC has it, whose line may have no auxiliary account', () => {
    const header = ['JournalCode', 'EcritureNum', 'EcritureDate', 'CompteNum', 'CompteLib', 'CompAuxNum', 'CompAuxLib'];
    const fec = [...header, 'PieceRef', 'PieceDate', 'EcritureLib', 'Debit', 'Credit'];
    const line = (aux: string, piece: string, account = '411000') => [
      'VE',
      '7',
      '20260131',
      account,
      'Clients',
      aux,
      '',
      piece,
      '20260131',
      '',
      'douze',
      '0,00',
    ];
    expect(named(fec, [line('DUP', 'F1'), line('', ''), line('', '', '706000')], { fec: true })).toEqual([
      note(null, 'DUP', 'F1'),
      note(null, '411000', '7'),
    ]);
  });

  it('and a contact by its id and its client', () => {
    const header = ['Code client', 'Identifiant', 'Nom'];
    const rows = [
      ['C1', '12', ''],
      ['', '13', 'A'],
      ['C2', '', ''],
    ];
    const mapping = { mode: 'snapshot' as const };
    expect(validate('contacts', { header, rows, mapping }).spared).toEqual([
      note('12', 'C1', null),
      note('13', null, null),
      note(null, 'C2', null),
    ]);
  });

  it('but a delta settles nothing, and notes nothing', () => {
    expect(named(plain, [['C1', 'F1', 'hier', '1,00']], { mapping: { mode: 'delta' } })).toEqual([]);
    expect(validate('clients', { header: ['Code client', 'Nom'], rows: [['C1', '']] }).spared).toEqual([]);
  });

  it('and of a file that is refused altogether only so many notes are kept', () => {
    const rows = Array.from({ length: 50_010 }, (_, i) => ['C1', `F${i}`, 'hier', '1,00']);
    const notes = named(plain, rows);
    expect(notes).toHaveLength(50_001);
    expect(notes.at(-1)).toEqual(anything);
    const long = 'x'.repeat(200);
    const wide = named(
      plain,
      rows.map(([, piece = '', ...rest]) => [long, piece, ...rest]),
    );
    expect(wide.length).toBeLessThan(25_000);
    expect(wide.at(-1)).toEqual(anything);
  });
});
