import type { Reason } from '../db/queries/events/data.ts';
import type { ArrivalDay } from '../db/queries/uploads/arrival-days.ts';
import { fill } from '../errors.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Language, TenantId } from '../model/tenant.ts';
import { isFrenchHoliday } from './french-holidays.ts';
import { clockText, dayPlus, instantOf, localTime, weekdayOf } from './paris.ts';

/** How many of the same weekdays are looked back on, and on how many of them a dataset must have come. */
const LOOK_BACK = 5;
const AT_LEAST = 4;
/** Weeks in which they are sought; holidays among them do not count. */
const WEEKS = 8;
/** Minutes that are waited after the latest usual time. */
const MARGIN = 60;

/** A dataset that did not come on a day on which it usually does. */
export interface Missing {
  tenant: TenantId;
  dataset: Dataset;
  /** In Paris. */
  day: string;
  /** The latest time of day, in Paris, at which it came on the days before. */
  usualBy: string;
  /** When it was told. */
  deadline: Date;
}

/** Data of `upload.expected_missing`. */
export interface MissingEventData {
  tenant: TenantId;
  dataset: Dataset;
  day: string;
  usualBy: string;
  deadline: string;
  reason: Reason;
  links: { uploads: string };
}

/** Since when arrivals have to be known. */
export const learnsSince = (now: Date): Date =>
  instantOf({ day: dayPlus(localTime(now).day, -7 * WEEKS - 1), minutes: 0 });

/**
 * Pure: what is missing now. Mondays are compared with Mondays: a dataset is awaited where it came on at least four of
 * the last five of the same weekday, by the latest time of day at which it came on one of them, and an hour more.
 * Holidays are neither learned from nor awaited. Whatever came since the beginning of the day is taken for it, late or
 * not.
 */
export function missingNow(arrivals: readonly ArrivalDay[], now: Date): Missing[] {
  const { day: today } = localTime(now);
  const senders = new Map<string, ArrivalDay[]>();
  for (const arrival of arrivals) {
    const key = `${arrival.tenant}/${arrival.dataset}`;
    senders.set(key, [...(senders.get(key) ?? []), arrival]);
  }
  return [...senders.values()].flatMap((all) => {
    const found = [dayPlus(today, -1), today].map((day) => missingOn(day, all, now));
    return found.filter((each) => each !== undefined);
  });
}

function missingOn(day: string, arrivals: readonly ArrivalDay[], now: Date): Missing | undefined {
  const [any] = arrivals;
  const usual = usualMinutes(day, arrivals);
  if (!any || usual === undefined || isFrenchHoliday(day)) return undefined;
  const deadline = instantOf({ day, minutes: usual + MARGIN });
  const came = arrivals.some((each) => each.day >= day);
  const { tenant, dataset } = any;
  return came || now < deadline ? undefined : { tenant, dataset, day, usualBy: clockText(usual), deadline };
}

/** The latest time of day at which it came on such days; undefined where it does not come on each of them. */
function usualMinutes(day: string, arrivals: readonly ArrivalDay[]): number | undefined {
  const same = Array.from({ length: WEEKS }, (_, week) => dayPlus(day, -7 * (week + 1)));
  const looked = same.filter((each) => !isFrenchHoliday(each)).slice(0, LOOK_BACK);
  const times = looked.flatMap((each) => arrivals.find((arrival) => arrival.day === each)?.minutes ?? []);
  return times.length >= AT_LEAST ? Math.max(...times) : undefined;
}

const reasons: Record<Language, string> = {
  fr: 'Le fichier des {dataset} n’est pas arrivé : le {weekday}, il vient d’habitude avant {usualBy}.',
  en: 'The file of {dataset} did not come: on a {weekday} it usually comes before {usualBy}.',
};
const names: Record<Language, Record<Dataset, string>> = {
  fr: { clients: 'clients', contacts: 'contacts', ecritures: 'écritures' },
  en: { clients: 'clients', contacts: 'contacts', ecritures: 'entries' },
};
const weekdays: Record<Language, readonly string[]> = {
  fr: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

/** Pure: the event that tells it. */
export function missingEventData({ deadline, ...missing }: Missing): MissingEventData {
  const say = (language: Language) =>
    fill(reasons[language], {
      ...{ dataset: names[language][missing.dataset], usualBy: missing.usualBy },
      weekday: weekdays[language][weekdayOf(missing.day)] ?? '',
    });
  return {
    ...missing,
    deadline: deadline.toISOString(),
    reason: { code: 'expected_missing', fr: say('fr'), en: say('en') },
    links: { uploads: `/v1/tenants/${missing.tenant}/uploads` },
  };
}
