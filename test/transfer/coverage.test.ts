import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCoverage } from '../../src/transfer/coverage.ts';

describe('which bytes were written', () => {
  it('is known for writes and cuts in any order', () => {
    const step = fc.record({ cut: fc.boolean(), at: fc.nat(60), length: fc.nat(20) });
    fc.assert(
      fc.property(fc.nat(10), fc.array(step, { maxLength: 30 }), (initial, steps) => {
        const coverage = openCoverage(initial);
        let written = new Set(Array.from({ length: initial }, (_, i) => i));
        for (const { cut, at, length } of steps) {
          if (cut) {
            coverage.cut(at);
            written = new Set([...written].filter((i) => i < at));
          } else {
            coverage.add(at, at + length);
            for (let i = at; i < at + length; i++) written.add(i);
          }
        }
        for (let size = 0; size <= 80; size++) {
          const whole = Array.from({ length: size }, (_, i) => i).every((i) => written.has(i));
          expect(coverage.isWhole(size)).toBe(whole);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses more holes than anyone makes in good faith', () => {
    const coverage = openCoverage(0);
    expect(() => {
      for (let i = 0; i < 10_000; i++) coverage.add(i * 2, i * 2 + 1);
    }).toThrow(/scattered/);
  });
});
