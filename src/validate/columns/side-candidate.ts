import type { RecordView } from '../../model/record.ts';
import { remember } from '../cells/remember.ts';
import { sideOf, speaksOfSides } from './side.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';

/**
 * A column that nothing claims (or that of the types), beside amounts of which nothing says the side: what its cells say
 * might be just that.
 */
export interface SideCandidate {
  position: number;
  /** Its header, for people. */
  header: string;
  /** It is the file's column of types; they are none if they are sides. */
  isType: boolean;
  /** Cells that name a side; of the credits, those of amounts above zero; of both, those of one letter. */
  debits: number;
  credits: number;
  unsigned: number;
  letters: number;
  zeros: number;
  ones: number;
  /** Cells that hold nothing, and that say something else. */
  empty: number;
  others: number;
  /** The first two values of the cells that were read this time, and whether there are more. */
  values: string[];
  isVaried: boolean;
}

export const sideCandidate = (position: number, header: string, isType: boolean): SideCandidate => ({
  position,
  header,
  isType,
  debits: 0,
  credits: 0,
  unsigned: 0,
  letters: 0,
  zeros: 0,
  ones: 0,
  empty: 0,
  others: 0,
  values: [],
  isVaried: false,
});

const ZERO = 0x30;
const ONE = 0x31;
const LETTERS = 0x41;
const span: Span = { start: 0, end: 0 };
const textOfValue = remember((text) => text);

/** Looks at one cell. A column that has shown to be something else is not looked at any more. */
export function lookAt(candidate: SideCandidate, view: RecordView, cents: number): void {
  if (candidate.isVaried && isSomethingElse(candidate)) return;
  if (openCell(view, candidate.position, span) !== Cell.value) {
    candidate.empty++;
    return;
  }
  const { bytes } = view;
  const { start, end } = span;
  const only = end - start === 1 ? (bytes[start] as number) : 0;
  if (only === ZERO) candidate.zeros++;
  else if (only === ONE) candidate.ones++;
  else count(candidate, sideOf(bytes, start, end), only >= LETTERS, cents);
  if (!candidate.isVaried) note(candidate, textOfValue(bytes, start, end));
}

function count(candidate: SideCandidate, side: number, isLetter: boolean, cents: number): void {
  if (side === 0) candidate.others++;
  else if (side > 0) candidate.debits++;
  else candidate.credits++;
  if (side < 0 && cents > 0) candidate.unsigned++;
  if (side !== 0 && isLetter) candidate.letters++;
}

function note(candidate: SideCandidate, value: string): void {
  const { values } = candidate;
  if (values.includes(value)) return;
  if (values.length < 2) values.push(value);
  else candidate.isVaried = true;
}

/** A tenth of a column of sides may be mistakes, each of which refuses its line. */
const isSomethingElse = ({ debits, credits, zeros, ones, others }: SideCandidate): boolean =>
  others > 0 && others * 9 > debits + credits + zeros + ones;

/** `1` and `-1`: the first is a debit, which beside a `0` is a credit, or a yes. */
export const hasUnits = ({ credits, zeros, ones }: SideCandidate): boolean => ones > 0 && zeros === 0 && credits > 0;

/**
 * Whether the column is the side: its cells name sides, and mostly those of amounts that are not signed by it. A word
 * names a side by itself, a letter only beside its counterpart (or in a column of types); 0 and 1 are too often a no
 * and a yes.
 */
export function isSide(candidate: SideCandidate): boolean {
  const { credits, unsigned, letters, zeros, ones, empty, isType } = candidate;
  const debits = candidate.debits + ones;
  if (isSomethingElse(candidate) || empty * 9 > debits + credits || zeros > 0) return false;
  return credits > 0 && unsigned * 2 > credits && (letters === 0 || debits > 0 || isType);
}

/** Whether the column may be the side, as far as its values show. */
export function mayBeSide(candidate: SideCandidate): boolean {
  const { header, credits, unsigned, others, zeros, ones, values, isVaried } = candidate;
  if (!isSomethingElse(candidate) && credits > 0 && unsigned * 2 > credits) return true;
  if (!isVaried && values.length > 0 && speaksOfSides(header)) return true;
  // Of two lines, two values are no pattern.
  return !isVaried && values.length === 2 && others + zeros + ones > 2;
}
