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
