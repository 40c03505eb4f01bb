import type { Progress } from '../model/sync.ts';

/** Milliseconds between two notes. */
const EVERY = 500;

export interface ProgressMeter {
  /** Before the files are there. */
  fetching(bytesDone: number, bytesTotal: number): void;
  /** Bytes of all files: reading begins. */
  total(bytes: number): void;
  /** Within the file under way. */
  file(bytes: number, rows: number): void;
  /** The file under way is done. */
  next(): void;
  merging(): void;
  /** Waits for the note under way, so that none comes after the outcome. */
  stop(): Promise<void>;
}

/** Tells `note` how far a sync is, at most twice a second and one at a time. */
export function startProgress(note: (progress: Progress) => Promise<void>): ProgressMeter {
  let progress: Progress = { stage: 'parse', bytesDone: 0, bytesTotal: 0, rowsDone: 0 };
  let before = { bytes: 0, rows: 0 };
  let last = 0;
  let under: Promise<void> | undefined;
  const tell = () => {
    const now = performance.now();
    if (under || now - last < EVERY) return;
    last = now;
    // Progress is a courtesy: if it cannot be noted, the sync goes on.
    under = note(progress).catch(() => undefined);
    void under.then(() => (under = undefined));
  };
  return {
    fetching: (bytesDone, bytesTotal) => {
      progress = { ...progress, stage: 'fetch', bytesDone, bytesTotal };
      tell();
    },
    total: (bytes) => (progress = { ...progress, stage: 'parse', bytesDone: 0, bytesTotal: bytes }),
    file: (bytes, rows) => {
      progress = { ...progress, bytesDone: before.bytes + bytes, rowsDone: before.rows + rows };
      tell();
    },
    next: () => (before = { bytes: progress.bytesDone, rows: progress.rowsDone }),
    merging: () => {
      progress = { ...progress, stage: 'merge', bytesDone: progress.bytesTotal };
      last = 0;
      tell();
    },
    stop: async () => {
      last = Infinity;
      await under;
    },
  };
}
