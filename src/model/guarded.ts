/**
 * Characters that stand in a text as text, whatever they mean elsewhere: `&quot;` of an export must not open a quoted
 * cell, nor `&#59;` end one. Until it is stored, each is a noncharacter, which Unicode keeps for internal use.
 */
const guarded = '\t\n\r !"#$%\'()*+,-./:;=?@[\\]^_`|}~';
const first = 0xfdd0;

/** What stands for a character of ASCII; undefined for one that never needs it. */
export function guardOf(character: string): string | undefined {
  const at = guarded.indexOf(character);
  return at < 0 ? undefined : String.fromCharCode(first + at);
}

export const unguarded = (text: string): string =>
  text.replace(/[\ufdd0-\ufdef]/g, (guard) => guarded[guard.charCodeAt(0) - first] ?? '');

/** Third byte of such a noncharacter in UTF-8, after EF B7 → the character's. */
export const guardedBytes: Uint8Array = new Uint8Array(256);
for (const [at, character] of Array.from(guarded).entries()) guardedBytes[0x90 + at] = character.charCodeAt(0);
