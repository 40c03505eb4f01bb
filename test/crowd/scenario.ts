import { readFileSync } from 'node:fs';
import type { Dice } from '../torture/dice.ts';
import type { Place, Settings } from './site.ts';

/** One kind of crowd. */
export interface Scenario {
  name: string;
  /** Of the server; those after one another that have the very same share one. */
  settings: (extent: Pick<Extent, 'of'>) => Settings;
  run: (place: Place, extent: Extent) => Promise<Outcome>;
}

export interface Extent {
  /** How many, where the whole crowd would be so many: a small share makes a short form. At least `least`. */
  of: (whole: number, least?: number) => number;
  rounds: number;
  dice: Dice;
  say: (text: string) => void;
}

export interface Outcome {
  /** Lines of a table: what was measured, and what came out. */
  figures: [what: string, result: string][];
  /** What must not be. */
  wrong: string[];
}

/** Bytes that repeat with the seed and do not compress. */
export function bytesOf(size: number, dice: Dice): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4)).map(() => dice.below(2 ** 32));
  return Buffer.from(words.buffer, 0, size);
}

/** The reasons of what failed, each once, with how often it did; references differ each time. */
export function failures(what: string, settled: readonly PromiseSettledResult<unknown>[]): string[] {
  const counts = new Map<string, number>();
  for (const one of settled) {
    if (one.status === 'fulfilled') continue;
    const reason = String(one.reason).replace(/[Rr][eé]f[eé]rence \S+/, 'reference …');
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, times]) => `${what}: ${times} × ${reason}`);
}

/** Runs `work` for 0 to below `count`, `atOnce` of them at a time. */
export async function inLanes<T>(count: number, atOnce: number, work: (i: number) => Promise<T>) {
  const settled: PromiseSettledResult<T>[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) settled.push(...(await Promise.allSettled([work(next++)])));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return settled;
}

/** The most resident memory that a process has had so far, in MB (proc(5), Linux only). */
export const peakMb = (pid: number): number =>
  Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);

/** What a process and those that it started have resident and share with no file, in MB. Linux only. */
export function familyMb(pid: number): number {
  const [, resident, shared] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  const own = (((resident ?? 0) - (shared ?? 0)) * 4096) / 2 ** 20;
  return children.reduce((sum, child) => sum + familyMb(child), own);
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '0 0 0';
  }
}
