import { describe, expect, it } from 'vitest';
import type { Schedule, Slot, Weekday } from '../../src/model/schedule.ts';
import { isCron, nextRun } from '../../src/queue/schedule.ts';
import { isTimeZone } from '../../src/model/wall-clock.ts';

const every: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const week: Weekday[] = [1, 2, 3, 4, 5];
const at = (time: string, days = every): Slot => ({ days, time });
const schedule = (slots: Slot[], more: Partial<Schedule> = {}): Schedule => ({
  ...{ slots, cron: null, timeZone: 'Europe/Paris', enabled: true },
  ...more,
});

/** The runs after an instant, as many as asked. */
function runs(given: Schedule, after: string, count: number): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let last = new Date(after);
  for (let i = 0; i < count; i++) {
    const next = nextRun(given, last);
    found.push(next?.toISOString().replace(':00.000Z', 'Z'));
    if (next) last = next;
  }
  return found;
}

describe('slots', () => {
  it('fire on their days, at their time in their zone', () => {
    // A Friday; winter time is one hour ahead of UTC.
    expect(runs(schedule([at('06:30', week)]), '2026-11-27T05:29:59Z', 3)).toEqual([
      '2026-11-27T05:30Z',
      '2026-11-30T05:30Z',
      '2026-12-01T05:30Z',
    ]);
    expect(runs(schedule([at('06:30', [7])], { timeZone: 'America/New_York' }), '2026-11-27T05:30:00Z', 2)).toEqual([
      '2026-11-29T11:30Z',
      '2026-12-06T11:30Z',
    ]);
  });

  it('fire once where several name one moment, and in the order of time', () => {
    const given = schedule([at('20:00'), at('06:30', week), at('06:30', [5])]);
    expect(runs(given, '2026-11-27T00:00:00Z', 3)).toEqual([
      '2026-11-27T05:30Z',
      '2026-11-27T19:00Z',
      '2026-11-28T19:00Z',
    ]);
  });

  it('never fire when there are none, or when they are off', () => {
    expect(nextRun(schedule([]), new Date())).toBeNull();
    expect(nextRun(schedule([at('06:30')], { enabled: false }), new Date())).toBeNull();
  });

  it('keep their time on the wall clock when it changes', () => {
    expect(runs(schedule([at('06:30')]), '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T05:30Z',
      '2026-03-29T04:30Z',
      '2026-03-30T04:30Z',
    ]);
    expect(runs(schedule([at('06:30')]), '2026-10-23T12:00:00Z', 3)).toEqual([
      '2026-10-24T04:30Z',
      '2026-10-25T05:30Z',
      '2026-10-26T05:30Z',
    ]);
  });

  it('fire at the next minute that exists where the clock is put forward over them', () => {
    // 29 March 2026: 01:59 CET is followed by 03:00 CEST.
    expect(runs(schedule([at('02:30')]), '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(runs(schedule([at('02:00'), at('02:59'), at('03:00')]), '2026-03-29T00:30:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ]);
  });

  it('fire once where the clock is put back and shows them twice', () => {
    // 25 October 2026: 02:59 CEST is followed by 02:00 CET.
    expect(runs(schedule([at('02:30')]), '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    expect(runs(schedule([at('02:30')]), '2026-10-25T00:45:00Z', 1)).toEqual(['2026-10-26T01:30Z']);
    expect(runs(schedule([at('03:00')]), '2026-10-25T00:45:00Z', 1)).toEqual(['2026-10-25T02:00Z']);
  });

  it('know zones that move by half an hour, at midnight, or never', () => {
    expect(runs(schedule([at('02:15')], { timeZone: 'Australia/Lord_Howe' }), '2026-10-03T00:00:00Z', 2)).toEqual([
      '2026-10-03T15:30Z',
      '2026-10-04T15:15Z',
    ]);
    expect(runs(schedule([at('00:15')], { timeZone: 'Africa/Cairo' }), '2026-04-23T12:00:00Z', 2)).toEqual([
      '2026-04-23T22:00Z',
      '2026-04-24T21:15Z',
    ]);
    expect(runs(schedule([at('02:30')], { timeZone: 'UTC' }), '2026-03-28T12:00:00Z', 1)).toEqual([
      '2026-03-29T02:30Z',
    ]);
  });
});

describe('a cron expression', () => {
  const cron = (text: string) => schedule([], { cron: text });

  it('is on the wall clock too, also where that changes', () => {
    expect(runs(cron('30 2 * * *'), '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(runs(cron('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
    expect(runs(cron('*/30 * * * *'), '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-25T02:00Z',
      '2026-10-25T02:30Z',
    ]);
  });

  it('stands beside slots', () => {
    expect(runs(schedule([at('06:30')], { cron: '0 12 1 * *' }), '2026-11-30T12:00:00Z', 3)).toEqual([
      '2026-12-01T05:30Z',
      '2026-12-01T11:00Z',
      '2026-12-02T05:30Z',
    ]);
  });

  it('may never come', () => {
    expect(nextRun(cron('0 0 30 2 *'), new Date('2026-01-01'))).toBeNull();
  });

  it('has five fields', () => {
    expect(['30 6 * * 1-5', '*/15 8-18 * * MON-FRI', '0 0 L * *'].map(isCron)).toEqual([true, true, true]);
    const bad = [
      '',
      '0 0 30 2 *',
      '0 0 31 4,6 *',
      '* * * *',
      '0 30 6 * * *',
      '@daily',
      '61 * * * *',
      '2026-01-01T00:00:00',
      'a b c d e',
    ];
    expect(bad.map(isCron)).toEqual(bad.map(() => false));
  });
});

it('knows a time zone by its IANA name', () => {
  expect(['Europe/Paris', 'UTC', 'Paris', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
