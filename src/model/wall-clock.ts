/** The wall clock of a time zone, as milliseconds since 1970 that would show its hands if they were UTC. Pure. */
export type Wall = number;

/** Where ledgers are kept and people live, unless somebody says otherwise. */
export const usualZone = 'Europe/Paris';

const DAY = 86_400_000;
const MINUTE = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that is unknown here */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(zone, format);
  return format;
}

/** Whether it is the IANA name of a time zone, such as Europe/Paris. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the wall clock shows at an instant, in whole seconds. */
export function wallAt(zone: string, instant: number): Wall {
  const parts = formatOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/**
 * The instant at which the wall clock shows a time: the first, where the clock is put back and shows it twice; where it
 * is put forward over it, the moment of that change. Never falls as the wall clock's time grows.
 */
export function instantOf(zone: string, wall: Wall): number {
  const offset = (instant: number) => wallAt(zone, instant) - instant;
  const [before, after] = [offset(wall - DAY), offset(wall + DAY)];
  const shows = [wall - before, wall - after].filter((instant) => wallAt(zone, instant) === wall);
  if (shows.length > 0) return Math.min(...shows);
  let [low, high] = [wall - after, wall - before];
  while (high - low > MINUTE) {
    const middle = low + Math.floor((high - low) / MINUTE / 2) * MINUTE;
    if (offset(middle) === after) high = middle;
    else low = middle;
  }
  return high;
}
