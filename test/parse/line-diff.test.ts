import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanLines } from '../../src/parse/clean-lines.ts';
import { diffLines, type LineSource, type Run } from '../../src/parse/line-diff.ts';

/** Gives at most so many bytes at a time. */
const sourceOf = (bytes: Buffer, most = Infinity): LineSource => ({
  read: (into, position) => bytes.copy(into, 0, position, Math.min(bytes.length, position + most)),
});
const linesOf = (text: string): string[] => text.split(/(?<=\n)/).filter((line) => line !== '');
const outside = (text: string, runs: readonly Run[]) =>
  linesOf(text).filter((_, i) => !runs.some(({ line, lines }) => i + 1 >= line && i + 1 < line + lines));
const inside = (bytes: Buffer, runs: readonly Run[]) =>
  runs.map(({ offset, bytes: length }) => bytes.toString('latin1', offset, offset + length));
const allClean = () => {
  const clean = cleanLines();
  clean.addRange(1, 1_000_000);
  return clean;
};

const text = fc
  .record({ lines: fc.array(fc.constantFrom('a', 'b', 'c', 'dd', '', 'a;b;c', 'x\r')), ended: fc.boolean() })
  .map(({ lines, ended }) => lines.join('\n') + (ended ? '\n' : ''));

/** In front of both versions: none, or more than is compared at once. */
const common = fc.constantFrom('', 'x;y\n'.repeat(600), `${'z'.repeat(5000)}\nx\n`, `\n\n${'w;1\r\n'.repeat(2000)}`);
const readAtOnce = fc.constantFrom(1, 3, Infinity);

it('leaves the same lines of both versions outside the runs, whatever they are', () => {
  fc.assert(
    fc.property(common, text, text, fc.array(fc.nat(20)), readAtOnce, (front, first, second, unclean, chunk) => {
      const [before, now] = [front + first, front + second];
      const [old, fresh] = [Buffer.from(before), Buffer.from(now)];
      const clean = allClean();
      for (const line of unclean) clean.remove(line);
      const diff = diffLines(sourceOf(old, chunk), sourceOf(fresh, chunk), clean, 100_000);
      if (!diff) throw new Error('a difference of a few bytes is not too much');
      const kept = outside(before, diff.removed.runs);
      expect(outside(now, diff.added.runs)).toEqual(kept);
      expect(kept.every((line) => line.endsWith('\n'))).toBe(true);
      for (const line of unclean)
        expect(linesOf(before)[line - 1] === undefined || diff.removed.runs.some((run) => holds(run, line))).toBe(true);
      expect([diff.removed.lines, diff.added.lines]).toEqual([linesOf(before).length, linesOf(now).length]);
      // Offsets and line numbers name the same places.
      const byLines = (of: string, runs: readonly Run[]) =>
        runs.map(({ line, lines }) =>
          linesOf(of)
            .slice(line - 1, line - 1 + lines)
            .join(''),
        );
      expect(inside(old, diff.removed.runs)).toEqual(byLines(before, diff.removed.runs));
      expect(inside(fresh, diff.added.runs)).toEqual(byLines(now, diff.added.runs));
    }),
    { numRuns: 400 },
  );
});

const holds = ({ line, lines }: Run, wanted: number): boolean => wanted >= line && wanted < line + lines;

const many = Array.from({ length: 100_000 }, (_, i) => `${i};some entry of the usual length, more or less\r\n`);

it('finds a changed, a new and a lost line among a hundred thousand, and a block of new ones in front', () => {
  const now = [...Array.from({ length: 5_000 }, (_, i) => `new ${i}\r\n`), ...many];
  now[50_000] = 'changed\r\n';
  now.splice(60_000, 1);
  now.splice(70_000, 0, 'inserted\r\n');
  const diff = diffLines(
    sourceOf(Buffer.from(many.join(''))),
    sourceOf(Buffer.from(now.join(''))),
    allClean(),
    1_000_000,
  );
  expect(diff?.added.runs.map(({ line, lines }) => [line, lines])).toEqual([
    [1, 5_000],
    [50_001, 1],
    [70_001, 1],
  ]);
  expect(diff?.removed.runs.map(({ line, lines }) => [line, lines])).toEqual([
    [45_001, 1],
    [55_001, 1],
  ]);
});

it('gives up where hardly anything is in common, or a line has no end', () => {
  const other = many.map((line) => `x${line}`).join('');
  const bytes = Buffer.from(many.join(''));
  expect(diffLines(sourceOf(bytes), sourceOf(Buffer.from(other)), allClean(), 1_000_000)).toBeUndefined();
  const endless = Buffer.alloc(30_000_000, 0x61);
  expect(diffLines(sourceOf(bytes), sourceOf(endless), allClean(), 1e9)).toBeUndefined();
});
