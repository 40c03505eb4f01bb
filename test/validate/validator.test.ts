import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../src/validate/columns/record-of.ts';
import { createValidator } from '../../src/validate/validator.ts';
import { matchColumns } from '../../src/validate/columns/match.ts';
import { BUFFER_BYTES } from '../../src/validate/output/output.ts';
import { today, validate } from './support.ts';

const header = ['Code client', 'Pièce', 'Date', 'Libellé', 'Montant'];
const rows = (...lines: string[][]) => validate('ecritures', { header, rows: lines });
const good = ['C1', 'F1', '31/01/2026', 'Facture', '12,00'];

describe('each record is accepted, rejected or skipped, and counted', () => {
  it('a delimiter without quotes in a label makes too many cells', () => {
    const outcome = rows(['C1', 'F1', '31/01/2026', 'réf', ' 42', '12,00']);
    expect(outcome.rejections[0]).toMatchObject({
      code: 'too_many_cells',
      value: '12,00',
      line: '2',
      raw: 'C1;F1;31/01/2026;réf; 42;12,00',
    });
  });

  it('also where the last cells are empty, for what stands before them has moved', () => {
    const outcome = validate('ecritures', {
      header: [...header, 'Lettrage'],
      rows: [['C1', 'F1', '31/01/2026', 'réf', ' 42', '12,00', '']],
    });
    expect(outcome.refused).toEqual(['too_many_cells']);
  });

  it('but a note beside the table of a workbook moves nothing: it is not imported, and the report says so', () => {
    const outcome = validate('ecritures', {
      header,
      rows: [[...good, '', 'vu par Paul']],
      workbook: { date1904: false },
    });
    expect(outcome.rows).toHaveLength(1);
    expect(outcome.result.warnings).toMatchObject([{ code: 'unnamed_column', examples: [{ value: 'vu par Paul' }] }]);
  });

  it('too few cells do not matter where no line has them', () => {
    expect(rows(['C1', 'F1', '31/01/2026']).refused).toEqual(['too_few_cells']);
    const outcome = validate('clients', { header: ['Code client', 'Nom', 'Ville', 'CP'], rows: [['C1', 'Dupont']] });
    expect(outcome.rows[0]).toMatchObject({ city: null, zip: null });
  });

  it('the header again, blank lines and totals are skipped', () => {
    const outcome = rows(
      header,
      good,
      ['', '', '', '', ''],
      [' '],
      ['', '', '', 'Total général', '12,00'],
      ['TOTAL', '', '', '', '12,00'],
      ['Sous-total C1', '', '', '', '12,00'],
      ['', '', '', '', ''],
    );
    expect(outcome.result).toMatchObject({ read: 8, accepted: 1, rejected: 0, skipped: 7 });
    const clients = validate('clients', {
      header: ['Code client', 'Nom'],
      rows: [
        ['Code client', 'Nom'],
        ['code client ', 'NOM'],
        ['C1', 'Martin'],
        ['Code client', 'Dupont'],
      ],
    });
    expect(clients.result).toMatchObject({ accepted: 2, skipped: 2 });
  });

  it('as are notes under the table, in columns without a name', () => {
    const outcome = validate('ecritures', {
      header: [...header, '', ''],
      rows: [good, ['', '', '', '', '', '', 'vu par Paul'], ['C1', '', '', '', '', '', 'vu par Paul']],
    });
    expect(outcome.refused).toEqual(['missing_value amount']);
    expect(outcome.result).toMatchObject({ read: 3, accepted: 1, rejected: 1, skipped: 1 });
    const positional = validate('clients', {
      header: [],
      mapping: { columns: { client_code: 2, name: 1 } },
      rows: [['Dupont']],
    });
    expect(positional.result).toMatchObject({ rejected: 1, skipped: 0 });
  });

  it('while a client called Total is a client', () => {
    expect(rows(['TOTAL', 'F1', '31/01/2026', 'Total', '12,00']).rows).toHaveLength(1);
    expect(rows(['C1', 'F1', '', 'Total énergies', '12,00']).refused).toEqual(['missing_value entry_date']);
  });

  it('a rejection names line, column and value, and keeps the record, within bounds', () => {
    const outcome = rows(
      ['C1', 'F1', '31/02/2026', 'a\tb\\c\nd', '12,00'],
      ['C1', 'F1', 'é'.repeat(300), '😀'.repeat(3000), '1'],
    );
    expect(outcome.rejections[0]).toEqual({
      file_no: '1',
      line: '2',
      column: 'entry_date',
      code: 'invalid_date',
      value: '31/02/2026',
      raw: 'C1;F1;31/02/2026;a\tb\\c\nd;12,00',
    });
    expect(outcome.rejections[1]?.['value']).toBe('é'.repeat(200));
    expect(outcome.rejections[1]?.['raw']?.length).toBeLessThanOrEqual(4096);
    expect(outcome.rejections[1]?.['raw']?.isWellFormed()).toBe(true);
  });

  it('warnings are counted, with five examples', () => {
    const outcome = rows(...Array.from({ length: 7 }, () => ['C1', 'F1', '31/01/2026', '', '0']));
    const [warning] = outcome.result.warnings;
    expect(warning).toMatchObject({ code: 'zero_amount', count: 7 });
    expect(warning?.examples).toHaveLength(5);
    expect(warning?.examples[0]).toEqual({ line: 2, value: '0' });
  });

  it('read = accepted + rejected + skipped, and each is one line, whatever the cells hold', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('', 'C1', '31/01/2026', '1,234', '12,00', 'Total', '#REF!', '\\', '\t', '\n', '\0', '"'),
    );
    // Mostly lines that pass, so that both ways are walked.
    const line = fc
      .tuple(
        ...[...good, 'Sud'].map((text) =>
          fc.oneof({ weight: 9, arbitrary: fc.constant(text) }, { weight: 1, arbitrary: cell }),
        ),
      )
      .map((cells) => cells);
    const lines = fc.array(fc.oneof({ weight: 5, arbitrary: line }, fc.array(cell, { maxLength: 7 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(lines, (lines) => {
        const outcome = validate('ecritures', {
          header: [...header, 'Zone "\\'],
          rows: lines.map((line) => line.map((text) => text.toWellFormed())),
        });
        const { read, accepted, rejected, skipped } = outcome.result;
        expect(read).toBe(lines.length);
        expect(accepted + rejected + skipped).toBe(read);
        expect([outcome.rows.length, outcome.rejections.length]).toEqual([accepted, rejected]);
        expect(outcome.copy).not.toContain('\0');
        for (const line of outcome.copy.split('\n').slice(0, -1)) expect(line.split('\t')).toHaveLength(5 + 8);
        for (const { extra } of outcome.rows) if (typeof extra === 'string') JSON.parse(extra);
      }),
    );
  });
});

describe('a row is known again', () => {
  const names = ['Code client', 'Journal', 'Pièce', 'Date', 'Échéance', 'Montant', 'Libellé', 'Zone', 'Secteur'];
  const cells = ['C1', 'VE', 'F1', '31/01/2026', '28/02/2026', '12,00', 'Facture', 'Sud', 'BTP'];
  const hashes = (order: number[]) => {
    const [row] = validate('ecritures', {
      header: order.map((i) => names[i] ?? ''),
      rows: [order.map((i) => cells[i] ?? '')],
    }).rows;
    return [row?.['key'], row?.['row_hash']];
  };
  const straight = hashes(names.map((_, i) => i));

  it('whatever the order of the columns', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          names.map((_, i) => i),
          { minLength: names.length },
        ),
        (order) => {
          expect(hashes(order)).toEqual(straight);
        },
      ),
    );
  });

  it('by a key of what identifies it, and a hash of all that the file says', () => {
    const change = (column: string, text: string) =>
      validate('ecritures', {
        header: names,
        rows: [names.map((name, i) => (name === column ? text : (cells[i] ?? '')))],
      }).rows[0];
    for (const column of ['Code client', 'Journal', 'Pièce'])
      expect(change(column, 'X')?.['key']).not.toBe(straight[0]);
    expect(change('Échéance', '01/03/2026')?.['key']).not.toBe(straight[0]);
    expect(change('Montant', '-12,00')?.['key']).not.toBe(straight[0]);
    for (const [column, text] of [
      ['Montant', '12,01'],
      ['Libellé', 'Autre'],
      ['Zone', ''],
      ['Date', '30/01/2026'],
    ] as const) {
      expect(change(column, text)?.['key']).toBe(straight[0]);
      expect(change(column, text)?.['row_hash']).not.toBe(straight[1]);
    }
    expect(change('Libellé', ' Facture ')).toMatchObject({ key: straight[0], row_hash: straight[1] });
    expect(straight[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(BigInt(straight[1] ?? '')).toBeLessThan(2n ** 63n);
  });

  it('and a column that the file does not have counts as empty in the key', () => {
    const row = (header: string[], cells: string[]) => validate('ecritures', { header, rows: [cells] }).rows[0];
    const without = row(['Code client', 'Pièce', 'Date', 'Montant'], ['C1', 'F1', '20260131', '1']);
    const empty = row(
      ['Code client', 'Journal', 'Pièce', 'Date', 'Échéance', 'Montant'],
      ['C1', '', 'F1', '20260131', '', '1'],
    );
    expect(empty?.['key']).toBe(without?.['key']);
    expect(empty?.['row_hash']).not.toBe(without?.['row_hash']);
  });

  it('by its id where it has one', () => {
    const header = ['ID', 'Code client', 'Pièce', 'Date', 'Montant'];
    const outcome = validate('ecritures', {
      header,
      rows: [
        ['1', 'C1', 'F1', '20260131', '1'],
        ['1', 'C2', 'F2', '20260131', '2'],
        ['2', 'C1', 'F1', '20260131', '1'],
        ['', 'C1', 'F1', '20260131', '1'],
      ],
    });
    const keys = outcome.rows.map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
    expect(outcome.rows.map(({ repeat }) => repeat)).toEqual(['f', 't', 'f', 'f']);
    expect(outcome.warned).toEqual(['empty_entry_id entry_id']);
  });

  it('a client by company and code; a contact by id, else e-mail, else name', () => {
    const clients = validate('clients', {
      header: ['Société', 'Code client', 'Nom'],
      rows: [
        ['A', 'C1', 'x'],
        ['A', 'C1', 'y'],
        ['B', 'C1', 'x'],
      ],
    });
    expect(clients.rows.map(({ repeat }) => repeat)).toEqual(['f', 't', 'f']);
    const contacts = validate('contacts', {
      header: ['Code client', 'ID', 'Email', 'Nom', 'Prénom'],
      rows: [
        ['C1', '7', 'a@b.fr', 'A', ''],
        ['C1', '7', 'c@d.fr', 'B', ''],
        ['C1', '', 'a@b.fr', 'A', ''],
        ['C1', '', 'A@B.FR', 'C', ''],
        ['C1', '', '', 'A', 'Zoé'],
        ['C1', '', '', 'A', 'Zoé'],
        ['C2', '', 'a@b.fr', 'A', ''],
      ],
    });
    expect(contacts.rows.map(({ repeat }) => repeat)).toEqual(['f', 't', 'f', 't', 'f', 't', 'f']);
  });

  it('and a key is never seen twice without being marked', () => {
    const header = ['Code client', 'Nom'];
    const codes = Array.from({ length: 5000 }, (_, i) => [`C${i % 2500}`, 'x']);
    const outcome = validate('clients', { header, rows: codes });
    expect(outcome.rows.slice(2500).every(({ repeat }) => repeat === 't')).toBe(true);
    const big = validate('clients', { header, rows: codes.slice(0, 2500), size: 250_000 });
    expect(big.rows.filter(({ repeat }) => repeat === 't').length).toBeLessThan(125);
  });
});

describe('a contact', () => {
  const contact = (more: Record<string, string>) =>
    validate('contacts', {
      header: ['Code client', 'Nom', 'Email', ...Object.keys(more)],
      rows: [['C1', '', '', ...Object.values(more)]],
    });
  const of = (name: string, email: string) =>
    validate('contacts', { header: ['Code client', 'Nom', 'Email'], rows: [['C1', name, email]] });

  it('has a name or an e-mail', () => {
    expect(of('Dupont', '').rows).toHaveLength(1);
    expect(of('', 'a@b.fr').rows).toHaveLength(1);
    expect(of('', '').refused).toEqual(['no_identity']);
    expect(contact({ Prénom: 'Zoé' }).rows).toHaveLength(1);
  });

  it('is refused for a bad e-mail only where it has nothing else', () => {
    expect(of('', 'a@b').refused).toEqual(['invalid_email email']);
    expect(of('Dupont', 'a@b')).toMatchObject({ rows: [{ email: 'a@b' }], warned: ['invalid_email email'] });
  });

  it('is main or not', () => {
    expect(
      validate('contacts', {
        header: ['Code client', 'Nom', 'Principal'],
        rows: [
          ['C1', 'A', 'x'],
          ['C1', 'B', ''],
        ],
      }).rows.map(({ is_main }) => is_main),
    ).toEqual(['t', 'f']);
  });
});

describe('rows are handed over in buffers', () => {
  it('of whole lines, and a record larger than a buffer has one of its own', () => {
    const lengths: number[] = [];
    let copy = '';
    const validator = createValidator({
      match: matchColumns('clients', ['Code client', 'Nom'], {}),
      mapping: {},
      tenant: { defaultCompany: '', fecAccounts: [] },
      today,
      size: 0,
      fileNo: 3,
      sink: {
        take: (bytes) => new Uint8Array(bytes),
        rows(_, buffer, length) {
          lengths.push(length);
          const text = Buffer.from(buffer.subarray(0, length)).toString();
          expect(text.endsWith('\n')).toBe(true);
          copy += text;
        },
        rejections: () => undefined,
        rest: () => undefined,
        spared: () => undefined,
      },
    });
    const names = ['x'.repeat(1000), '\\'.repeat(400_000), 'é\t'.repeat(200)];
    for (let i = 0; i < 1500; i++)
      validator.accept(recordOf([`C${i}`, names[i === 700 ? 1 : i % 2 === 0 ? 0 : 2] ?? ''], i + 2));
    validator.finish();
    expect(copy.split('\n')).toHaveLength(1501);
    expect(lengths.filter((length) => length > BUFFER_BYTES)).toHaveLength(1);
    expect(Math.max(...lengths)).toBeGreaterThan(800_000);
  });
});
