import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { createCsvReader } from '../../src/parse/csv/csv.ts';
import { cellsOf, csv, read } from './reading.ts';

const twice = (text: string) => iconv.decode(Buffer.from(text), 'windows-1252');
const spoilt = csv({ repairs: ['html-entities', 'encoded-twice'] });

describe('what was done to a text before it was encoded', () => {
  it('is undone wherever the chunks cut it', () => {
    const piece = fc.constantFrom(
      'Caf&eacute;',
      '&amp;',
      '&amp;eacute;',
      '&#233;',
      '&',
      'R&D',
      twice('é'),
      twice('’'),
      'é',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (pieces, cut) => {
        const text = ['a;b;c', `1;${pieces.join('')};x`, ''].join('\n');
        expect(cellsOf(read(text, spoilt, cut))).toEqual(cellsOf(read(text, spoilt)));
      }),
    );
  });

  it('never waits beyond the end of a line, so that lines can be read by themselves', () => {
    for (const line of ['&;b;c\n', '&amp;b;b;c\n', '&amp\n', `${twice('é')};b;c\n`, 'Ã\n']) {
      const reader = createCsvReader(spoilt, { onRecord: () => undefined, onDefect: () => undefined });
      reader.write(Buffer.from(line));
      expect(reader.pass(1)).toBe(true);
      expect(reader.end().lines).toBe(2);
    }
  });
});
