import type { Language } from '../../model/tenant.ts';

const locales: Readonly<Record<Language, string>> = { fr: 'fr-FR', en: 'en-GB' };

const cached = <T>(make: (language: Language) => T): ((language: Language) => T) => {
  const made = new Map<Language, T>();
  return (language) => {
    const known = made.get(language) ?? make(language);
    made.set(language, known);
    return known;
  };
};

const integers = cached((language) => new Intl.NumberFormat(locales[language], { maximumFractionDigits: 0 }));
const plurals = cached((language) => new Intl.PluralRules(locales[language]));
const relative = cached(
  (language) => new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto', style: 'long' }),
);

/** `12034` → `12 034` in French. */
export const number = (language: Language, value: number): string => integers(language).format(value);

/** A share between 0 and 1: `0.0213` → `2,1 %`. */
export const share = (language: Language, value: number): string =>
  new Intl.NumberFormat(locales[language], { style: 'percent', maximumFractionDigits: value < 0.1 ? 2 : 0 }).format(
    value,
  );

/**
 * The noun that goes with a number: French has one form for 0 and 1, another from 2 on, and `de` after whole millions
 * (CLDR's `many`).
 */
export function counted(language: Language, value: number, one: string, other: string): string {
  const form = plurals(language).select(value);
  const noun = form === 'one' ? one : other;
  const de = form === 'many' ? (/^[aeiouyéèêàâîôûh]/i.test(noun) ? 'd’' : 'de ') : '';
  return `${number(language, value)} ${de}${noun}`;
}

/**
 * An amount as the API has it, `-1234567.89`, with the marks of the language and all of its digits: no binary number could
 * hold them.
 */
export function amount(language: Language, value: string, currency?: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === '') return value;
  const space = '\u202f';
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language === 'fr' ? space : ',');
  const digits = `${sign === '' ? '' : '\u2212'}${grouped}${fraction === '' ? '' : (language === 'fr' ? ',' : '.') + fraction}`;
  return currency === undefined ? digits : `${digits}\u00a0${currency === 'EUR' ? '€' : currency}`;
}

/** Bytes, in units of 1000: `1,2 Mo`, `1.2 MB`. */
export function bytes(language: Language, value: number): string {
  const units = language === 'fr' ? ['o', 'ko', 'Mo', 'Go', 'To'] : ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  const digits = new Intl.NumberFormat(locales[language], { maximumFractionDigits: power === 0 ? 0 : 1 });
  return `${digits.format(value / 1000 ** power)}\u00a0${units[power] ?? ''}`;
}

/** How long something took or takes, from milliseconds: `8,4 s`, `2 min 5 s`. */
export function duration(language: Language, ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60)
    return `${new Intl.NumberFormat(locales[language], { maximumFractionDigits: seconds < 10 ? 1 : 0 }).format(seconds)}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min ${Math.floor(seconds % 60)}\u00a0s`;
  return `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}

/** A moment whole, in a zone: `29 novembre 2026 à 06:31:02 UTC+1`. */
export const moment = (language: Language, iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeStyle: 'long', timeZone }).format(new Date(iso));

/** A day as the data has it, `2026-02-13`, which is in no zone. */
export const day = (language: Language, iso: string): string =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${iso}T00:00:00Z`),
  );

/** The day of a moment that is the server's own, such as the end of a certificate: `3 mars 2029`. */
export const longDay = (language: Language, date: Date): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(date);

/** How long ago, or in how long: `il y a 12 minutes`. */
export function ago(language: Language, iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const size = Math.abs(seconds);
  const in_ = (unit: Intl.RelativeTimeFormatUnit, length: number) =>
    relative(language).format(Math.round(seconds / length), unit);
  if (size < 60) return in_('second', 1);
  if (size < 3600) return in_('minute', 60);
  if (size < 86_400) return in_('hour', 3600);
  return in_('day', 86_400);
}
