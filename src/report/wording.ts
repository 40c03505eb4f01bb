import type { Language } from '../model/tenant.ts';

/** How numbers, sizes, times and lists are written in the reader's language. */

const locale = (language: Language): string => (language === 'fr' ? 'fr-FR' : 'en-GB');

export const number = (language: Language, value: number): string =>
  new Intl.NumberFormat(locale(language)).format(value);

/** An amount as exact decimal text → `−1 234,50`, whatever its size. */
export function money(language: Language, amount: string): string {
  const [whole = '0', cents = '00'] = amount.replace('-', '').split('.');
  const mark = language === 'fr' ? ',' : '.';
  const grouped = new Intl.NumberFormat(locale(language)).format(BigInt(whole));
  return `${amount.startsWith('-') ? '−' : ''}${grouped}${mark}${cents}`;
}

/** `0.452` → `45,2 %`. */
export const share = (language: Language, value: number): string =>
  new Intl.NumberFormat(locale(language), { style: 'percent', maximumFractionDigits: 1 }).format(value);

/** `12 345 678` → `12,3 Mo`. */
export function size(language: Language, bytes: number): string {
  const units = language === 'fr' ? ['octets', 'ko', 'Mo', 'Go'] : ['bytes', 'kB', 'MB', 'GB'];
  const power = Math.min(3, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = new Intl.NumberFormat(locale(language), { maximumFractionDigits: 1 }).format(bytes / 1000 ** power);
  return `${value} ${units[power] ?? ''}`;
}

/** Milliseconds → `0,4 s`, `2 min 5 s`. */
export function duration(language: Language, ms: number): string {
  if (ms < 60_000) {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return `${new Intl.NumberFormat(locale(language), digits).format(ms / 1000)} s`;
  }
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `24 novembre 2026 à 08:15 UTC`: in UTC, since the reader's clock is not known here. */
export function moment(language: Language, time: Date): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(locale(language), options).format(time)} UTC`;
}

/** `clients, contacts et écritures`. */
export const list = (language: Language, items: readonly string[]): string =>
  new Intl.ListFormat(locale(language), { type: 'conjunction' }).format(items);

/** Picks the form for a count; French says `0 ligne`, English `0 lines`. */
export function counted(language: Language, count: number, one: string, many: string): string {
  const single = new Intl.PluralRules(locale(language)).select(count) === 'one';
  return `${number(language, count)} ${single ? one : many}`;
}
