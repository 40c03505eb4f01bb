import { entryTypes, type EntryType } from '../../model/mapping.ts';
import { fold } from './fold.ts';

/** ISO 4217, as far as the runtime knows it. */
const currencies = new Set(Intl.supportedValuesOf('currency'));
const currencyNames = new Map(
  Object.entries({
    '€': 'EUR',
    EURO: 'EUR',
    EUROS: 'EUR',
    E: 'EUR',
    '£': 'GBP',
    LIVRE: 'GBP',
    $: 'USD',
    DOLLAR: 'USD',
    FS: 'CHF',
  }),
);

export function currencyCode(text: string): string | undefined {
  const upper = text.toUpperCase();
  return currencies.has(upper) ? upper : currencyNames.get(upper);
}

const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(0x61 + i));
const pairs = letters.flatMap((a) => letters.map((b) => a + b));
/** Codes that ICU names and ISO 3166-1 does not assign. */
const notCountries = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'TA', 'UN', 'XA', 'XB', 'ZZ', 'QO']);

/** Folded French and English names, and the code itself, → code. */
function named(type: 'region' | 'language', codes: readonly string[]): Map<string, string> {
  const table = new Map<string, string>();
  for (const language of ['en', 'fr']) {
    const names = new Intl.DisplayNames(language, { type, fallback: 'none' });
    for (const code of codes) {
      const name = names.of(code);
      // ICU maps withdrawn codes to their successor: only what is its own canonical form is a code of today.
      if (name !== undefined && isCurrent(type, code)) table.set(fold(name), code).set(fold(code), code);
    }
  }
  return table;
}

function isCurrent(type: 'region' | 'language', code: string): boolean {
  const tag = type === 'region' ? `und-${code}` : code;
  return Intl.getCanonicalLocales(tag)[0] === tag;
}

const countries = named(
  'region',
  pairs.map((pair) => pair.toUpperCase()).filter((code) => !notCountries.has(code)),
);
const countryNames = new Map(
  Object.entries({
    fra: 'FR',
    francemetropolitaine: 'FR',
    bel: 'BE',
    deu: 'DE',
    allemagnefederale: 'DE',
    esp: 'ES',
    ita: 'IT',
    che: 'CH',
    lux: 'LU',
    nld: 'NL',
    hollande: 'NL',
    holland: 'NL',
    gbr: 'GB',
    uk: 'GB',
    grandebretagne: 'GB',
    greatbritain: 'GB',
    angleterre: 'GB',
    england: 'GB',
    ecosse: 'GB',
    usa: 'US',
    etatsunisdamerique: 'US',
    unitedstatesofamerica: 'US',
    prt: 'PT',
    irl: 'IE',
    pol: 'PL',
    mar: 'MA',
    tun: 'TN',
    dza: 'DZ',
    can: 'CA',
    republiquetcheque: 'CZ',
    czechrepublic: 'CZ',
    coreedusud: 'KR',
    southkorea: 'KR',
    emiratsarabesunis: 'AE',
    reunion: 'RE',
    hongkong: 'HK',
    cotedivoire: 'CI',
    ivorycoast: 'CI',
    turquie: 'TR',
    turkey: 'TR',
    russie: 'RU',
    chine: 'CN',
  }),
);

/** ISO 3166-1 alpha-2. */
export function countryCode(text: string): string | undefined {
  const folded = fold(text);
  return countryNames.get(folded) ?? countries.get(folded);
}

const languages = named('language', pairs);
const languageNames = new Map(
  Object.entries({
    fra: 'fr',
    fre: 'fr',
    eng: 'en',
    deu: 'de',
    ger: 'de',
    spa: 'es',
    ita: 'it',
    nld: 'nl',
    dut: 'nl',
    por: 'pt',
  }),
);

/** ISO 639-1; `fr-FR` and `fr_FR` count as `fr`. */
export function languageCode(text: string): string | undefined {
  const folded = fold(/^[a-z]{2}[-_][a-z]{2}$/i.test(text) ? text.slice(0, 2) : text);
  return languageNames.get(folded) ?? languages.get(folded);
}

const yes = new Set(['1', 'oui', 'o', 'true', 'vrai', 'x', 'yes', 'y', 'actif', 'active', 'on']);
const no = new Set(['0', 'non', 'n', 'false', 'faux', 'no', 'inactif', 'inactive', 'off']);

export function truth(text: string): boolean | undefined {
  const folded = fold(text);
  return yes.has(folded) || text === '-1' || text === '✓' ? true : no.has(folded) ? false : undefined;
}

const types: Readonly<Record<EntryType, string>> = {
  invoice: 'fac fact facture factures fa invoice inv facturedoit doit rv dr',
  credit_note: 'avo av avoir avoirs creditnote credit cn creditmemo dg',
  payment: 'rgl reg rglt reglement reglements paiement payment pay pmt encaissement virement cheque dz',
  draft: 'trt dpa traite traites effet effets lcr billetaordre draft billofexchange',
  misc: 'od divers operationdiverse operationsdiverses ods misc miscellaneous other autre an anouveau anouveaux',
};
const typesByName = new Map(
  entryTypes.flatMap((type) => [
    [fold(type), type] as const,
    ...types[type].split(' ').map((name) => [name, type] as const),
  ]),
);

/** A tenant's own codes come first, compared as they are and then folded. */
export function entryTypeReader(
  own: Readonly<Record<string, EntryType>> = {},
): (text: string) => EntryType | undefined {
  const exact = new Map(Object.entries(own));
  const folded = new Map(Object.entries(own).map(([code, type]) => [fold(code), type]));
  return (text) => exact.get(text) ?? folded.get(fold(text)) ?? typesByName.get(fold(text));
}
