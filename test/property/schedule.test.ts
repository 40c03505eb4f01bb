import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Slot, Weekday } from '../../src/model/schedule.ts';
import { nextRun } from '../../src/queue/schedule.ts';
import { instantOf, wallAt } from '../../src/model/wall-clock.ts';

const DAY = 86_400_000;
const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata', 'UTC'];

const two = (n: number) => String(n).padStart(2, '0');
const slot = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }) as fc.Arbitrary<Weekday>, { minLength: 1 }),
  time: fc.tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`),
});
/** Around both changes of time of the year. */
const start = fc
  .tuple(fc.constantFrom('2026-03-22', '2026-04-20', '2026-09-27', '2026-10-19', '2026-10-28'), fc.nat(7 * DAY))
  .map(([day, ms]) => Date.parse(day) + ms);

const minutesOf = ({ time }: Slot) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

it('runs go on for ever, strictly forward, and no day’s slot is left out or runs twice', () => {
  fc.assert(
    fc.property(
      fc.array(slot, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...zones),
      start,
      (slots, zone, from) => {
        const given = { slots, cron: null, timeZone: zone, enabled: true };
        const until = from + 9 * DAY;
        const found: number[] = [];
        for (let at = from; at <= until;) {
          const next = nextRun(given, new Date(at))?.getTime() ?? NaN;
          expect(next).toBeGreaterThan(at);
          if (next <= until) found.push(next);
          at = next;
        }
        // Day by day on the calendar, without asking `nextRun`.
        const expected = new Set<number>();
        for (let day = Math.floor(from / DAY) * DAY - DAY; day <= until + DAY; day += DAY)
          for (const one of slots) {
            const weekday = (new Date(day).getUTCDay() || 7) as Weekday;
            const instant = instantOf(zone, day + minutesOf(one) * 60_000);
            if (one.days.includes(weekday) && instant > from && instant <= until) expected.add(instant);
          }
        expect(found).toEqual([...expected].toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 150 },
  );
});

it('the instant of a time on the wall clock shows that time, or the first after it that the clock shows', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), start, (zone, ms) => {
      const wall = Math.floor(ms / 60_000) * 60_000;
      const instant = instantOf(zone, wall);
      const shown = wallAt(zone, instant);
      expect(shown).toBeGreaterThanOrEqual(wall);
      if (shown > wall) expect(wallAt(zone, instant - 1000)).toBeLessThan(wall);
      expect(instantOf(zone, wall + 60_000)).toBeGreaterThanOrEqual(instant);
    }),
    { numRuns: 500 },
  );
});
