import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/model/dataset.ts';
import { headerJudge } from '../../src/validate/columns/judge.ts';
import { fixture, readFile } from '../parse/reading.ts';
import { type Outcome, validateTwice } from './support.ts';

interface Through extends Outcome {
  format: ReturnType<typeof readFile>['format'];
  defects: [string, number][];
}

/** A file the whole way: bytes → records → rows, and what was said of the others. */
function through(dataset: Dataset, name: string): Through {
  const { format, records, defects } = readFile(fixture(name), {}, headerJudge({}, [dataset]));
  const outcome = validateTwice(dataset, { header: format.header, rows: records.map(({ cells }) => cells) });
  return { ...outcome, format, defects: defects.map(({ code, line }) => [code, line]) };
}

const seen = ({ rows }: Outcome, ...columns: string[]) => rows.map((row) => columns.map((column) => row[column]));

describe('a file with several defects gives up all that is sound in it, and says what is not', () => {
  it('cp850 under capitals, CR CR LF, a preamble, lost zeros, credits with a minus, a stray quote, totals, Ctrl-Z', () => {
    const file = through('ecritures', 'mixed-dos.csv');
    expect(file.format).toMatchObject({ encoding: 'cp850', lineEnds: 'crcrlf', headerLine: 4 });
    expect(seen(file, 'client_code', 'entry_date', 'due_date', 'amount', 'label')).toEqual([
      ['C001', '2026-01-31', '2026-02-28', '1234.56', "Échéance à l'été"],
      ['C002', '2026-02-01', null, '-40.00', 'Règlement'],
      ['C002', '2026-02-02', null, '-60.00', 'Règlement'],
      ['C004', '2026-02-02', null, '10.00', 'écran 24"'],
    ]);
    expect(file.defects).toEqual([['unclosed_quote', 8]]);
    expect(file.result).toMatchObject({ read: 6, accepted: 4, rejected: 0, skipped: 2 });
    // The 9,00 of the line with the stray quote are in the total of the file.
    expect(file.warned).toEqual(['negative_credits credit', 'total_differs debit']);
  });

  it('Sage: tabs, cp1252, a side of 0 and 1, JJMMAA, a delimiter at each line’s end', () => {
    const file = through('ecritures', 'mixed-sage.txt');
    expect(file.format).toMatchObject({ encoding: 'windows-1252', delimiter: '\t' });
    expect(seen(file, 'journal', 'client_code', 'entry_date', 'due_date', 'amount', 'label', 'letter')).toEqual([
      ['VTE', 'DUPONT', '2026-01-31', '2026-02-28', '1200.50', 'Fact. d’été', null],
      ['BQ', 'DUPONT', '2026-02-15', null, '-1200.50', 'Règlement', 'A'],
    ]);
    expect([file.warned, file.refused]).toEqual([[], []]);
  });

  it('SAP: a listing between bars, lines drawn across it, a minus at the end, totals behind stars', () => {
    const file = through('ecritures', 'mixed-sap.txt');
    expect(file.format).toMatchObject({ delimiter: '|', headerLine: 4 });
    expect(seen(file, 'client_code', 'piece_number', 'entry_date', 'amount', 'currency')).toEqual([
      ['100001', '1800000001', '2026-01-31', '1234.56', 'EUR'],
      ['100001', '1400000001', '2026-02-15', '-1234.56', 'EUR'],
    ]);
    expect(file.result).toMatchObject({ read: 7, accepted: 2, rejected: 0, skipped: 5 });
  });

  it('Dynamics: UTF-16 without a mark, sep=, quotes around all, American dates with a time, 1,234', () => {
    const file = through('ecritures', 'mixed-dynamics.csv');
    expect(file.format).toMatchObject({ encoding: 'utf-16le', bom: false, delimiter: ',', headerLine: 2 });
    expect(seen(file, 'client_code', 'entry_date', 'due_date', 'amount', 'currency', 'label')).toEqual([
      ['US-001', '2026-01-31', '2026-02-03', '1234.00', 'USD', 'Desk, 24" wide'],
      ['US-002', '2026-02-03', '2026-03-05', '-20.50', 'USD', 'Credit'],
    ]);
    expect([file.warned, file.refused]).toEqual([[], []]);
  });

  it('Excel saved again: serials, ="…", an apostrophe, U+202F, parentheses, E+15, a note beside, #N/A, #VALEUR!', () => {
    const file = through('ecritures', 'mixed-excel.csv');
    expect(seen(file, 'client_code', 'piece_number', 'entry_date', 'due_date', 'amount')).toEqual([
      ['00042', 'F1', '2026-01-31', '2026-02-28', '1234.56'],
      ['00042', 'F2', '2026-02-01', null, '-12.00'],
    ]);
    expect(file.refused).toEqual(['missing_value client_code', 'error_cell amount']);
    expect(file.warned).toEqual(['unknown_column Réf interne', 'unnamed_column']);
  });
});

describe('what would be read wrong is refused', () => {
  it('a label’s delimiter, though all cells after the amount are empty', () => {
    const file = through('ecritures', 'mixed-shift.csv');
    expect(seen(file, 'client_code', 'amount', 'letter')).toEqual([
      ['C1', '120.00', null],
      ['C3', '140.00', 'A'],
      ['C4', '150.00', null],
    ]);
    expect(file.rejections).toMatchObject([{ code: 'too_many_cells', raw: 'C2;F2;31/01/2026;Facture; 42;130,00;;' }]);
  });

  it('a decimal comma between commas', () => {
    const file = through('ecritures', 'mixed-decimals.csv');
    expect(seen(file, 'client_code', 'amount')).toEqual([['C2', '13.50']]);
    expect(file.refused).toEqual(['too_many_cells']);
  });

  it('two exports glued together: the later counts; a client without a code is no total', () => {
    const file = through('clients', 'mixed-glued.csv');
    expect(seen(file, 'client_code', 'name')).toEqual([['C1', 'Dupont']]);
    expect(file.rejections).toMatchObject([{ code: 'missing_value', raw: ';TOTAL ENERGIES;Nantes' }]);
    expect(file.warned).toEqual(['earlier_export']);
    expect(file.result).toMatchObject({ read: 5, skipped: 3 });
  });

  it('lines that a stray quote would swallow up to an inch mark, in a narrow file too', () => {
    const file = through('ecritures', 'mixed-narrow.csv');
    expect(file.defects).toEqual([['unclosed_quote', 2]]);
    expect(seen(file, 'client_code', 'amount', 'label')).toEqual([
      ['C2', '10.00', 'écran 24"'],
      ['C3', '11.00', 'rue; A\nbât. B; 3'],
    ]);
    expect(file.rejections).toMatchObject([{ code: 'missing_value', column: 'client_code' }]);
    expect(file.result).toMatchObject({ read: 4, accepted: 2, rejected: 1, skipped: 1 });
  });
});
