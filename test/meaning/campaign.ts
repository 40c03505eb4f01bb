import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { habits, type Habits } from './habits.ts';
import { ledger, type Ledger } from './ledger.ts';
import { understand } from './read.ts';
import { judge, type Verdict } from './verdict.ts';
import { sane, write } from './write.ts';

/** Many files in random habits, each read and held against what it means. */
export interface Campaign {
  files: number;
  /** Files read as they were meant, in every cell. */
  right: number;
  announced: number;
  /** Why files were put aside → how many. */
  aside: Record<string, number>;
  /** Doubts in files that were read as meant → how many files. */
  false: Record<string, number>;
  failures: { number: number; habits: Habits; verdict: Verdict }[];
}

/** The same files for the same seed. */
export async function campaign(seed: number, files: number, only?: number): Promise<Campaign> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-meaning-'));
  const found: Campaign = { files: 0, right: 0, announced: 0, aside: {}, false: {}, failures: [] };
  try {
    const drawn = fc.sample(fc.tuple(ledger, habits), { seed, numRuns: files });
    for (const [number, [written, ways]] of drawn.entries())
      if (only === undefined || only === number) add(found, number, ways, await tryOne(folder, written, ways));
  } finally {
    await rm(folder, { recursive: true });
  }
  return found;
}

async function tryOne(folder: string, truth: Ledger, ways: Habits): Promise<Verdict> {
  const written = await write(folder, truth, ways);
  return judge(written, await understand(written.path, written.name, ways.dataset));
}

function add(found: Campaign, number: number, ways: Habits, verdict: Verdict): void {
  const count = (table: Record<string, number>, key: string) => (table[key] = (table[key] ?? 0) + 1);
  found.files++;
  if (verdict.silent.length > 0) found.failures.push({ number, habits: sane(ways), verdict });
  else if (verdict.aside !== undefined) count(found.aside, verdict.aside);
  else if (verdict.announced.length > 0) found.announced++;
  else found.right++;
  for (const doubt of verdict.false) count(found.false, doubt);
}
