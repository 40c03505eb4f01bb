import { Cron } from 'croner';
import type { Schedule, Slot, Weekday } from '../model/schedule.ts';
import { instantOf, wallAt, type Wall } from '../model/wall-clock.ts';

const DAY = 86_400_000;

/**
 * When a schedule fires next after an instant, null for never. Slots and the cron expression are times on the wall
 * clock: one that a change of time skips fires at the change, one that it doubles fires at the first. Pure.
 * @throws RangeError for an unknown time zone; TypeError for an expression that `isCron` refuses
 */
export function nextRun(schedule: Schedule, after: Date): Date | null {
  if (!schedule.enabled) return null;
  const { slots, cron, timeZone } = schedule;
  const times = slots.map((slot) => nextOfSlot(slot, timeZone, after.getTime()));
  if (cron !== null) times.push(nextOfCron(cron, timeZone, after.getTime()));
  const next = Math.min(...times);
  return Number.isFinite(next) ? new Date(next) : null;
}

/**
 * Whether it is a cron expression of five fields (minute, hour, day of the month, month, day of the week) that fires some
 * day: 30 February never comes.
 */
export function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    return openCron(text).nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

function nextOfSlot({ days, time }: Slot, zone: string, after: number): number {
  const today = Math.floor(wallAt(zone, after) / DAY) * DAY;
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  // A week and a day: today's time may be over.
  for (let day = 0; day <= 7; day++) {
    const wall = today + day * DAY;
    if (!days.includes(weekdayOf(wall))) continue;
    const instant = instantOf(zone, wall + (hours * 60 + minutes) * 60_000);
    if (instant > after) return instant;
  }
  return Infinity;
}

/** 1 January 1970 was a Thursday. */
const weekdayOf = (wall: Wall): Weekday => (((Math.floor(wall / DAY) + 3) % 7) + 1) as Weekday;

const openCron = (text: string): Cron => new Cron(text.trim(), { timezone: 'UTC', mode: '5-part' });

/** The expression is asked about the wall clock: left to itself it would leave out what a change of time skips. */
function nextOfCron(text: string, zone: string, after: number): number {
  const cron = openCron(text);
  let wall: Date | null = new Date(wallAt(zone, after));
  while ((wall = cron.nextRun(wall))) {
    const instant = instantOf(zone, wall.getTime());
    if (instant > after) return instant;
  }
  return Infinity;
}
