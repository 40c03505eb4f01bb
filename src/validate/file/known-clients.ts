import { HASH_SLACK } from '../output/hash.ts';
import type { ClientCounts } from './client-counts.ts';
import { byteSet } from '../cells/remember.ts';

export const mostClients = 200_000;

const LF = 0x0a;

/** The clients that the database has, and how many of the file's entries each of them has. */
export interface KnownClients {
  /** Counts one entry, where its client (company, tab, code, as COPY text) is known. @returns whether it is */
  note(bytes: Uint8Array, start: number, end: number): boolean;
  /** Hands over what was counted. */
  countInto(counts: ClientCounts): void;
}

/** @param lines of COPY text: company and client_code of every client */
export function knownClients(lines: Uint8Array): KnownClients {
  // No larger than it must be, so that it stays in the processor's caches.
  const known = byteSet(Math.min(mostClients, linesIn(lines)));
  const starts: number[] = [];
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf(LF, at);
    if (known.find(lines, at, end) < 0 && known.add(lines, at, end) >= 0) starts.push(at);
    at = end + 1;
  }
  const counts = new Int32Array(starts.length);
  return {
    note(bytes, start, end) {
      const number = known.find(bytes, start, end);
      if (number < 0) return false;
      counts[number] = (counts[number] as number) + 1;
      return true;
    },
    countInto(into) {
      const padded = new Uint8Array(lines.length + HASH_SLACK);
      padded.set(lines);
      const view = new DataView(padded.buffer);
      for (const [number, start] of starts.entries()) {
        const count = counts[number] as number;
        if (count > 0) into.add(view, start, lines.indexOf(LF, start), count);
      }
    },
  };
}

function linesIn(text: Uint8Array): number {
  let lines = 0;
  for (let at = text.indexOf(LF); at >= 0; at = text.indexOf(LF, at + 1)) lines++;
  return lines;
}
