import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { FormatPins } from '../../src/model/format.ts';
import { fecSamples, unpackFec } from '../support/fec-samples.ts';
import { cellsOf, fixture, readFile } from './reading.ts';

const open = (name: string, pins: FormatPins = {}) => readFile(fixture(name), pins);

const header = ['Code client', 'N° pièce', 'Date écriture', 'Libellé', 'Débit', 'Crédit'];
const rows = [
  ['C001', 'FA-1', '31/01/2026', 'Échéance à l’Hôtel du Cœur', '1\u00a0234,56', ''],
  ['C002', 'FA-2', '01/02/2026', 'Pénalités reçues, 40 € forfaitaires', '40,00', ''],
  ['C003', 'AV-1', '02/02/2026', 'Élève où çà, là-bas', '', '12,00'],
];
const [first = [], second = [], third = []] = rows;
const typewriter = rows.map((row) => row.map((cell) => cell.replaceAll('’', "'")));
const dos = typewriter.map((row) => row.map((cell) => cell.replaceAll('œ', 'oe').replaceAll('€', 'euros')));

describe('1. a file arrives in whatever encoding its software writes', () => {
  it.each([
    ['utf8.csv', 'utf-8', false, rows],
    ['utf8-bom.csv', 'utf-8', true, rows],
    ['cp1252.csv', 'windows-1252', false, rows],
    ['iso-8859-15.csv', 'iso-8859-15', false, typewriter],
    ['cp850.csv', 'cp850', false, dos],
    ['utf16le.csv', 'utf-16le', true, rows],
    ['utf16be.csv', 'utf-16be', true, rows],
    ['utf16le-no-bom.csv', 'utf-16le', false, rows],
  ])('%s is read as %s (mark: %s), accents, euros and spaces intact', (name, encoding, bom, expected) => {
    const file = open(name);
    expect(file.format).toMatchObject({ encoding, bom, delimiter: ';', lineEnds: 'crlf', headerLine: 1, header });
    expect(cellsOf(file)).toEqual(expected);
  });

  it('pure ASCII is UTF-8', () => expect(open('ascii.csv').format.encoding).toBe('utf-8'));

  it('a pinned encoding wins over the evidence', () => {
    const file = open('cp850.csv', { encoding: 'windows-1252' });
    expect(file.format.encoding).toBe('windows-1252');
    expect(file.records[1]?.cells[3]).toBe('P‚nalit‚s re‡ues, 40 euros forfaitaires');
  });

  it('bytes that the encoding does not define become U+FFFD, which Postgres takes', () => {
    expect(open('undefined-bytes.csv').records[3]?.cells).toEqual(['C9', '\ufffd', '', '', '', '']);
  });

  it('a few lines of another encoding do not spoil a file in UTF-8', () => {
    const file = open('utf8-with-cp1252-tail.csv');
    expect(cellsOf(file).slice(0, 3)).toEqual(rows);
    expect(file.records[3]?.cells[3]).toBe('R\ufffdgl\ufffd');
  });
});

describe('2. the delimiter is found on the header line', () => {
  it.each([
    ['delimiter-comma.csv', ','],
    ['delimiter-tab.csv', '\t'],
    ['delimiter-pipe.csv', '|'],
    ['utf8.csv', ';'],
  ])('%s: decimal commas and commas in labels do not mislead', (name, delimiter) => {
    const file = open(name);
    expect(file.format).toMatchObject({ delimiter, header });
    expect(cellsOf(file)).toEqual(rows);
  });

  it('a pinned delimiter wins', () => expect(open('utf8.csv', { delimiter: ',' }).format.delimiter).toBe(','));
});

describe('3. lines end as they like', () => {
  it.each([
    ['utf8.csv', 'crlf'],
    ['lf.csv', 'lf'],
    ['cr.csv', 'cr'],
    ['crcrlf.csv', 'crcrlf'],
    ['mixed-ends.csv', 'mixed'],
  ])('%s: %s', (name, lineEnds) => {
    const file = open(name);
    expect(file.format.lineEnds).toBe(lineEnds);
    expect(cellsOf(file)).toEqual(rows);
    expect(file.records.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(file.summary).toMatchObject({ lines: 4, records: 3, defects: 0, endedWithoutNewline: false });
  });

  it('a last line without its end is a record, and the end is known to be missing', () => {
    const file = open('no-final-newline.csv');
    expect(cellsOf(file)).toEqual(rows);
    expect(file.summary).toMatchObject({ endedWithoutNewline: true, lastRecordShort: false });
  });

  it('a file that was cut shows it', () => {
    expect(open('cut-short.csv').summary).toMatchObject({ endedWithoutNewline: true, lastRecordShort: true });
  });

  it('a delimiter at the end of each line makes a column without a name, and no cell too many', () => {
    for (const name of ['trailing-delimiter.csv', 'trailing-delimiter-everywhere.csv']) {
      const file = open(name);
      expect(file.format.header).toEqual([...header, '']);
      expect(cellsOf(file)).toEqual(rows.map((row) => [...row, '']));
    }
  });

  it('a CR inside a label stays in the label', () => {
    const file = open('lone-cr-in-label.csv');
    expect(file.format.lineEnds).toBe('crlf');
    expect(cellsOf(file)).toEqual([['C001', 'FA-1', '31/01/2026', 'première\rseconde', '1,00', ''], second, third]);
  });
});

describe('4. quotes', () => {
  it('quoted delimiters and line breaks, doubled, stray and pointless quotes give the cells that were meant', () => {
    const file = open('quotes.csv');
    expect(file.records.map(({ line, cells }) => [line, cells[3]])).toEqual([
      [2, 'Facture; suite\r\nde l’hôtel'],
      [4, 'dit "Le Cœur"'],
      [5, 'écran 24" mat'],
      [6, '"Le Cœur" SARL'],
      [7, ''],
    ]);
    expect(file.records[4]?.cells).toEqual(['C005', 'FA-5', '31/01/2026', '', '5,00', '']);
    expect(file.records[1]?.raw).toBe('C002;FA-2;31/01/2026;"dit ""Le Cœur""";2,00;');
    expect(file.defects).toEqual([]);
  });

  it('a stray opening quote costs its own line, not the rest of the file', () => {
    const file = open('stray-quote.csv');
    expect(cellsOf(file)).toEqual(rows);
    expect(file.defects).toEqual([{ code: 'unclosed_quote', line: 3, raw: 'C009;FA-9;31/01/2026;"Promo;9,00;' }]);
  });

  it('nor does it swallow the lines up to the next quoted cell', () => {
    const file = open('stray-quote-then-quoted.csv');
    expect(cellsOf(file)).toEqual([...rows, ['C004', 'FA-4', '31/01/2026', 'a;b', '4,00', '']]);
    expect(file.defects.map(({ code, line }) => [code, line])).toEqual([['unclosed_quote', 2]]);
  });

  it('an end inside a quoted cell is a truncation, never silent', () => {
    const file = open('cut-inside-quotes.csv');
    expect(cellsOf(file)).toEqual(rows);
    expect(file.defects).toEqual([{ code: 'truncated', line: 5, raw: 'C009;FA-9;31/01/2026;"Facture de l’hô' }]);
  });

  it('too many and too few cells arrive as they are, for the rules to refuse', () => {
    expect(open('wrong-cell-counts.csv').records.map(({ cells }) => cells.length)).toEqual([7, 3, 6]);
  });

  it('quotes can be declared plain characters', () => {
    const file = open('stray-quote.csv', { quote: 'none' });
    expect(file.records[1]?.cells[3]).toBe('"Promo');
    expect(file.defects).toEqual([]);
  });
});

describe('5. what stands around the data', () => {
  it('lines above the header are passed over', () => {
    const file = open('preamble.csv');
    expect(file.format).toMatchObject({ headerLine: 4, header });
    expect(cellsOf(file)).toEqual(rows);
    expect(file.records[0]?.line).toBe(5);
  });

  it('blank rows are no records, and line numbers still are those of an editor', () => {
    const file = open('blank-rows.csv');
    expect(cellsOf(file)).toEqual(rows);
    expect(file.records.map(({ line }) => line)).toEqual([2, 6, 7]);
  });

  it('a header repeated in the middle is skipped and counted', () => {
    const file = open('repeated-header.csv');
    expect(cellsOf(file)).toEqual(rows);
    expect(file.summary).toMatchObject({ records: 3, repeatedHeaders: 1 });
  });

  it('a total row is a record like others, for the rules to refuse', () => {
    expect(open('total-row.csv').records.at(-1)?.cells).toEqual(['Total', '', '', '', '1 274,56', '12,00']);
  });

  it('notes to the right keep their cells apart from the columns', () => {
    const file = open('side-notes.csv');
    expect(file.format.header).toEqual([...header, '', '']);
    expect(file.records[0]?.cells).toEqual([...first, '', 'voir Paul']);
  });

  it('headers that occur twice are both kept', () => {
    const file = open('duplicate-headers.csv');
    expect(file.format.header).toEqual(['Code client', 'Nom', 'Nom']);
    expect(cellsOf(file)).toEqual([['C001', 'Dupont', 'Durand']]);
  });

  it('a file without a header gives up none of its rows', () => {
    for (const pins of [{}, { headerLine: 0 }]) {
      const file = open('no-header.csv', pins);
      expect(file.format).toMatchObject({ headerLine: 0, header: [], delimiter: ';' });
      expect(cellsOf(file)).toEqual(rows);
    }
  });

  it.each(['header-only.csv', 'header-only-no-newline.csv'])('%s: a header and no rows', (name) => {
    const file = open(name);
    expect(file.format).toMatchObject({ headerLine: 1, header });
    expect(file.summary).toMatchObject({ records: 0, defects: 0 });
  });

  it('a header of columns that nobody knows is found all the same', () => {
    expect(open('custom-header.csv').format).toMatchObject({ headerLine: 1, header: ['xa', 'xb', 'xc'] });
  });

  it('a pinned header line wins', () => {
    expect(open('preamble.csv', { headerLine: 1 }).format).toMatchObject({
      headerLine: 1,
      header: ['Société', 'ACME'],
    });
  });
});

describe('10. characters that hurt', () => {
  it('NUL, control and zero-width characters come through for the rules to clean', () => {
    const [record] = open('nul-and-control.csv').records;
    expect(record?.cells).toEqual(['C001', 'FA\0-1', '31/01/2026', 'a\u200bb\u0007', '#N/A', 'NULL']);
  });
});

describe('a file that is no table is named for what it is', () => {
  it.each([
    ['empty.csv', 'empty_file'],
    ['html.xls', 'html_file'],
    ['legacy.xls', 'legacy_xls'],
    ['protected.xlsx', 'password_protected'],
    ['export.pdf', 'no_table'],
    ['compressed.csv', 'archive_file'],
    ['binary.csv', 'not_text'],
    ['zip.xlsx', 'zip'],
  ])('%s: %s', (name, code) => expect(() => open(name)).toThrow(code));

  it('a CSV called .xlsx is read as the CSV it is', () => expect(cellsOf(open('csv-named.xlsx'))).toEqual(rows));
});

describe('an FEC needs no mapping', () => {
  it.each([
    ['fec-utf8-bom.txt', 'utf-8', '\t', 'lf', 60],
    ['fec-crcrlf.txt', 'utf-8', '\t', 'crcrlf', 44],
    ['fec-pipe-iso.txt', 'windows-1252', '|', 'lf', 60],
  ])('%s', (name, encoding, delimiter, lineEnds, records) => {
    const file = open(name);
    expect(file.format).toMatchObject({ kind: 'fec', encoding, delimiter, lineEnds, headerLine: 1 });
    expect(file.format.header).toHaveLength(18);
    expect(file.summary).toMatchObject({ records, defects: 0 });
    expect(file.records.every(({ cells }) => cells.length === 18)).toBe(true);
  });

  it.each(fecSamples)('%s, whole: as many lines and customers’ lines as awk counts', async (name) => {
    const path = await unpackFec(name);
    const awk = (program: string) => Number(execFileSync('awk', ['-F\t', program, path]).toString());
    const file = readFile(path);
    expect(file.format.kind).toBe('fec');
    expect(file.summary).toMatchObject({ records: awk('END { print NR - 1 }'), defects: 0 });
    const customers = file.records.filter(({ cells }) => cells[4]?.startsWith('411'));
    expect(customers).toHaveLength(awk('$5 ~ /^411/ { n++ } END { print n }'));
  });
});
