import { fill } from '../errors.ts';
import type { Scope } from '../model/scope.ts';
import type { Language } from '../model/tenant.ts';
import { phrases } from './phrases.ts';
import { list } from './wording.ts';

/** Companies that are named one by one. */
const MOST_NAMED = 10;

/** The scope of a snapshot in words: `société A, journal VE`, `toute la base`. */
export function scopeText(scopes: readonly Scope[], language: Language): string {
  const { scope: words } = phrases[language];
  const one = ({ companies, journal, from }: Scope): string => {
    const rest = [
      ...(journal === null ? [] : [fill(words.journal, { journal })]),
      ...(from === null
        ? []
        : [fill(words.from, { date: language === 'fr' ? from.split('-').toReversed().join('/') : from })]),
    ];
    const all = companies === null && rest.length === 0;
    return [all ? words.whole : companiesText(companies), ...rest].join(', ');
  };
  const companiesText = (companies: readonly string[] | null): string => {
    if (companies === null) return words.anyCompany;
    if (companies.length === 0) return words.none;
    const named = companies.map((name) => name || words.unnamed);
    if (named.length === 1) return `${words.companies[0]} ${named[0] ?? ''}`;
    const shown = named.length > MOST_NAMED ? [...named.slice(0, MOST_NAMED), `… (${named.length})`] : named;
    return `${words.companies[1]} ${list(language, shown)}`;
  };
  return scopes.map(one).join(language === 'fr' ? ' ; ' : '; ');
}
