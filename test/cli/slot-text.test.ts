import { expect, it } from 'vitest';
import { scheduleText, slotOf, slotText } from '../../src/cli/slot-text.ts';

it.each([
  ['mon-fri 06:30', { days: [1, 2, 3, 4, 5], time: '06:30' }, 'mon-fri 06:30'],
  ['Sat,SUN 20:00', { days: [6, 7], time: '20:00' }, 'sat,sun 20:00'],
  ['daily 00:00', { days: [1, 2, 3, 4, 5, 6, 7], time: '00:00' }, 'daily 00:00'],
  ['fri-mon 23:59', { days: [1, 5, 6, 7], time: '23:59' }, 'mon,fri-sun 23:59'],
  [' mon,mon-wed,fri  05:05 ', { days: [1, 2, 3, 5], time: '05:05' }, 'mon-wed,fri 05:05'],
])('reads %j, and writes it for people', (text, slot, written) => {
  expect(slotOf(text)).toEqual(slot);
  expect(slotText(slotOf(text) ?? { days: [], time: '' })).toBe(written);
});

it.each(['', '06:30', 'mon', 'mon 6:30', 'mon 24:00', 'lundi 06:30', 'mon- 06:30', 'mon-fri-sun 06:30', 'mon 06:30 x'])(
  'refuses %j',
  (text) => {
    expect(slotOf(text)).toBeUndefined();
  },
);

it('tells a schedule in one line, with its next run', () => {
  const schedule = {
    slots: [{ days: [1, 2, 3, 4, 5], time: '06:30' } as const].map(({ days, time }) => ({ days: [...days], time })),
    ...{ cron: '0 12 1 * *', timeZone: 'Europe/Paris', lastSlot: null, nextRun: '2026-11-27T05:30:00.000Z' },
  };
  expect(scheduleText({ ...schedule, enabled: true })).toBe(
    'mon-fri 06:30; cron "0 12 1 * *" (Europe/Paris), next 2026-11-27T05:30:00.000Z',
  );
  expect(scheduleText({ ...schedule, enabled: false })).toMatch(/\(Europe\/Paris\), off$/);
  expect(scheduleText(undefined)).toBe('none');
});
