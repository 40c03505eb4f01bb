import type { RecordView } from '../model/record.ts';
import { columns, fecColumns } from './columns.ts';
import { fold } from './fold.ts';
import type { ColumnMatch } from './match.ts';
import { textOf } from './remember.ts';
import { Cell, openCell, type Span } from './text.ts';

/** The cells that hold something, as texts without outer white space, by their place; `#ERR` for a spreadsheet's error. */
export type Filled = ReadonlyMap<number, string>;

const span: Span = { start: 0, end: 0 };

export function filledCells(view: RecordView): Filled {
  const filled = new Map<number, string>();
  for (let i = 0; i < view.count; i++)
    switch (openCell(view, i, span)) {
      case Cell.value:
        filled.set(i, textOf(view.bytes, span.start, span.end));
        break;
      case Cell.error:
        filled.set(i, '#ERR');
    }
  return filled;
}

/** `--------`, `======`, `+---+`, `─────`: a line drawn across a listing. */
const drawn =
  /^[\s*_=+~#.:|\u2010-\u2015\u2500-\u257f-]*[*_=+~\u2010-\u2015\u2500-\u257f-][\s*_=+~#.:|\u2010-\u2015\u2500-\u257f-]*$/u;

/** A line drawn across: each cell that holds something is of dashes and the like, and one is longer than a dash. */
export const isDrawn = (filled: Filled): boolean =>
  [...filled.values()].every((text) => drawn.test(text)) && [...filled.values()].some((text) => text.length > 2);

const kinds =
  '(?:(?:lignes?|clients?|contacts?|tiers|comptes?|factures?|pi[èe]ces?|[ée]critures?|enregistrements?|entr[ée]es?|mouvements?|' +
  'r[ée]sultats?|rows?|lines?|records?|entries|items?|customers?|accounts?|results?)(?:\\((?:s|es)\\)|s)?)';
const whole =
  '(?:(?:de|du|des|la|le|l|d|of|the)\\W+)*(?:fichier|file|liste|list(?:ing)?|export(?:ation)?|page|[ée]dition|document|report|rapport|' +
  '[ée]tat|data|donn[ée]es|traitement|transmission|extraction|input|output)?';
const date = '\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}';

/** What stands at the end of a listing, or at the head and foot of its pages; cells are joined with a space. */
const furniture = [
  `\\W*page\\W*(?:n[o°º]\\W*)?\\d+(?:\\W*(?:/|sur|of|de|von)\\W*\\d+)?\\W*`,
  `\\W*(?:\\[?eof\\]?|end|fin|trailer|footer)\\W*${whole}\\W*\\d*\\W*`,
  `\\W*(?:sous[- ]?total|total|totaux|nombre|nbre|nb|number|count|compte[- ]?rendu)(?:\\W+(?:total|g[ée]n[ée]rale?|de|d|des|of|the))*\\W*${kinds}?\\W*\\d[\\d\\s.,]*(?:${kinds})?\\W*`,
  `\\W*(?:total\\W*)?\\d[\\d\\s]*${kinds}\\b(?:\\W+[a-zàâçéèêëîïôûù()]+){0,3}\\W*`,
  `\\W*(?:g[ée]n[ée]r[ée]e?|[ée]dit[ée]e?|imprim[ée]e?|export[ée]e?|extrait|extraite?|[ée]dition|export|extraction|tirage|date d.[ée]dition|printed|generated|exported|created|produced|run)s?\\s.*${date}.*`,
].map((text) => new RegExp(`^${text}$`, 'iu'));

/** Most cells that a trailer or the foot of a page has. */
const fewCells = 3;

export function isFurniture(filled: Filled): boolean {
  if (filled.size === 0 || filled.size > fewCells) return false;
  const joined = [...filled.values()].join(' ').slice(0, 300);
  return furniture.some((form) => form.test(joined));
}

const known = new Set(
  [...Object.values(columns).flat(), ...fecColumns].flatMap(({ aliases, weak }) => [...aliases, ...weak]),
);

/** Whether some column of some dataset comes under this (folded) header. */
export const isName = (folded: string): boolean => known.has(folded);

/** SQL and spreadsheet types, with a length or not; whether a column must be filled; masks of dates. */
const typeWord = new RegExp(
  '^(?:' +
    '(?:n?var)?char2?|nvarchar2?|bpchar|clob|n?text(?:e|o)?|string|str|alpha(?:num[ée]rique|numeric)?|num[ée]rique|num(?:eric|ber)?|' +
    'd[ée]cimale?|(?:big|small|tiny)?int(?:eger)?\\d?|entier|float\\d?|double(?: precision)?|real|r[ée]el|money|mon[ée]taire|' +
    'date(?:time)?2?|datetimeoffset|timestamp(?:tz)?|time|heure|bool(?:ean|[ée]en)?|bit|uuid|long|currency|' +
    'obligatoire|facultati[fv]e?|optionnel(?:le)?|mandatory|required|optional|requis|' +
    '(?:max\\.?|maxi|longueur|length|taille)\\s*:?\\s*\\d+|\\d+\\s*(?:car(?:act[èe]res?)?\\.?|chars?|characters?|max)|' +
    '[ACNX9]\\(\\d+(?:,\\d+)?\\)(?:V9+(?:\\(\\d+\\))?)?|' +
    '[jd]{1,2}[-/. ]?m{1,3}[-/. ]?[ay]{2,4}|[ay]{4}[-/. ]?m{2}[-/. ]?[jd]{2}' +
    ')(?:\\s*[([]\\s*\\d*(?:\\s*[,;]\\s*\\d+)?\\s*[)\\]])?(?:\\s+(?:not\\s+)?null)?$',
  'iu',
);

/** Says of a text whether it is a heading; what stands in brackets or is a mere sign (`*`, `€`) counts for nothing. */
export function headingWords(header: readonly string[]): (text: string) => boolean {
  const own = new Set(header.map(fold).filter((name) => name !== ''));
  return (text) => {
    if (text.length > 100) return false;
    if (typeWord.test(text)) return true;
    const bare = text.replace(/\([^)]*\)|\[[^\]]*\]/g, '');
    const word = fold(bare);
    return word === '' ? /^[\s*€$%]*$/.test(bare) : own.has(word) || known.has(word);
  };
}

/** Columns that no record of a dataset does without: in a heading, they hold words for them. */
const namedBy = (match: ColumnMatch): readonly number[] =>
  ['client_code', 'account', 'name', 'last_name', 'piece_number'].flatMap((name) => match.positions.get(name) ?? []);

/**
 * Whether a line is a heading again: other words for the same columns, their types, or their numbers.
 * @param atTop no record has come yet; from there on only a line of nothing but such words is one
 */
export function isHeading(
  match: ColumnMatch,
  filled: Filled,
  isWord: (text: string) => boolean,
  atTop: boolean,
): boolean {
  if (filled.size < 2) return false;
  if (atTop && isCount([...filled.values()])) return true;
  const words = [...filled].filter(([, text]) => isWord(text)).length;
  const named = namedBy(match).filter((i) => filled.has(i));
  if (named.length === 0 || !named.every((i) => isWord(filled.get(i) ?? ''))) return false;
  return words >= Math.max(2, filled.size * (atTop ? 0.5 : 0.8));
}

/** `1;2;3;4`, `A;B;C;D`. */
const isCount = (texts: readonly string[]): boolean =>
  texts.length > 2 &&
  (texts.every((text, i) => Number(text) === i + 1 || Number(text) === i) ||
    texts.every((text, i) => text.toUpperCase() === String.fromCharCode(0x41 + i)));
