import { guardOf } from '../../model/guarded.ts';

/** Named characters of HTML 4 that exports hold: Latin-1 from U+00A0 on, in its order, then others. */
const latin1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const others =
  'quot:" amp:& lt:< gt:> apos:\' OElig:Œ oelig:œ Scaron:Š scaron:š Zcaron:Ž zcaron:ž Yuml:Ÿ ndash:– mdash:— lsquo:‘ rsquo:’ sbquo:‚ ldquo:“ rdquo:” bdquo:„ dagger:† Dagger:‡ bull:• hellip:… permil:‰ lsaquo:‹ rsaquo:› euro:€ trade:™ minus:− ensp:\u2002 emsp:\u2003 thinsp:\u2009';

const named = new Map<string, string>([
  ...latin1.split(' ').map((name, i) => [name, String.fromCharCode(0xa0 + i)] as const),
  ...others.split(' ').map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)] as const),
]);
/** Exports in capitals take the names along: `SOCI&EACUTE;T&EACUTE;`. */
for (const [name, character] of [...named])
  if (
    /(?:acute|grave|circ|uml|cedil|tilde|ring|lig|slash)$|^(?:amp|quot|nbsp|euro)$/.test(name) &&
    !named.has(name.toUpperCase())
  )
    named.set(name.toUpperCase(), character.toUpperCase());

/** HTML reads these as Windows-1252, as browsers do. */
const c1 = new TextDecoder('windows-1252');

function numbered(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:[xX]0*([0-9a-fA-F]{1,6})|0*(\d{1,7}))$/.exec(name) ?? [];
  const point = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : 0;
  if (point < 9 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
  return point >= 0x80 && point < 0xa0 ? c1.decode(Uint8Array.of(point)) : String.fromCodePoint(point);
}

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
/** Bytes between `&` and `;`. */
const longest = 10;
/** Bytes from an `&` on that tell whether an entity begins there, even one that was escaped over and over. */
export const entityBound = 64;

export interface Found {
  end: number;
  text: string;
}

/**
 * The entity at `at`, where an `&` stands, with those that were escaped again (`&amp;eacute;`). The bytes are of any
 * encoding that holds ASCII.
 */
export function entityAt(bytes: Uint8Array, at: number, filled: number): Found | undefined {
  const limit = Math.min(filled, at + entityBound);
  let found: Found | undefined;
  for (let start = at + 1; start < limit;) {
    let end = start;
    while (end < limit && end - start <= longest && isNameByte(bytes[end] as number)) end += 1;
    if (end >= limit || bytes[end] !== SEMICOLON) break;
    const name = String.fromCharCode(...bytes.subarray(start, end));
    const text = named.get(name) ?? numbered(name);
    if (text === undefined) break;
    found = { end: end + 1, text };
    if (text !== '&') break;
    start = end + 1;
  }
  return found;
}

const isNameByte = (byte: number): boolean =>
  byte === 0x23 || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** What may stand in an entity after its `&`, even one that was escaped again. */
export const isEntityByte = (byte: number): boolean => byte === SEMICOLON || isNameByte(byte);

/** What may not make structure of a text: delimiters, quotes, line ends. */
export const guardedIn = (text: string, structure: string): string =>
  structure.includes(text) ? (guardOf(text) ?? text) : text;

export const nextAmpersand = (bytes: Uint8Array, from: number): number => bytes.indexOf(AMPERSAND, from);
