import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, patternProblem } from '../../src/pull/patterns.ts';

const stampOf = (pattern: string, name: string) => compilePattern(pattern)(name);

describe('which names a connector’s pattern means', () => {
  test('a name means itself, whatever its case and however its accents are written', () => {
    expect(stampOf('écritures.csv', 'ECRITURES.CSV')).toBeUndefined();
    expect(stampOf('Écritures.csv', 'écritures.CSV'.normalize('NFD'))).toBe('');
    expect(stampOf('clients.csv', 'clients.csv.old')).toBeUndefined();
    expect(stampOf('clients.csv', 'clientsxcsv')).toBeUndefined();
  });

  test.each([
    ['CLIENTS_*.csv', 'clients_2026.csv', true],
    ['CLIENTS_*.csv', 'clients_.csv', true],
    ['CLIENTS_*.csv', 'clients.csv', false],
    ['*', 'anything', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*.c?v', 'x.csv', true],
    ['*.c?v', 'x.cv', false],
    ['export (1)+[x].csv', 'export (1)+[x].csv', true],
    ['*a*b*c*', 'xxaxxbxxcxx', true],
    ['*a*b*c*', 'xxcxxbxxaxx', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(stampOf(pattern, name) !== undefined).toBe(expected);
  });

  test('a date in braces must be one, and orders names by age', () => {
    expect(stampOf('ecritures_{yyyyMMdd}.csv', 'ecritures_20261124.csv')).toBe('20261124000000');
    expect(stampOf('ecritures_{yyyyMMdd}.csv', 'ecritures_20261324.csv')).toBeUndefined();
    expect(stampOf('ecritures_{yyyyMMdd}.csv', 'ecritures_copie.csv')).toBeUndefined();
    expect(stampOf('gl-{dd-MM-yy}T{HHmm}.txt', 'GL-24-11-26T2215.txt')).toBe('20261124221500');
    expect(stampOf('{dd}_*_{MM}_{yyyy}.csv', '03_paris_12_2025.csv')).toBe('20251203000000');
  });

  test('a date behind a star is found although other digits stand before it', () => {
    expect(stampOf('*{yyyyMMdd}*', 'lot99999999-20260131-v2.csv')).toBe('20260131000000');
  });

  test.each(['', '  ', 'dir/clients.csv', 'a\\b', 'x{}', 'x{foo}', 'x{yyyy', 'x}', '{-}', 'a\nb', 'x'.repeat(201)])(
    '%j is refused with a reason',
    (pattern) => {
      expect(patternProblem(pattern)).toBeTypeOf('string');
    },
  );

  test('no pattern takes long, whatever the name', () => {
    const began = performance.now();
    expect(stampOf('*a'.repeat(100) + 'b', 'a'.repeat(255))).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(100);
  });

  test('agrees with a regular expression on patterns of stars and question marks', () => {
    const text = (letters: string) =>
      fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 8, minLength: 1 });
    fc.assert(
      fc.property(text('ab*?'), text('ab'), (pattern, name) => {
        const regular = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(stampOf(pattern, name) !== undefined).toBe(regular.test(name));
      }),
    );
  });
});
