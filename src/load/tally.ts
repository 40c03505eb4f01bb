import type { Counts } from '../model/sync.ts';

/** What the load did with the staged rows of one file: its share of `Counts`. */
export type Tally = Omit<Counts, 'read'>;

export const noTally = (): Tally => ({
  inserted: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  skipped: 0,
  duplicate: 0,
  settled: 0,
  reopened: 0,
});

/** @throws Error for a row that names a file nobody announced */
export function tally(tallies: ReadonlyMap<number, Tally>, fileNo: number): Tally {
  const found = tallies.get(fileNo);
  if (!found) throw new Error(`A staged row names file ${fileNo}, which is not of this sync`);
  return found;
}

/**
 * Whatever was staged and is not otherwise accounted for was unchanged.
 * @throws Error where more rows were accounted for than were staged
 */
export function settleUnchanged(counts: Tally, staged: number, fileNo: number): void {
  counts.unchanged = staged - counts.inserted - counts.updated - counts.rejected - counts.skipped - counts.duplicate;
  if (counts.unchanged < 0)
    throw new Error(`Counts of file ${fileNo} do not add up: ${staged} staged, ${JSON.stringify(counts)}`);
}
