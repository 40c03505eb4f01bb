import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalNumber, columnOf, isoDate, serialToIso, unescapeText } from '../../src/parse/xlsx/cells.ts';
import { dateStyleOf } from '../../src/parse/xlsx/styles.ts';

describe('a cell reference', () => {
  it.each([
    ['A1', 0],
    ['Z9', 25],
    ['AA10', 26],
    ['bc12', 54],
    ['XFD1048576', 16_383],
    ['XFE1', -1],
    ['12', -1],
    ['', -1],
  ])('%s names column %i', (reference, column) => expect(columnOf(reference)).toBe(column));
});

describe('a number reads as its owner sees it', () => {
  it.each([
    ['411000', '411000'],
    ['411000.0', '411000'],
    ['1E+05', '100000'],
    ['1e5', '100000'],
    ['0.30000000000000004', '0.3'],
    ['1234.5599999999999', '1234.56'],
    ['-69.6', '-69.6'],
    ['-0', '0'],
    ['36252187900034', '36252187900034'],
    ['9007199254740991', '9007199254740991'],
    ['1.5E-7', '0.00000015'],
    ['-2.5e+21', '-2500000000000000000000'],
    ['00012', '12'],
    [' 12 ', '12'],
  ])('%s → %s', (stored, shown) => expect(canonicalNumber(stored)).toBe(shown));

  it.each(['', ' ', 'abc', '1e999', '-1.7976931348623151e+308', 'NaN', '12,5'])('%j is no number', (stored) =>
    expect(canonicalNumber(stored)).toBeUndefined(),
  );

  it('never shows an exponent and always means the stored value to 15 digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -9.9e307, max: 9.9e307 }), (value) => {
        const shown = canonicalNumber(String(value)) ?? '';
        expect(shown).toMatch(/^-?\d+(\.\d+)?$/);
        const expected = Number.isSafeInteger(value) ? value : Number(value.toPrecision(15));
        expect(Number(shown) === expected).toBe(true);
      }),
    );
  });
});

describe('a serial shown as a date', () => {
  it.each([
    ['46053', 'date', '2026-01-31'],
    ['1', 'date', '1900-01-01'],
    ['59', 'date', '1900-02-28'],
    ['61', 'date', '1900-03-01'],
    ['0', 'date', '1900-01-01'],
    ['2958465', 'date', '9999-12-31'],
    ['46053.5', 'moment', '2026-01-31T12:00:00'],
    ['46053.999999999', 'moment', '2026-02-01'],
    ['46053.5', 'date', '2026-01-31'],
    // What may be the midnight of France in UTC, or a second short of it: the column decides.
    ['46053.9583333333', 'date', '2026-01-31T23:00:00'],
    ['46053.9166666667', 'date', '2026-01-31T22:00:00'],
    ['46053.9997', 'date', '2026-01-31T23:59:34'],
    ['0.4375', 'time', '10:30:00'],
  ] as const)('%s as %s is %s', (serial, style, shown) => expect(serialToIso(serial, style, 1900)?.text).toBe(shown));

  it('starts in 1904 where the workbook says so', () => {
    expect(serialToIso('0', 'date', 1904)?.text).toBe('1904-01-01');
    expect(serialToIso('44591', 'date', 1904)?.text).toBe('2026-01-31');
  });

  it.each(['-1', '2958466', 'abc'])('%s is none', (serial) =>
    expect(serialToIso(serial, 'date', 1900)).toBeUndefined(),
  );

  it('agrees with the calendar on every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 61, max: 2_958_465 }), (serial) => {
        const expected = new Date((serial - 25_569) * 86_400_000).toISOString().slice(0, 10);
        expect(serialToIso(String(serial), 'date', 1900)?.text).toBe(expected);
      }),
    );
  });
});

describe('a number format', () => {
  it.each([
    ['dd/mm/yyyy', 'date'],
    ['[$-40C]d mmmm yyyy;@', 'date'],
    ['[$-fr-FR]dddd d mmmm', 'date'],
    ['yyyy\\-mm\\-dd', 'date'],
    ['mmm', 'date'],
    ['dd/mm/yy hh:mm', 'moment'],
    ['m/d/yy h:mm AM/PM', 'moment'],
    ['h:mm AM/PM', 'time'],
    ['mm:ss.0', 'time'],
    ['[h]:mm:ss', undefined],
    ['General', undefined],
    ['Standard', undefined],
    ['0.00', undefined],
    ['#,##0.00 [$€-40C]', undefined],
    ['#,##0.00\\ "jours d\'échéance"', undefined],
    ['[Red]-#,##0.00', undefined],
    ['0.00E+00', undefined],
    ['_-* #,##0.00_d', undefined],
    ['@', undefined],
  ])('%s shows %s', (code, style) => expect(dateStyleOf(code)).toBe(style));
});

it.each([
  ['2026-01-31', '2026-01-31'],
  ['2026-01-31T00:00:00', '2026-01-31'],
  ['2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00'],
  ['2026-01-31T10:00', '2026-01-31T10:00:00'],
  ['31/01/2026', undefined],
])('an ISO cell %s reads as %s', (stored, shown) => expect(isoDate(stored)).toBe(shown));

it.each([
  ['a_x000D_b', 'a\rb'],
  ['_x005F_x000D_', '_x000D_'],
  ['snake_xyz', 'snake_xyz'],
  ['_x20AC_', '€'],
])('the escaped text %s is %j', (stored, shown) => expect(unescapeText(stored)).toBe(shown));
