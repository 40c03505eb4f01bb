import type { Language } from '../model/tenant.ts';

/** The clock of the people we write to: days and usual times are those of Paris. */
const timeZone = 'Europe/Paris';
const MINUTE = 60_000;

const parts = new Intl.DateTimeFormat('en-CA', {
  ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
});

/** A day as `2026-11-24`, and the minutes since its midnight. */
export interface LocalTime {
  day: string;
  minutes: number;
}

export function localTime(at: Date): LocalTime {
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  const { year = '', month = '', day = '', hour = '', minute = '' } = found;
  return { day: `${year}-${month}-${day}`, minutes: Number(hour) * 60 + Number(minute) };
}

/** The instant of a local time; a time that a change of clocks skips is that much later, one that it doubles the first. */
export function instantOf({ day, minutes }: LocalTime): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE;
  const offsetAt = (ms: number): number => {
    const local = localTime(new Date(ms));
    return Date.parse(`${local.day}T00:00:00Z`) + local.minutes * MINUTE - Math.floor(ms / MINUTE) * MINUTE;
  };
  const before = asUtc - offsetAt(asUtc - 1440 * MINUTE);
  const after = asUtc - offsetAt(asUtc + 1440 * MINUTE);
  const meant = ({ day: d, minutes: m }: LocalTime) => Date.parse(`${d}T00:00:00Z`) + m * MINUTE === asUtc;
  return new Date([before, after].find((ms) => meant(localTime(new Date(ms)))) ?? before);
}

/** `2026-11-24` and -1 → `2026-11-23`. */
export function dayPlus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 1440 * MINUTE).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

const locale = (language: Language): string => (language === 'fr' ? 'fr-FR' : 'en-GB');

/** `24 novembre 2026 à 07:30`. */
export const momentText = (language: Language, at: Date): string =>
  new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at);

/** `mardi 24 novembre 2026`. */
export const dayText = (language: Language, day: string): string =>
  new Intl.DateTimeFormat(locale(language), { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

/** `07:40`. */
export const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
