import type { Mapping } from '../../model/mapping.ts';
import type { Meaning } from './meanings.ts';

/** What somebody has chosen in the form of the columns. */
export interface Chosen {
  columns: NonNullable<Mapping['columns']>;
  /** Meanings that were given to more than one column, with the headers. */
  twice: { meaning: string; headers: string[] }[];
}

/**
 * Reads `c1`, `c2`, … (a meaning, or nothing) with `h1`, `h2`, … (the header at that place). A column without a header, or
 * whose header stands twice, is named by its place.
 */
export function chosenOf(fields: Readonly<Record<string, string>>, meanings: readonly Meaning[]): Chosen {
  const places = Object.keys(fields).flatMap((name) => /^c([1-9]\d{0,4})$/.exec(name)?.[1] ?? []);
  const headerAt = (place: string) => fields[`h${place}`] ?? '';
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/[\p{M}\W_]/gu, '')
      .toLowerCase();
  const all = Object.keys(fields).flatMap((name) => (/^h\d+$/.test(name) ? [plain(fields[name] ?? '')] : []));
  const isOnce = (header: string) => plain(header) !== '' && all.filter((each) => each === plain(header)).length === 1;
  const found = new Map<string, string[]>();
  for (const place of places) {
    const name = fields[`c${place}`] ?? '';
    if (meanings.some((meaning) => meaning.name === name)) found.set(name, [...(found.get(name) ?? []), place]);
  }
  return {
    columns: Object.fromEntries(
      [...found].map(([name, [place = '']]) => [name, isOnce(headerAt(place)) ? headerAt(place) : Number(place)]),
    ),
    twice: [...found].flatMap(([name, at]) =>
      at.length < 2
        ? []
        : [{ meaning: meanings.find((each) => each.name === name)?.label ?? name, headers: at.map(headerAt) }],
    ),
  };
}
