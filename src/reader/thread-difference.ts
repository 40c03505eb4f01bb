import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { CsvFormat, Format } from '../model/format.ts';
import { stagingMeta } from '../model/staging.ts';
import { cleanLines, type CleanLines } from '../parse/clean-lines.ts';
import { diffLines, type LineDiff, type LineSource, type Side } from '../parse/line-diff.ts';
import type { KeptTotals } from '../validate/file/control-totals.ts';
import type { Validator } from '../validate/validator.ts';
import { readingVersion } from './reading-version.ts';
import { readParts } from './records.ts';
import { decisionsOf, type Basis, type ReadOptions } from './thread-protocol.ts';

/** What differs may take up to so many bytes, and a quarter of the file; beyond, comparing saves nothing. */
const FREE_BYTES = 65_536;
const MOST_SHARE = 0.25;
/** Keys of these wait in memory: 33 bytes each. */
const MOST_REMOVED = 250_000;

/**
 * Whether files like this one are compared line by line: snapshots of entries in which every LF ends a line, read under
 * the usual assumptions.
 */
export function isComparable({ dataset, mapping, plan }: ReadOptions, format: Format): format is CsvFormat {
  return (
    dataset === 'ecritures' &&
    (mapping.mode ?? 'snapshot') === 'snapshot' &&
    decisionsOf(plan) === undefined &&
    format.kind === 'csv' &&
    ['lf', 'crlf', 'crcrlf'].includes(format.lineEnds) &&
    !format.encoding.startsWith('utf-16')
  );
}

/** Everything besides its bytes that decides what a line says, as a SHA-256 in hexadecimal. */
export function readingOf(format: CsvFormat, { mapping, fixed, tenant }: ReadOptions): string {
  const facts = [readingVersion, format, mapping, fixed, tenant.defaultCompany];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** What differs between a file and its basis; undefined where it is too much, or the basis is not there any more. */
export function differenceOf(path: string, size: number, basis: Basis): LineDiff | undefined {
  const files: number[] = [];
  const open = (name: string): LineSource => {
    const file = openSync(name, 'r');
    files.push(file);
    return { read: (into, position) => readSync(file, into, 0, into.length, position) };
  };
  try {
    const clean = cleanLines(inflateRawSync(basis.clean));
    const most = FREE_BYTES + MOST_SHARE * Math.max(size, basis.size);
    const diff = diffLines(open(basis.path), open(path), clean, most);
    return diff && linesIn(diff.removed) <= MOST_REMOVED ? diff : undefined;
  } catch {
    // Its bytes were purged, or cannot be read: then the whole file is read, which fails if the fault is there.
    return undefined;
  } finally {
    for (const file of files) closeSync(file);
  }
}

const linesIn = ({ runs }: Side): number => runs.reduce((sum, run) => sum + run.lines, 0);

/** Lines of a file that stand outside its parts. */
export const linesKept = (side: Side): number => side.lines - linesIn(side);

/** Notes the lines outside the parts, all of which are clean. */
export function addKept(clean: CleanLines, { runs, lines }: Side): void {
  let next = 1;
  for (const run of runs) {
    clean.addRange(next, run.line);
    next = run.line + run.lines;
  }
  clean.addRange(next, lines + 1);
}

/** What the lines say that the file has no more. @returns undefined where they cannot be read by themselves */
export async function readRemoved(
  path: string,
  format: CsvFormat,
  removed: Side,
  validator: Validator,
): Promise<KeptTotals | undefined> {
  const { astray } = await readParts(path, format, removed, {
    onRecord: (view) => void validator.accept(view),
    onHeader: (line) => validator.header(line),
    onDefect: () => undefined,
    pause: () => Promise.resolve(),
  });
  if (astray) return undefined;
  const { evidence, totals } = validator.finish();
  return { evidence, clients: totals?.clients?.read ?? null };
}

const KEY_BYTES = 32;
const TAB = 0x09;
const LF = 0x0a;

/** The keys in lines of staging, as COPY text of that column alone. */
export function keysOf(rows: Uint8Array): Uint8Array {
  const keys = new Uint8Array(rows.length);
  let at = 0;
  for (let start = 0; start < rows.length; start = rows.indexOf(LF, start) + 1) {
    for (let tabs: number = stagingMeta.indexOf('key'); tabs > 0; tabs--) start = rows.indexOf(TAB, start) + 1;
    keys.set(rows.subarray(start, start + KEY_BYTES), at);
    at += KEY_BYTES;
    keys[at++] = LF;
  }
  return keys.subarray(0, at);
}
