import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countByte } from '../../src/parse/count-byte.ts';

it('counts the line ends of any stretch, wherever it begins and whatever its bytes', () => {
  const bytes = fc
    .uint8Array({ maxLength: 3000 })
    .map((random) => random.map((byte) => (byte % 3 === 0 ? 0x0a : byte)));
  fc.assert(
    fc.property(bytes, fc.nat(9), fc.nat(9), fc.nat(3), (random, from, less, offset) => {
      const all = new Uint8Array(random.length + offset);
      all.set(random, offset);
      const view = all.subarray(offset);
      const end = Math.max(from, view.length - less);
      const stretch = view.subarray(from, end);
      expect(countByte(view, 0x0a, from, Math.min(end, view.length))).toBe(
        stretch.filter((byte) => byte === 0x0a).length,
      );
    }),
  );
  expect(countByte(new Uint8Array(100_000).fill(0x0a), 0x0a, 0, 100_000)).toBe(100_000);
});
