import { describe, expect, it } from 'vitest';
import type { FormatPins } from '../../src/model/format.ts';
import { recordsOf } from '../../src/parse/inspect.ts';
import { readBytes } from './reading.ts';

/*
 * One clean file, polluted one way at a time as in Pollock (Vitagliano et al., VLDB 2023), and read as `inspect --records`
 * does. What is not read below is refused, or would cost certainty in files that people send.
 */
const header = ['DATE', 'TIME', 'Qty', 'PRODUCTID', 'Price', 'ProductType', 'ProductDescription', 'URL', 'Comments'];
const rows = Array.from({ length: 12 }, (_, i) => [
  ...[`${String(i + 1).padStart(2, '0')}/01/2026`, `10:${10 + i}`, String(i + 1), `P-${100 + i}`, `${i}.50`, 'Widget'],
  ...[
    i % 3 === 0 ? `Blue, "large" one ${i}` : `Plain one ${i}`,
    `https://example.com/${i}`,
    i % 4 === 0 ? `it's fine, ${i}` : '',
  ],
]);

interface Writing {
  delimiter?: string;
  quote?: string;
  /** What stands before a quote inside quotes. */
  escape?: string;
  end?: string;
}

const lineOf = (cells: string[], { delimiter = ',', quote = '"', escape = quote }: Writing = {}) =>
  cells
    .map((cell) =>
      cell.includes(delimiter) || (quote !== '' && cell.includes(quote)) || /[\r\n]/.test(cell)
        ? quote + (quote === '' ? cell : cell.replaceAll(quote, escape + quote)) + quote
        : cell,
    )
    .join(delimiter);

const write = (lines: string[][], form: Writing = {}) =>
  lines.map((cells) => lineOf(cells, form) + (form.end ?? '\r\n')).join('');

async function inspect(text: string, pins: FormatPins = {}) {
  const bytes = Buffer.from(text);
  const { format } = readBytes(bytes, pins);
  const cells: string[][] = [];
  const defects: number[] = [];
  for await (const row of recordsOf([bytes], format, ({ line }) => defects.push(line))) cells.push(row.cells);
  return { header: format.header, cells, defects };
}

const clean = { header, cells: rows, defects: [] };
const all = [header, ...rows];
const replaced = (at: number, cells: string[]) => rows.map((row, i) => (i === at ? cells : row));

describe('gives the clean cells back', () => {
  it.each<[string, string]>([
    ['as it is', write(all)],
    ['no newline at the end', write(all).trimEnd()],
    ['a byte order mark', `\ufeff${write(all)}`],
    ...['\n', '\r', '\r\n', '\r\r\n'].map((end): [string, string] => [
      `lines end with ${JSON.stringify(end)}`,
      write(all, { end }),
    ]),
    ['mixed line ends', all.map((cells, i) => lineOf(cells) + (['\r\n', '\n'][i % 2] ?? '')).join('')],
    ...[';', '\t', '|', ', ', '; ', '||', '::', '~', '^', '\x1f', '¦', '§'].map((delimiter): [string, string] => [
      `cells parted by ${JSON.stringify(delimiter)}`,
      write(all, { delimiter }),
    ]),
    ['quotes escaped by backslashes', write(all, { escape: '\\' })],
    ['apostrophes as quotes', write(all, { quote: "'" })],
    [
      'every cell quoted',
      all.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + '\r\n').join(''),
    ],
    [
      'every cell in apostrophes',
      all.map((cells) => cells.map((cell) => `'${cell.replaceAll("'", "''")}'`).join(',') + '\r\n').join(''),
    ],
    ['blank lines', all.map((cells) => `${lineOf(cells)}\r\n\r\n`).join('')],
    ['rows of nothing but delimiters', write([header, ...rows.slice(0, 5), header.map(() => ''), ...rows.slice(5)])],
    ['a preamble', `Export of 31/01/2026\r\n\r\n${write(all)}`],
    ['the header again among the rows', write([header, ...rows.slice(0, 5), header, ...rows.slice(5)])],
  ])('%s', async (_, text) => expect(await inspect(text)).toEqual(clean));

  it('one row that differs costs no other', async () => {
    const short = rows[4]?.slice(0, 5) ?? [];
    const long = [...(rows[4] ?? []), 'surplus'];
    for (const cells of [short, long])
      expect(await inspect(write([header, ...replaced(4, cells)]))).toEqual({ ...clean, cells: replaced(4, cells) });
    const note = ['Total: 12 rows'];
    expect((await inspect(write([header, ...rows, note]))).cells).toEqual([...rows, note]);
  });

  it('a quote that nothing closes costs its line', async () => {
    const lines = all.map((cells) => lineOf(cells));
    lines[3] = `"${lines[3] ?? ''}`.replace('",', ',');
    const { cells, defects } = await inspect(lines.join('\n') + '\n');
    expect(defects).toEqual([4]);
    expect(cells).toEqual(rows.filter((_, i) => i !== 2));
  });
});

describe('gives the clean cells back where it is told', () => {
  it.each<[string, string, FormatPins]>([
    ['cells parted by spaces', write(all, { delimiter: ' ' }), { delimiter: ' ' }],
    ['no header', write(rows), { headerLine: 0 }],
    ['a header of three lines', `a,b,c\r\nd,e,f\r\n${write(all)}`, { headerLine: 3 }],
    ['a delimiter of its own', write(all, { delimiter: '<>' }), { delimiter: '<>' }],
  ])('%s', async (_, text, pins) => {
    const { cells, defects } = await inspect(text, pins);
    expect({ cells, defects }).toEqual({ cells: rows, defects: [] });
  });
});

describe('does not guess', () => {
  it('spaces part cells of labels, too: one cell a line', async () => {
    const { cells } = await inspect(write(all, { delimiter: ' ' }));
    expect(cells).not.toEqual(rows);
  });

  it('no quotes around cells that hold delimiters: more cells than the header, so that an import refuses the line', async () => {
    const { cells } = await inspect(write(all, { quote: '' }));
    expect(cells.map(({ length }) => length)).toEqual(rows.map((row) => (row.join('').match(/,/g) ?? []).length + 9));
  });

  it('a second table below the first: its rows stand in their own width', async () => {
    const { cells } = await inspect(
      `${write(all)}\r\n${write([
        ['Shop', 'City'],
        ['A', 'Lyon'],
      ])}`,
    );
    expect(cells).toEqual([...rows, ['Shop', 'City'], ['A', 'Lyon']]);
  });

  it('an empty file is refused', () => expect(() => readBytes(Buffer.alloc(0))).toThrow('empty_file'));
});
