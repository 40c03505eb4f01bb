import { describe, expect, it } from 'vitest';
import { recordBound } from '../../src/parse/csv/csv.ts';
import { cellsOf, csv, read } from './reading.ts';

const wide = csv({ header: Array.from({ length: 8 }, (_, i) => `h${i}`) });
const codes = ({ defects }: ReturnType<typeof read>) => defects.map(({ code, line }) => [code, line]);

describe('bounds', () => {
  it('a line over 1 MiB is refused, and the next is read', () => {
    for (const cut of [1 << 20, 100_000]) {
      const file = read(`a;b;c\n1;2;3\n${'x'.repeat(recordBound + 1)}\n4;5;6\n`, csv(), cut);
      expect(codes(file)).toEqual([['record_too_long', 3]]);
      expect(file.defects[0]?.raw).toHaveLength(4096);
      expect(file.records.map(({ line, cells }) => [line, ...cells])).toEqual([
        [2, '1', '2', '3'],
        [4, '4', '5', '6'],
      ]);
    }
  });

  it('a line of exactly 1 MiB is a record, with whatever line end', () => {
    for (const end of ['\n', '\r\n', '\r\r\n']) {
      const file = read(`a;b;c\n${'x'.repeat(recordBound)}${end}4;5;6${end}`, csv(), 65_536);
      expect(file.defects).toEqual([]);
      expect(file.records.map(({ raw }) => raw.length)).toEqual([recordBound, 5]);
    }
  });

  it('a quote that nothing closes for 1 MiB costs its line only, however the file is cut', () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${i};b;c`);
    const text = ['a;b;c', ...rows.slice(0, 10), 'x;"y;z', ...rows.slice(10)].join('\n');
    for (const cut of [1 << 20, 77_777]) {
      const file = read(text, csv(), cut);
      expect(codes(file)).toEqual([['unclosed_quote', 12]]);
      expect(file.summary).toMatchObject({ records: 200_000, lines: 200_002 });
    }
  });

  it('lines that each leave a quote open are not read over and over: the reader gives up on their extent', () => {
    const file = read(`a;b;c\n${'x";"a\n'.repeat(600_000)}`);
    // 128 MiB read again at 1 MiB each, then the 4 MiB of the file in pieces of one.
    expect(file.defects.length).toBeGreaterThan(100);
    expect(file.defects.length).toBeLessThan(140);
    expect(file.summary.lines).toBe(600_001);
  });

  it('512 cells are a record, 513 are refused', () => {
    const row = (cells: number) => Array.from({ length: cells }, () => 'x').join(';');
    const file = read(`a;b;c\n${row(512)}\n${row(513)}\n1;2;3\n`);
    expect(cellsOf(file).map((cells) => cells.length)).toEqual([512, 3]);
    expect(codes(file)).toEqual([['too_many_columns', 3]]);
  });
});

describe('a stray quote', () => {
  it('that an inch mark would close, lines later, does not make one record of them all', () => {
    const line = (label: string) => `1;2;${label};4;5;6;7;8`;
    const file = read(`h\n${line('"Promo')}\n${line('plain')}\n${line('écran 24"')}\n`, wide);
    expect(codes(file)).toEqual([['unclosed_quote', 2]]);
    expect(file.records.map(({ line, cells }) => [line, cells[2]])).toEqual([
      [3, 'plain'],
      [4, 'écran 24"'],
    ]);
  });

  it('leaves a label alone that really holds line breaks and a few delimiters', () => {
    const file = read('h\n1;2;"rue; a;\r\nb; c";4;5;6;7;8\n', wide);
    expect(file.defects).toEqual([]);
    expect(file.records[0]?.cells[2]).toBe('rue; a;\r\nb; c');
  });
});

it('an end inside quotes that ran over lines costs the first line, and the others show themselves', () => {
  const file = read('a;b;c\n1;"2\n3;4;5\n6;7;8');
  expect(codes(file)).toEqual([['unclosed_quote', 2]]);
  expect(cellsOf(file)).toEqual([
    ['3', '4', '5'],
    ['6', '7', '8'],
  ]);
});

it('the bytes of a chunk may be reused as soon as write returns', () => {
  const bytes = Buffer.from('a;b;c\n1;"é""x";3\n4;€;6\n');
  const whole = read(bytes);
  for (let cut = 1; cut < bytes.length; cut += 1) expect(read(bytes, csv(), cut)).toEqual(whole);
});
