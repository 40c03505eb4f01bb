import { describe, expect, it } from 'vitest';
import { ago, amount, bytes, counted, duration, moment, share } from '../../src/web/frame/format.ts';

/** Narrow and hard spaces as plain ones. */
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ');

describe('numbers as a reader writes them', () => {
  it('amounts keep every digit, beyond what a binary number holds', () => {
    expect(plain(amount('fr', '99999999999.99', 'EUR'))).toBe('99 999 999 999,99 €');
    expect(amount('en', '-99999999999.99', 'USD').replace('\u00a0', ' ')).toBe('\u221299,999,999,999.99 USD');
    expect(plain(amount('fr', '90071992547409.93'))).toBe('90 071 992 547 409,93');
    expect(amount('fr', '0.05')).toBe('0,05');
  });

  it('nouns go with 0, 1, 2 and whole millions', () => {
    const lines = (n: number) => plain(counted('fr', n, 'ligne', 'lignes'));
    expect([0, 1, 2, 1_000_000].map(lines)).toEqual(['0 ligne', '1 ligne', '2 lignes', '1 000 000 de lignes']);
    expect(plain(counted('fr', 2_000_000, 'écriture', 'écritures'))).toBe('2 000 000 d’écritures');
    expect([0, 1, 2].map((n) => counted('en', n, 'line', 'lines'))).toEqual(['0 lines', '1 line', '2 lines']);
  });

  it('sizes, shares and lengths of time', () => {
    expect(plain(bytes('fr', 1_234_567))).toBe('1,2 Mo');
    expect(plain(bytes('en', 999))).toBe('999 B');
    expect(plain(share('fr', 0.0213))).toBe('2,13 %');
    expect(plain(duration('fr', 8400))).toBe('8,4 s');
    expect(plain(duration('fr', 125_000))).toBe('2 min 5 s');
  });

  it('moments are right over a change of clocks', () => {
    expect(moment('fr', '2026-03-29T00:59:59Z', 'Europe/Paris')).toContain('01:59:59');
    expect(moment('fr', '2026-03-29T01:00:00Z', 'Europe/Paris')).toContain('03:00:00');
    expect(ago('fr', '2026-11-29T10:00:00Z', Date.parse('2026-11-29T10:12:00Z'))).toBe('il y a 12 minutes');
    expect(ago('en', '2026-11-30T10:00:00Z', Date.parse('2026-11-29T10:00:00Z'))).toBe('tomorrow');
  });
});
