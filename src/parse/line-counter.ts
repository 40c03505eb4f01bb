import type { LineEnds } from '../model/format.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Finds the physical lines of some bytes of a file. */
export interface LineCounter {
  /** Takes the next bytes. @returns whether all lines are known */
  pass(bytes: Uint8Array): boolean;
  /** The line of a byte, from 1; 0 where it was not passed. */
  at(offset: number): number;
}

/** @param ascending where the bytes stand whose lines are wanted */
export function lineCounter(ascending: readonly number[], lineEnds: LineEnds): LineCounter {
  const loneCr = lineEnds === 'cr' || lineEnds === 'mixed';
  const lines = new Map<number, number>();
  let line = 1;
  let offset = 0;
  let next = 0;
  let before = 0;
  return {
    pass(bytes) {
      for (const byte of bytes) {
        for (; ascending[next] === offset; next += 1) lines.set(offset, line);
        if (next === ascending.length) break;
        if (loneCr && before === CR && byte !== LF) line += 1;
        if (byte === LF) line += 1;
        before = byte;
        offset += 1;
      }
      return next === ascending.length;
    },
    at: (wanted) => lines.get(wanted) ?? 0,
  };
}

/** Where a physical line, counted from 1, begins; the end of the bytes where there are fewer. */
export function lineStart(bytes: Uint8Array, line: number, lineEnds: LineEnds): number {
  const end = lineEnds === 'cr' ? CR : LF;
  let at = 0;
  for (let passed = 1; passed < line && at < bytes.length; passed += 1) {
    const next = bytes.indexOf(end, at);
    at = next < 0 ? bytes.length : next + 1;
  }
  return at;
}
