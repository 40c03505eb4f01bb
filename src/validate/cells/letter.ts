import { fold } from './fold.ts';
import { remember, textOf } from './remember.ts';
import type { Span } from './text.ts';

/** What the cells of a column of letters say: that an entry is lettered, that it is not, and by which letter. */
export interface LetterColumn {
  yes: number;
  no: number;
  letters: number;
  /** Decided: the column says yes and no, and "no" is no letter that entries have in common. */
  flags: boolean;
}

export const letterColumn = (flags = false): LetterColumn => ({ yes: 0, no: 0, letters: 0, flags });

/** What stands for "not lettered" where a letter might: `-`, `–`, `.`, `*`, `0`, in any number. */
function isNoLetter(bytes: Uint8Array, { start, end }: Span): boolean {
  for (let i = start; i < end; i++)
    if (!noLetters.includes(bytes[i] as number)) return (bytes[i] as number) > 0x7f && isDashes(bytes, start, end);
  return true;
}
const noLetters = Buffer.from('-_.*/0 ');
const isDashes = remember((text) => /^[\s\-_.*/0\u2010-\u2015\u2212]+$/.test(text));

/** Longer than any letter, so that each says by itself what it means. */
const words = new Set('nonlettre nonlettree nonlettres alettrer aucun aucune neant nonrapproche unmatched'.split(' '));
const yes = new Set(['o', 'oui', 'y', 'yes', '1', 'vrai', 'true', 'lettre', 'lettree', 'x']);
const no = new Set(['n', 'non', 'no', 'faux', 'false']);
const LONGEST = 16;
/** First and last bytes of the words, so that nearly no letter is made a string of. */
const edges = new Set([...words, ...yes, ...no].map((word) => `${word.at(0)}${word.at(-1)}`));

const lower = (c: number): string => String.fromCharCode(c >= 0x41 && c <= 0x5a ? c | 0x20 : c);

/** An accent or a mark may stand at either end, and is no more there once the word is folded. */
const mayBeWord = new Uint8Array(0x10000).fill(1);
const plain = Buffer.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
for (const first of plain)
  for (const last of plain) mayBeWord[(first << 8) | last] = edges.has(lower(first) + lower(last)) ? 1 : 0;

/** Whether the cell names a letter; what it says is counted. */
export function isLetter(bytes: Uint8Array, span: Span, column: LetterColumn): boolean {
  const { start, end } = span;
  if (isNoLetter(bytes, span)) return false;
  const sides = ((bytes[start] as number) << 8) | (bytes[end - 1] as number);
  const word = mayBeWord[sides] === 1 && end - start <= LONGEST ? fold(textOf(bytes, start, end)) : '';
  if (words.has(word)) return false;
  if (no.has(word)) {
    column.no++;
    return !column.flags;
  }
  if (yes.has(word)) column.yes++;
  else column.letters++;
  return true;
}

/** So many of one word are no group of entries; a letter or two beside yes and no are mistakes. */
const FEW = 3;

export const areFlags = ({ yes, no, letters }: LetterColumn): boolean =>
  no > 0 && letters * 9 <= yes + no && (yes > 0 || no >= FEW);
