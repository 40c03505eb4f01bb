import { describe, expect, it } from 'vitest';
import type { FormatPins } from '../../src/model/format.ts';
import { cellsOf, readBytes } from './reading.ts';

const open = (text: string, pins: FormatPins = {}) => readBytes(Buffer.from(text), pins);
/** What an import makes of a text: rows that are read, and lines that are refused. */
const outcome = (text: string, pins: FormatPins = {}) => {
  const { format, records, defects } = open(text, pins);
  return {
    form: [format.quote, format.escape],
    rows: records.filter(({ astray }) => astray === undefined).map(({ cells }) => cells),
    refused: [...records.filter(({ astray }) => astray !== undefined), ...defects].map(({ line }) => line).sort(),
  };
};
const plain = 'Code client;Nom;Ville\n';
const lyon = (name: string) => ['C001', name, 'Lyon'];
const metz = ['C002', 'Durand', 'Metz'];

describe('the whole file shows how it quotes', () => {
  it.each<[string, string, string, string, string]>([
    [
      'apostrophes',
      `'Code client';'Nom';'Ville'\n'C001';'L''ATELIER; FILS';'Lyon'\n'C002';'Durand';'Metz'\n`,
      "'",
      '"',
      "L'ATELIER; FILS",
    ],
    [
      'apostrophes below a plain header',
      `${plain}'C001';'Dupont';'Lyon'\n'C002';'Durand';'Metz'\n`,
      "'",
      '"',
      'Dupont',
    ],
    [
      'apostrophes where they are needed',
      `${plain}C001;'Dupont; d''Azur';Lyon\nC002;Durand;Metz\n`,
      "'",
      '"',
      "Dupont; d'Azur",
    ],
    [
      'apostrophes around texts, not numbers',
      `${plain}'C001';'Dupont';Lyon\n'C002';'Durand';Metz\n`,
      "'",
      '"',
      'Dupont',
    ],
    [
      'apostrophes after backslashes',
      `${plain}'C001';'L\\'Atelier';'Lyon'\n'C002';'Durand';'Metz'\n`,
      "'",
      '\\',
      "L'Atelier",
    ],
    [
      'apostrophes as they are',
      `${plain}'C001';'L'ATELIER';'Lyon'\n'C002';'Durand';'Metz'\n`,
      "'",
      'none',
      "L'ATELIER",
    ],
    ['quotes after backslashes', `${plain}C001;"12\\" écran";Lyon\nC002;"Durand";Metz\n`, '"', '\\', '12" écran'],
    [
      'a quote after a backslash at the end',
      `"Code client";"Nom";"Ville"\n"C001";"écran 12\\"";"Lyon"\n"C002";"Durand";"Metz"\n`,
      '"',
      '\\',
      'écran 12"',
    ],
    [
      'delimiters after backslashes, no quotes',
      `${plain}C001;Dupont\\; fils;Lyon\nC002;Durand;Metz\n`,
      '"',
      '\\',
      'Dupont; fils',
    ],
    ['line ends after backslashes', `${plain}C001;Dupont\\\nfils;Lyon\nC002;Durand;Metz\n`, '"', '\\', 'Dupont\nfils'],
    [
      'quotes as they are',
      `"Code client";"Nom";"Ville"\n"C001";"Société "Le Pont" SARL";"Lyon"\n"C002";"Durand";"Metz"\n`,
      '"',
      'none',
      'Société "Le Pont" SARL',
    ],
    [
      'quotes as they are, at an end',
      `"Code client";"Nom";"Ville"\n"C001";"SARL "Le; Pont"";"Lyon"\n"C002";"Durand";"Metz"\n`,
      '"',
      'none',
      'SARL "Le; Pont"',
    ],
    [
      'typographic quotes',
      `“Code client”;“Nom”;“Ville”\n“C001”;“Dupont; fils”;“Lyon”\n“C002”;“Durand”;“Metz”\n`,
      '“',
      '"',
      'Dupont; fils',
    ],
    [
      'columns filled up behind quotes',
      `"Code client" ;"Nom" ;"Ville"\n"C001"  ;"Dupont; fils"  ;"Lyon"\n"C002"  ;"Durand"  ;"Metz"  \n`,
      '"',
      '"',
      'Dupont; fils',
    ],
  ])('%s', (_, text, quote, escape, name) =>
    expect(outcome(text)).toEqual({ form: [quote, escape], rows: [lyon(name), metz], refused: [] }),
  );

  it('databases write nothing as \\N, tabs and line ends as letters, a backslash twice', () => {
    const text = `Code client\tNom\tVille\nC001\tDupont\\tet\\nfils\tLyon\nC002\tA\\\\B\t\\N\n`;
    expect(outcome(text)).toEqual({
      ...{ form: ['"', '\\'], refused: [] },
      rows: [lyon('Dupont\tet\nfils'), ['C002', 'A\\B', '\\N']],
    });
  });

  it('and a line of it that does not fit is refused, the others are read', () => {
    const rows = Array.from({ length: 20 }, (_, i) => `'C${i}';'d''Azur ${i}';'Lyon'`);
    const text = `'Code client';'Nom';'Ville'\n${rows.join('\n')}\n'C98';'L'A';'Nice'\n'C99;'Dupont';'Nice'\n`;
    const { form, rows: read, refused } = outcome(text);
    expect({ form, refused, read: read.length }).toEqual({ form: ["'", '"'], refused: [22, 23], read: 20 });
  });
});

describe('is no quoting', () => {
  it.each<[string, string[]]>([
    ["C001;d'Azur;l'Atelier", ['C001', "d'Azur", "l'Atelier"]],
    ["'00123;Dupont;'06000", ["'00123", 'Dupont', "'06000"]],
    ["'00123;L'Atelier';Lyon", ["'00123", "L'Atelier'", 'Lyon']],
    ['C001;écran 24";Lyon', ['C001', 'écran 24"', 'Lyon']],
    ['C001;"Le Cœur" SARL;Lyon', ['C001', '"Le Cœur" SARL', 'Lyon']],
    ['C001;"Le Pont" et "Le Quai";Lyon', ['C001', '"Le Pont" et "Le Quai"', 'Lyon']],
    ["C001;'Chez Nous';Lyon", ['C001', "'Chez Nous'", 'Lyon']],
    ['C001;"C:\\dossier\\";Lyon', ['C001', 'C:\\dossier\\', 'Lyon']],
    ['C001;C:\\temp\\nouveau;Lyon', ['C001', 'C:\\temp\\nouveau', 'Lyon']],
  ])('%s', (line, cells) =>
    expect(outcome(`${plain}${line}\nC002;Durand;Metz\n`)).toEqual({
      form: ['"', '"'],
      rows: [cells, metz],
      refused: [],
    }),
  );
});

describe('a line that contradicts what the head of the file shows', () => {
  const head = plain + Array.from({ length: 4000 }, (_, i) => `C${i};Dupont d'Azur ${i};Lyon\n`).join('');
  it.each([
    'C001;"12\\" écran";Lyon',
    'C001;"écran 12\\"";"Lyon"',
    'C001;"Société "Le Pont" SARL";Lyon',
    'C001;""Le Pont" SARL";Lyon',
  ])('%s is refused', (line) => {
    const { refused, rows } = outcome(`${head}${line}\nC002;Durand;Metz\n`);
    expect(refused).toEqual([4002]);
    expect(rows.at(-1)).toEqual(metz);
  });

  it('is refused where quotes stand as they are, and one is doubled', () => {
    const text = `"Code client";"Nom"\n${'"C1";"Dit "Le Pont""\n'.repeat(4000)}"C2";"Dit ""Le Pont"" là"\n`;
    expect(outcome(text)).toMatchObject({ form: ['"', 'none'], refused: [4002] });
  });
});

it('what is pinned is believed', () => {
  const text = `${plain}C001;'a;b';Lyon\n`;
  expect(cellsOf(open(text, { quote: '"' }))).toEqual([['C001', "'a", "b'", 'Lyon']]);
  expect(cellsOf(open(text, { quote: "'" }))).toEqual([lyon('a;b')]);
  expect(cellsOf(open(`${plain}C001;a\\;b;Lyon\n`, { quote: 'none', escape: '\\' }))).toEqual([lyon('a;b')]);
  expect(cellsOf(open(`${plain}C001;a\\;b;Lyon\n`, { escape: '"' }))).toEqual([['C001', 'a\\', 'b', 'Lyon']]);
});

describe('delimiters', () => {
  const files: [string, string[]][] = [
    ['||', ['Dupont | fils', '']],
    ['|;|', ['Dupont; fils', '']],
    ['::', ['Dupont: fils', '']],
    [', ', ['Dupont,fils', '1,50']],
    ['; ', ['Dupont;fils', '']],
    ['~', ['Dupont', '24"']],
    ['^', ['Dupont', '']],
    ['\x1f', ['Dupont; fils', '']],
    ['¦', ['Dupont', 'é']],
    ['§', ['Dupont', '']],
  ];
  it.each(files)('%j is found where the header shows it', (delimiter, cells) => {
    const lines = [
      ['Code client', 'Nom', 'Plafond'],
      ['C001', ...cells],
      ['C002', '"a;b"', 'x'],
    ];
    const { format, ...file } = open(lines.map((line) => line.join(delimiter) + '\r\n').join(''));
    expect(format).toMatchObject({ delimiter, header: ['Code client', 'Nom', 'Plafond'] });
    expect(cellsOf(file)).toEqual([
      ['C001', ...cells],
      ['C002', 'a;b', 'x'],
    ]);
  });

  it('a quoted cell may hold one of several characters, and its line is shown as it stood', () => {
    const file = open('Code client||Nom||Ville\nC001||"a||b ""c"""||Lyon\n');
    expect(cellsOf(file)).toEqual([lyon('a||b "c"')]);
    expect(file.records[0]?.raw).toBe('C001||"a||b ""c"""||Lyon');
  });

  it('a space is one where the header is nothing but known columns, never of a title', () => {
    expect(cellsOf(open('client_code name city\nC001 "Dupont fils" Lyon\n'))).toEqual([lyon('Dupont fils')]);
    expect(open('Export client date\nCode client;Nom\nC001;Dupont\n').format).toMatchObject({
      delimiter: ';',
      headerLine: 2,
    });
  });

  it('a header that is only written with more air does not make its rows one cell', () => {
    expect(cellsOf(open('Code client, Nom, Ville\nC001,Dupont,Lyon\n'))).toEqual([lyon('Dupont')]);
  });

  it('of several characters may be pinned', () => {
    expect(cellsOf(open('C001<>Dupont<>Lyon\n', { delimiter: '<>', headerLine: 0 }))).toEqual([lyon('Dupont')]);
  });
});
