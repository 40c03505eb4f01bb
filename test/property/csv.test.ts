import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CsvFormat } from '../../src/model/format.ts';
import { cellsOf, csv, read } from '../parse/reading.ts';

const noHeader = (over: Partial<CsvFormat> = {}) => csv({ headerLine: 0, header: [], ...over });
const pieces = ['"', '""', ';', '\n', '\r\n', '\r', 'a', 'é', '€', '\0', ' ', 'bc', '"x"', ';"', '";', '😀'];
const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));
const isText = (cells: string[]) => cells.some((cell) => /[^\0-\x20]/.test(cell));

describe('the two lanes', () => {
  it('give the same cells for any text, whichever of them reads it', () => {
    fc.assert(
      fc.property(anyText, (start) => {
        const text = `${start}\n`;
        const ours = read(text, noHeader());
        // What csv-parse reads is the record that a stray quote opened and that swallowed its neighbours.
        fc.pre(ours.defects.length === 0);
        // White space behind a closing quote fills up a column; csv-parse keeps it, and the quotes.
        fc.pre(!/"[\t ]+(?:[;\r\n]|$)/.test(text));
        const options = { delimiter: ';', record_delimiter: ['\r\r\n', '\r\n', '\n'], relax_quotes: true };
        const theirs: string[][] = parse(text, { ...options, relax_column_count: true });
        expect(cellsOf(ours).filter(isText)).toEqual(theirs.filter(isText));
      }),
      { numRuns: 3000 },
    );
  });

  it('give back what a writer of CSV quoted', () => {
    const cell = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join(''));
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }).filter(isText), { maxLength: 12 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n', '\r'), (written, end) => {
        const quoted = (value: string) => (/[;"\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
        const text = written.map((row) => row.map(quoted).join(';') + end).join('');
        const reading = read(text, noHeader({ lineEnds: end === '\r' ? 'cr' : 'crlf' }));
        expect(reading.defects).toEqual([]);
        expect(cellsOf(reading)).toEqual(written);
      }),
      { numRuns: 1000 },
    );
  });
});

const forms: { format: CsvFormat; pieces: string[] }[] = [
  { format: noHeader({ quote: "'" }), pieces: ["'", "''", "'x'"] },
  { format: noHeader({ quote: "'", escape: '\\' }), pieces: ["'x'", "'\\''", "'\\\\'", "'a\\'b;'", ';', ';'] },
  {
    format: noHeader({ escape: '\\', delimiter: '||' }),
    pieces: ['"x"', '"\\""', '"\\\\"', '"a\\"b||"', '|', '||', '||'],
  },
  { format: noHeader({ delimiter: ', ' }), pieces: ['"', '""', ',', ', ', '", '] },
  { format: noHeader({ delimiter: '|;|' }), pieces: ['"', '""', '|', ';', '|;|', '"|;|'] },
  { format: noHeader({ delimiter: '¦' }), pieces: ['"', '""', '¦', '"¦'] },
  { format: noHeader({ delimiter: '::', quote: "'" }), pieces: ["'", "''", ':', '::'] },
];
const lineEnds = ['\n', '\r\n'];
const formed = fc
  .constantFrom(...forms)
  .chain(({ format, pieces }) =>
    fc
      .array(fc.constantFrom(...pieces, ...lineEnds, 'a', 'é', ' ', 'bc', ';'), { maxLength: 40 })
      .map((parts) => ({ format, text: `${parts.join('')}\n` })),
  );

describe('other quotes, escapes and delimiters', () => {
  it('give what csv-parse gives for any text that can be read', () => {
    fc.assert(
      fc.property(formed, ({ format, text }) => {
        const ours = read(text, format);
        fc.pre(ours.defects.length === 0 && ours.records.every(({ astray }) => astray === undefined));
        const { delimiter, quote, escape } = format;
        // White space behind quotes it takes for text, and of escapes outside quotes it knows nothing.
        fc.pre(!text.includes(`${quote} `) && escape !== '\\');
        const options = { delimiter, quote, escape: quote, relax_quotes: true };
        const theirs: string[][] = parse(text, {
          ...options,
          record_delimiter: ['\r\r\n', '\r\n', '\n'],
          relax_column_count: true,
        });
        expect(cellsOf(ours).filter(isText)).toEqual(theirs.filter(isText));
      }),
      { numRuns: 3000, maxSkipsPerRun: 1000 },
    );
  });

  it('read the same however their bytes are cut', () => {
    fc.assert(
      fc.property(formed, fc.integer({ min: 1, max: 9 }), ({ format, text }, cut) => {
        expect(read(text, format, cut)).toEqual(read(text, format));
      }),
      { numRuns: 2000 },
    );
  });

  it('give back what a writer of that form wrote, and every quote as it is where none is escaped', () => {
    const cell = fc
      .array(fc.constantFrom(...Array.from('"\'“”|;,:\\¦é\n a')), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }).filter(isText), {
      minLength: 1,
      maxLength: 8,
    });
    const writing = fc.record({
      delimiter: fc.constantFrom(';', ', ', '||', '::', '|;|', '¦'),
      quote: fc.constantFrom('"' as const, "'" as const, '“' as const),
      escape: fc.constantFrom('"' as const, '\\' as const, 'none' as const),
    });
    fc.assert(
      fc.property(rows, writing, fc.integer({ min: 1, max: 50 }), (written, { delimiter, quote, escape }, cut) => {
        const closing = quote === '“' ? '”' : quote;
        // Where no quote is escaped, one before a delimiter or a line end closes, one behind it opens, two are doubled.
        const unclear = [delimiter, '\n', closing].flatMap((each) => [closing + each, each + closing, each + quote]);
        const isClear = (value: string) => !unclear.some((each) => value.includes(each));
        fc.pre(
          escape !== 'none' ||
            written.every((row) =>
              row.every((value) => isClear(value) && !(value.startsWith(closing) || value.endsWith(closing))),
            ),
        );
        const escaped = (value: string) =>
          escape === 'none'
            ? value
            : escape === '\\'
              ? value.replaceAll('\\', '\\\\').replaceAll(closing, `\\${closing}`)
              : value.replaceAll(closing, closing + closing);
        const text = written
          .map((row) => row.map((value) => quote + escaped(value) + closing).join(delimiter) + '\n')
          .join('');
        const reading = read(text, noHeader({ delimiter, quote, escape }), cut);
        expect(reading.defects).toEqual([]);
        if (quote !== '“' && escape !== 'none')
          expect(
            parse(text, {
              delimiter,
              quote,
              escape: escape === '\\' ? escape : quote,
              record_delimiter: ['\n'],
              relax_column_count: true,
            }),
          ).toEqual(written);
        expect(reading.records.map(({ cells, astray }) => [...cells, astray])).toEqual(
          written.map((row) => [...row, undefined]),
        );
      }),
      { numRuns: 2000, maxSkipsPerRun: 1000 },
    );
  });
});

describe('a file', () => {
  it('reads the same however its bytes are cut', () => {
    const formats = fc.constantFrom(
      noHeader(),
      noHeader({ lineEnds: 'mixed' }),
      noHeader({ quote: 'none' }),
      csv({ header: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }),
      csv({ headerLine: 2 }),
    );
    fc.assert(
      fc.property(anyText, formats, fc.integer({ min: 1, max: 9 }), (text, format, cut) => {
        expect(read(text, format, cut)).toEqual(read(text, format));
      }),
      { numRuns: 2000 },
    );
  });

  it('accounts for every line: a record, a defect, a blank or a line end inside quotes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { records, defects, summary } = read(text, noHeader());
        const lines = new Set([...records, ...defects].map(({ line }) => line));
        expect(lines.size).toBe(records.length + defects.length);
        expect(summary.lines).toBe(text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0));
        expect(summary.endedWithoutNewline).toBe(text !== '' && !text.endsWith('\n'));
      }),
      { numRuns: 1000 },
    );
  });
});
