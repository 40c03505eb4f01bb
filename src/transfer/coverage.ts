import { ArrivageError, because } from '../errors.ts';

const MOST_RANGES = 4096;

/**
 * Which bytes of a file were written: SFTP clients write at any position and in any order, and a file with a hole is
 * an incomplete one. Pure bookkeeping over half-open ranges, sorted and apart from one another.
 */
export function openCoverage(written: number) {
  let ranges: [start: number, end: number][] = written > 0 ? [[0, written]] : [];

  return {
    /** @throws bad_request where the holes become too many to remember */
    add(start: number, end: number): void {
      const last = ranges.at(-1);
      if (last && start >= last[0] && start <= last[1]) {
        last[1] = Math.max(last[1], end);
        return;
      }
      if (start === end) return;
      ranges = merge(ranges, start, end);
      if (ranges.length > MOST_RANGES) throw new ArrivageError('bad_request', { why: because('scattered_writes') });
    },
    /** Where the bytes end, if they are one stretch from byte 0 on. */
    get stretch(): number | undefined {
      const [first] = ranges;
      return ranges.length === 1 && first?.[0] === 0 ? first[1] : undefined;
    },
    /** How many of the bytes before `limit` were written. */
    within(limit: number): number {
      return ranges.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, limit) - start), 0);
    },
    cut(size: number): void {
      ranges = ranges.filter(([start]) => start < size).map(([start, end]) => [start, Math.min(end, size)]);
    },
    /** Whether every byte of `0 … size` was written. */
    isWhole(size: number): boolean {
      const [first] = ranges;
      return size === 0 || (first?.[0] === 0 && first[1] >= size);
    },
  };
}

function merge(ranges: [number, number][], start: number, end: number): [number, number][] {
  const before = ranges.filter((range) => range[1] < start);
  const behind = ranges.filter((range) => range[0] > end);
  const touching = ranges.slice(before.length, ranges.length - behind.length);
  const from = Math.min(start, touching[0]?.[0] ?? start);
  const to = Math.max(end, touching.at(-1)?.[1] ?? end);
  return [...before, [from, to], ...behind];
}
