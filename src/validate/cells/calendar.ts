/** A date as one integer, `20260131`; 0 is none, -1 unreadable. */
export type DateNumber = number;
export const NO_DATE = 0;
export const UNREADABLE = -1;

const lengths = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** What programs write for "no date": the zero of SQL Server, Excel, Access and .NET, and the end of time. */
const nulls = new Set([0, 10101, 17530101, 18991230, 18991231, 19000100, 19000101, 29991231, 99991231]);

/** The date of these parts; `NO_DATE` for one that stands for nothing, `UNREADABLE` for one that does not exist. */
export function dateOf(year: number, month: number, day: number): DateNumber {
  const number = year * 10_000 + month * 100 + day;
  if ((number < 19_010_000 || number > 29_990_000) && nulls.has(number)) return NO_DATE;
  if (month < 1 || month > 12 || day < 1 || day > (lengths[month] as number) || year < 1900 || year > 2999)
    return UNREADABLE;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return UNREADABLE;
  return number;
}

/** The date of a serial in the 1900 system, above 60; days are counted as in H. Hinnant's `civil_from_days`. */
export function dateOfSerial(serial: number): DateNumber {
  const days = serial - 25_569 + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + (dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1);
}

export function dateNumberOf(date: Date): DateNumber {
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

export const dayAfter = (date: DateNumber): DateNumber =>
  dateNumberOf(new Date(Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, (date % 100) + 1)));

/** The last Sunday of a month of 31 days. */
function lastSunday(year: number, month: number): number {
  return 31 - new Date(Date.UTC(year, month - 1, 31)).getUTCDay();
}

/**
 * How far Paris is ahead of UTC when this day begins there, in seconds. Since 1996 clocks change on the last Sundays of
 * March and October (directive 2000/84/EC), at one in the morning UTC: those days begin by the old time.
 */
export function parisOffset(date: DateNumber): number {
  const year = Math.floor(date / 10_000);
  const monthAndDay = date % 10_000;
  return monthAndDay > 300 + lastSunday(year, 3) && monthAndDay <= 1000 + lastSunday(year, 10) ? 7200 : 3600;
}

const months = new Map(
  Object.entries({
    jan: 1,
    janv: 1,
    janvier: 1,
    january: 1,
    fev: 2,
    fevr: 2,
    fevrier: 2,
    feb: 2,
    february: 2,
    mar: 3,
    mars: 3,
    march: 3,
    avr: 4,
    avril: 4,
    apr: 4,
    april: 4,
    mai: 5,
    may: 5,
    juin: 6,
    jun: 6,
    june: 6,
    juil: 7,
    juillet: 7,
    jul: 7,
    july: 7,
    aou: 8,
    aout: 8,
    aug: 8,
    august: 8,
    sep: 9,
    sept: 9,
    septembre: 9,
    september: 9,
    oct: 10,
    octobre: 10,
    october: 10,
    nov: 11,
    novembre: 11,
    november: 11,
    dec: 12,
    decembre: 12,
    december: 12,
  }),
);

/** What is left of a name, folded, whose accented letter was lost or became two others. */
const damaged: Readonly<Record<string, number>> = {
  fvr: 2,
  favr: 2,
  fvrier: 2,
  favrier: 2,
  aot: 8,
  aoat: 8,
  dc: 12,
  dac: 12,
  dcembre: 12,
  dacembre: 12,
};
for (const [name, month] of Object.entries(damaged)) months.set(name, month);

/** The number of a month by its folded French or English name or abbreviation. */
export const monthNumber = (folded: string): number | undefined => months.get(folded);

const weekdays = new Set(
  (
    'lun lundi mar mardi mer mercr mercredi jeu jeudi ven vendr vendredi sam samedi dim dimanche ' +
    'mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday'
  ).split(' '),
);

/** Whether a folded word is a day of the week, French or English; `mar` may be a month, too. */
export const isWeekday = (folded: string): boolean => weekdays.has(folded);
