import { inEnglish } from '../errors/reasons.ts';

/**
 * File name patterns of a connector: `*` is any run of characters, `?` any one, and braces hold parts of a date
 * (`ecritures_{yyyyMMdd}.csv`); everything else stands for itself, without regard to case. Pure.
 */

/** What a name that matches says of its age: `yyyyMMddHHmmss` from the date in it, empty where it holds none. */
export type Stamp = string;

export type Pattern = (name: string) => Stamp | undefined;

/** One character of a name, or part of a date: both of fixed width. */
type Token = { kind: 'char'; char: string } | { kind: 'any' } | { kind: 'date'; part: DatePart };

interface DatePart {
  letters: string;
  least: number;
  most: number;
  /** Where it stands in a stamp. */
  from: number;
}

const dateParts: readonly DatePart[] = [
  { letters: 'yyyy', least: 1900, most: 2999, from: 0 },
  { letters: 'yy', least: 0, most: 99, from: 2 },
  { letters: 'MM', least: 1, most: 12, from: 4 },
  { letters: 'dd', least: 1, most: 31, from: 6 },
  { letters: 'HH', least: 0, most: 23, from: 8 },
  { letters: 'mm', least: 0, most: 59, from: 10 },
  { letters: 'ss', least: 0, most: 59, from: 12 },
];
const START = Array.from('20000101000000');
const BETWEEN_PARTS = /^[-_. ]/;
const LONGEST = 200;

/** Why a text is no pattern, for the person who wrote it; undefined where it is one. */
export function patternProblem(text: string): string | undefined {
  if (text.trim() === '' || text.length > LONGEST) return inEnglish('name_or_pattern', { most: LONGEST });
  if (/[/\\\p{Cc}]/u.test(text)) return inEnglish('name_without_folder');
  return chunksOf(text) ? undefined : inEnglish('dates_in_braces', { example: '{yyyyMMdd}' });
}

/** @throws Error where `patternProblem` finds one */
export function compilePattern(text: string): Pattern {
  const chunks = chunksOf(text);
  if (!chunks) throw new Error(`not a pattern: ${text}`);
  return (name) => match(chunks, Array.from(fold(name)));
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

/** What stands between the stars: each of fixed width, so that matching is never more than name × pattern. */
function chunksOf(text: string): Token[][] | undefined {
  const chunks: Token[][] = [[]];
  for (const piece of text.split(/(\{[^{}]*\})/)) {
    if (/[{}]/.test(piece)) {
      const date = dateTokens(piece);
      if (!date) return undefined;
      chunks.at(-1)?.push(...date);
      continue;
    }
    for (const char of fold(piece)) {
      if (char === '*') chunks.push([]);
      else chunks.at(-1)?.push(char === '?' ? { kind: 'any' } : { kind: 'char', char });
    }
  }
  return chunks;
}

function dateTokens(braced: string): Token[] | undefined {
  const tokens: Token[] = [];
  let rest = /^\{(.+)\}$/.exec(braced)?.[1] ?? '?';
  while (rest !== '') {
    const part = dateParts.find(({ letters }) => rest.startsWith(letters));
    if (part) tokens.push({ kind: 'date', part });
    else if (BETWEEN_PARTS.test(rest)) tokens.push({ kind: 'char', char: rest.charAt(0) });
    else return undefined;
    rest = rest.slice(part?.letters.length ?? 1);
  }
  return tokens.some(({ kind }) => kind === 'date') ? tokens : undefined;
}

const widthOf = (chunk: readonly Token[]): number =>
  chunk.reduce((sum, token) => sum + (token.kind === 'date' ? token.part.letters.length : 1), 0);

/** The first chunk stands at the start, the last one at the end, and each other one as far left as it can. */
function match(chunks: readonly Token[][], name: readonly string[]): Stamp | undefined {
  const [first = [], ...others] = chunks;
  const last = others.pop();
  const stamp = [...START];
  const end = name.length - (last ? widthOf(last) : 0);
  let at = widthOf(first);
  if (at > end || (!last && at !== end) || !matchAt(first, name, 0, stamp)) return undefined;
  for (const chunk of others) {
    const width = widthOf(chunk);
    while (at + width <= end && !matchAt(chunk, name, at, stamp)) at++;
    at += width;
    if (at > end) return undefined;
  }
  if (last && !matchAt(last, name, end, stamp)) return undefined;
  return chunks.flat().some(({ kind }) => kind === 'date') ? stamp.join('') : '';
}

/** Whether the chunk stands at that position; writes the dates in it into `stamp`. */
function matchAt(chunk: readonly Token[], name: readonly string[], start: number, stamp: string[]): boolean {
  const dates: [number, string][] = [];
  let at = start;
  for (const token of chunk) {
    const width = token.kind === 'date' ? token.part.letters.length : 1;
    const text = name.slice(at, at + width).join('');
    at += width;
    if (token.kind === 'char' && text !== token.char) return false;
    if (token.kind === 'any' && text === '') return false;
    if (token.kind !== 'date') continue;
    if (!isWithin(token.part, text)) return false;
    dates.push([token.part.from, text]);
  }
  for (const [from, digits] of dates) stamp.splice(from, digits.length, ...Array.from(digits));
  return true;
}

function isWithin({ letters, least, most }: DatePart, text: string): boolean {
  const value = /^\d+$/.test(text) && text.length === letters.length ? Number(text) : -1;
  return value >= least && value <= most;
}
