import type { Progress, Stage } from '../../model/sync.ts';

export interface Pace {
  bytesPerSecond: number | null;
  rowsPerSecond: number | null;
  /** To the end of this stage. */
  secondsLeft: number | null;
}

const unknown: Pace = { bytesPerSecond: null, rowsPerSecond: null, secondsLeft: null };

/** How fast one sync goes: the mean since its stage was first seen. Each stage moves other bytes. */
export function openPace() {
  let began: { stage: Stage; at: number; bytes: number; rows: number } | undefined;

  /** @param now milliseconds */
  return ({ stage, bytesDone, bytesTotal, rowsDone }: Progress, now: number): Pace => {
    if (began?.stage !== stage || bytesDone < began.bytes) {
      began = { stage, at: now, bytes: bytesDone, rows: rowsDone };
      return unknown;
    }
    const seconds = (now - began.at) / 1000;
    const bytes = bytesDone - began.bytes;
    if (seconds <= 0 || bytes <= 0) return unknown;
    const bytesPerSecond = bytes / seconds;
    return {
      bytesPerSecond: Math.round(bytesPerSecond),
      rowsPerSecond: Math.round((rowsDone - began.rows) / seconds),
      secondsLeft: Math.ceil(Math.max(0, bytesTotal - bytesDone) / bytesPerSecond),
    };
  };
}
