import type { Schedule, Slot, Weekday } from '../model/schedule.ts';

/** The grammar of slots: `mon-fri 06:30`, `mon,wed 20:00`, `daily 05:00`. Pure. */

const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAILY = 'daily';

/** @returns undefined for what is no slot */
export function slotOf(text: string): Slot | undefined {
  const found = /^\s*(\S+)\s+([01]\d|2[0-3]):([0-5]\d)\s*$/.exec(text.toLowerCase());
  const days = found?.[1] === undefined ? undefined : daysOf(found[1]);
  return days && { days, time: `${found?.[2]}:${found?.[3]}` };
}

function daysOf(text: string): Weekday[] | undefined {
  if (text === DAILY) return names.map((_, i) => (i + 1) as Weekday);
  const parts = text.split(',').map(rangeOf);
  const days = new Set(parts.flatMap((part) => part ?? []));
  return parts.includes(undefined) ? undefined : [...days].toSorted((a, b) => a - b);
}

/** `fri-mon` goes over the end of the week. */
function rangeOf(text: string): Weekday[] | undefined {
  const [first = '', last = first, ...rest] = text.split('-');
  const [from, to] = [first, last].map((name) => names.findIndex((one) => one === name));
  if (from === undefined || to === undefined || from < 0 || to < 0 || rest.length > 0) return undefined;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => (((from + i) % 7) + 1) as Weekday);
}

export function slotText({ days, time }: Slot): string {
  if (days.length === 7) return `${DAILY} ${time}`;
  const runs: Weekday[][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const name = (day: Weekday | undefined) => names[(day ?? 1) - 1] ?? '';
  const texts = runs.map((run) => (run.length > 2 ? `${name(run[0])}-${name(run.at(-1))}` : run.map(name).join(',')));
  return `${texts.join(',')} ${time}`;
}

/** A schedule in one line, for people. */
export function scheduleText(schedule: (Schedule & { nextRun: string | null }) | null | undefined): string {
  if (!schedule) return 'none';
  const { slots, cron, timeZone, enabled, nextRun } = schedule;
  const times = [...slots.map(slotText), ...(cron === null ? [] : [`cron "${cron}"`])].join('; ') || 'no time';
  return `${times} (${timeZone}), ${enabled ? `next ${nextRun ?? 'never'}` : 'off'}`;
}
