import type { Language } from '../model/tenant.ts';
import * as clock from '../model/wall-clock.ts';

/** The clock of the people we write to: days and usual times are those of Paris. */
const timeZone = clock.usualZone;
const MINUTE = 60_000;

/** A day as `2026-11-24`, and the minutes since its midnight. */
export interface LocalTime {
  day: string;
  minutes: number;
}

const midnight = (day: string): clock.Wall => Date.parse(`${day}T00:00:00Z`);

export function localTime(at: Date): LocalTime {
  const wall = clock.wallAt(timeZone, at.getTime());
  const day = new Date(wall).toISOString().slice(0, 10);
  return { day, minutes: Math.floor((wall - midnight(day)) / MINUTE) };
}

/** The instant of a local time; a time that a change of clocks skips is that much later, one that it doubles the first. */
export function instantOf({ day, minutes }: LocalTime): Date {
  const wall = midnight(day) + minutes * MINUTE;
  const instant = clock.instantOf(timeZone, wall);
  if (clock.wallAt(timeZone, instant) === wall) return new Date(instant);
  // The moment of the change: what the clock had come to then, plus what is missing.
  return new Date(instant + wall - MINUTE - clock.wallAt(timeZone, instant - MINUTE));
}

/** `2026-11-24` and -1 → `2026-11-23`. */
export function dayPlus(day: string, days: number): string {
  return new Date(midnight(day) + days * 1440 * MINUTE).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export const weekdayOf = (day: string): number => new Date(midnight(day)).getUTCDay();

const locale = (language: Language): string => (language === 'fr' ? 'fr-FR' : 'en-GB');

/** `24 novembre 2026 à 07:30`. */
export const momentText = (language: Language, at: Date): string =>
  new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at);

/** `mardi 24 novembre 2026`. */
export const dayText = (language: Language, day: string): string =>
  new Intl.DateTimeFormat(locale(language), { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(midnight(day)));

/** `07:40`. */
export const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
