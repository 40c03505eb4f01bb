import { dayPlus } from './paris.ts';

const FIXED = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];
/** Days after Easter Sunday: Easter Monday, Ascension, Whit Monday. */
const AFTER_EASTER = [1, 39, 50];

/** Whether a day such as `2026-05-14` is a public holiday in France (Code du travail, art. L3133-1). */
export function isFrenchHoliday(day: string): boolean {
  const easter = easterOf(Number(day.slice(0, 4)));
  return FIXED.includes(day.slice(5)) || AFTER_EASTER.some((days) => dayPlus(easter, days) === day);
}

/** The Gregorian Easter Sunday, by the algorithm of Meeus, Jones and Butcher (Nature, 1876). */
function easterOf(year: number): string {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const leapLess = Math.floor((century + 8) / 25);
  const moonLess = Math.floor((century - leapLess + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonLess + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * correction + 114;
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${pad(Math.floor(days / 31))}-${pad((days % 31) + 1)}`;
}
