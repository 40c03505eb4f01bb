import type { RecordView } from '../../model/record.ts';
import { columns, fecColumns } from '../columns/columns.ts';
import { fold } from '../cells/fold.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { textOf } from '../cells/remember.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';

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
  // Of databases and their clients.
  `\\W*(?:nombre|nbre|nb|total|number|count)\\b(?:\\W+(?:total|de|d|des|of|the))*\\W*${kinds}(?:\\W+[a-zàâçéèêëîïôûù]+){1,2}\\W*:\\W*\\d+\\W*`,
  `\\W*\\d+ rows? in set\\b.*|query ok\\b.*|completion time: [-\\d:.t+]+|sql> .*`,
  // Checksums.
  `\\W*(?:md5|sha-?\\d+|crc-?\\d*|checksum|somme de contr[ôo]le|empreinte)\\W+[\\da-f]{4,}\\W*`,
].map((text) => new RegExp(`^(?:${text})$`, 'iu'));

/** `Page 2`, `2/3`, `28/11/2026`: what stands beside the heading of a page. */
export const isPageMark = (text: string): boolean =>
  /^\s*(?:page\W*)?\d{1,4}(?:\s*(?:\/|sur|of)\s*\d{1,4}){0,2}\s*$/i.test(text);

/** Most cells that a trailer or the foot of a page has. */
const fewCells = 3;

export function isFurniture(filled: Filled): boolean {
  if (filled.size === 0 || filled.size > fewCells) return false;
  const joined = [...filled.values()].join(' ').slice(0, 300);
  return furniture.some((form) => form.test(joined));
}

const counted = new RegExp(`^${kinds}(?:\\W+\\p{L}+(?:[ée]e?s?|lus?|transmis(?:es)?|ed))?$`, 'iu');

/** `1664;Clients divers;Metz` is a client, though `1664 clients exportés` counts them. */
export const isNumberedName = (code: string, name: string, cells: number): boolean =>
  /^\d+$/.test(code) && /^\p{L}/u.test(name) && (cells > 2 || !counted.test(name));

const known = new Set(
  [...Object.values(columns).flat(), ...fecColumns].flatMap(({ aliases, weak }) => [...aliases, ...weak]),
);

/** Whether some column of some dataset comes under this (folded) header. */
export const isName = (folded: string): boolean => known.has(folded);

/** SQL and spreadsheet types, with a length or not; whether a column must be filled; masks of dates. */
const typeWord = new RegExp(
  '^(?:' +
    '\\[?(?:java\\.(?:lang|math|util|sql)\\.|system\\.|xsd?:|edm\\.)?(?:' +
    '(?:n?var)?char2?|nvarchar2?|bpchar|clob|n?text(?:e|o)?(?: court| long)?|string|str|alpha(?:num[ée]rique|numeric)?|num[ée]rique|' +
    'num(?:eric|ber)?|caract[èe]res?|cha[iî]ne(?: de caract[èe]res)?|(?:big)?d[ée]cimale?|(?:big|small|tiny)?int(?:eger)?\\d?|entier|' +
    'float\\d?|double(?: precision)?|real|r[ée]el|money|mon[ée]taire|date(?:time)?2?|datetimeoffset|timestamp(?:tz)?|time|heure|bool(?:ean|[ée]en)?|bit|uuid|long|currency)\\]?|%[-.\\d]*[sdfg]|' +
    'obligatoire|facultati[fv]e?|optionnel(?:le)?|mandatory|required|optional|requis|' +
    '(?:max\\.?|maxi|longueur|length|taille)\\s*:?\\s*\\d+|\\d+\\s*(?:car(?:act[èe]res?)?\\.?|chars?|characters?|max)|' +
    '[ACNX9]\\(\\d+(?:,\\d+)?\\)(?:V9+(?:\\(\\d+\\))?)?|' +
    '[jd]{1,2}[-/. ]?m{1,3}[-/. ]?[ay]{2,4}|[ay]{4}[-/. ]?m{2}[-/. ]?[jd]{2}' +
    ')(?:\\s*[([]\\s*(?:\\d*|max)(?:\\s*[,;]\\s*\\d+)?\\s*[)\\]])?(?:\\s+(?:not\\s+)?null)?$',
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
 * How much of a line is a heading again, from 0 to 1: other words for the same columns, their types, or their numbers.
 * @param atTop no record has come yet; from there on only words make one
 */
export function headingShare(
  match: ColumnMatch,
  filled: Filled,
  isWord: (text: string) => boolean,
  atTop: boolean,
): number {
  const texts = [...filled.values()];
  if (texts.length < 2) return 0;
  if (atTop && (isCount(texts) || texts.every((text) => technicalName.test(text)))) return 1;
  const words = texts.filter(isWord).length;
  const named = namedBy(match).filter((i) => filled.has(i));
  if (words < 2 || named.length === 0 || !named.every((i) => isWord(filled.get(i) ?? ''))) return 0;
  return words / texts.length;
}

/** From this share on a line is a heading, from the other on it may be one, where no record has come yet. */
export const headingFrom = 0.8;
export const likelyHeadingFrom = 0.5;

/** `CLI_CODE`, `T01_NOM`: what a column is called in a database, and nobody in life. */
const technicalName = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/i;

/** `1;2;3;4`, `A;B;C;D`, `F1;F2`, `Zone 1;Zone 2`. */
const isCount = (texts: readonly string[]): boolean => {
  const isEach = (form: (i: number) => string): boolean => texts.every((text, i) => text.toUpperCase() === form(i));
  const [, prefix = ''] = /^(\p{L}+[ _.-]?)\d+$/u.exec((texts[0] ?? '').toUpperCase()) ?? [];
  if (prefix === '' && texts.length < 3) return false;
  return (
    isEach((i) => `${prefix}${i + 1}`) ||
    isEach((i) => `${prefix}${i}`) ||
    (texts.length > 2 && isEach((i) => String.fromCharCode(0x41 + i)))
  );
};

const codeWords = new Set(
  'code id ident identifiant identifier numero num number no n ref reference compte account cle key tiers client cust customer clt cli'.split(
    ' ',
  ),
);
const nameWords = new Set(
  'nom name libelle intitule raison denomination designation label description client customer'.split(' '),
);

/** `Code du client`, `CustCode`, `N° tiers`. */
const speaks = (text: string, words: ReadonlySet<string>): boolean =>
  !/\d/.test(text) &&
  text
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .split(/[^\p{L}]+/u)
    .some((word) => words.has(fold(word)));

/** `ex : C0001`: a line that shows what is to be written. */
const isExample = (text: string): boolean => /^(?:(?:par|p\.?) ?)?ex(?:emple|ample)?\s*[.:]/i.test(text);

/** Whether a first line speaks of codes and names instead of giving them. */
export const speaksOfColumns = (code: string, name: string): boolean =>
  (speaks(code, codeWords) && speaks(name, nameWords)) || isExample(code) || isExample(name);

const digits = (least: number) => (text: string) => text.replace(/\D/g, '').length >= least;

/** What a cell of these columns has at least, whatever the country. */
const forms: Readonly<Record<string, (text: string) => boolean>> = {
  zip: digits(2),
  phone: digits(4),
  mobile: digits(4),
  siret: digits(9),
  vat_number: digits(5),
  email: (text) => text.includes('@'),
  credit_limit: (text) => /^\W*\d/.test(text),
};

/** At least two columns have a form, and none of them has a cell of it: `20;80;5;60;20`, `F1;F2;F3`, `oui;oui;non;non`. */
export function hasNoForm(match: ColumnMatch, filled: Filled): boolean {
  const formed = Object.entries(forms).flatMap(([name, is]) => {
    const text = filled.get(match.positions.get(name) ?? -1);
    return text === undefined ? [] : [is(text)];
  });
  return formed.length > 1 && !formed.includes(true);
}
