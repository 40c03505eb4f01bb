import { expect, it } from 'vitest';
import type { ArrivalDay } from '../../src/db/queries/uploads/arrival-days.ts';
import { isFrenchHoliday } from '../../src/notify/french-holidays.ts';
import { missingEventData, missingNow } from '../../src/notify/expected.ts';
import { dayPlus, instantOf, localTime, weekdayOf } from '../../src/notify/paris.ts';
import { notifyTasks } from '../../src/notify/tasks.ts';
import { openBench } from '../sync/pipeline.ts';
import { depsOver } from './world.ts';

const at = (day: string, time: string) => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return instantOf({ day, minutes: hours * 60 + minutes });
};

/** One arrival a day in the weeks before a day, on the given weekdays. */
function history(before: string, days: number, minutes: (day: string) => number | undefined): ArrivalDay[] {
  return Array.from({ length: days }, (_, i) => dayPlus(before, -i - 1)).flatMap((day) => {
    const came = minutes(day);
    return came === undefined ? [] : [{ tenant: 'acme', dataset: 'ecritures' as const, day, minutes: came }];
  });
}

const workingDay = (day: string) => weekdayOf(day) >= 1 && weekdayOf(day) <= 5;
const daily = (day: string) => (workingDay(day) ? 400 + weekdayOf(day) * 10 : undefined);

it('misses a daily dataset an hour after its latest usual time of that weekday, and not before', () => {
  const tuesday = '2026-11-24';
  const arrivals = history(tuesday, 42, daily);
  expect(missingNow(arrivals, at(tuesday, '07:59'))).toEqual([]);
  expect(missingNow(arrivals, at(tuesday, '08:00'))).toEqual([
    { tenant: 'acme', dataset: 'ecritures', day: tuesday, usualBy: '07:00', deadline: at(tuesday, '08:00') },
  ]);
  const came = { tenant: 'acme', dataset: 'ecritures', day: tuesday, minutes: 300 } as const;
  expect(missingNow([...arrivals, came], at(tuesday, '23:00'))).toEqual([]);
});

it('awaits nothing on a weekday on which it does not come, nor on a holiday', () => {
  const arrivals = history('2026-11-22', 60, daily);
  for (const day of ['2026-11-21', '2026-11-22'])
    expect(missingNow(history(day, 60, daily), at(day, '23:59')).filter((each) => each.day === day)).toEqual([]);
  expect(missingNow(arrivals, at('2026-11-22', '12:00'))).toEqual([]);
  const armistice = '2026-11-11';
  expect(missingNow(history(armistice, 60, daily), at(armistice, '23:59'))).toEqual([]);
});

it('learns only from what is regular: four of the last five of a weekday, holidays left out', () => {
  const tuesday = '2026-11-24';
  const without = (...missed: string[]) =>
    history(tuesday, 60, (day) => (missed.includes(day) ? undefined : daily(day)));
  const now = at(tuesday, '12:00');
  expect(missingNow(without('2026-11-17'), now)).toHaveLength(1);
  expect(missingNow(without('2026-11-17', '2026-11-10'), now)).toEqual([]);
  expect(missingNow(history(tuesday, 27, daily), now)).toEqual([]);
  // Wednesday 11 November is a holiday: the Wednesdays around it count.
  const wednesday = '2026-11-25';
  const regular = history(wednesday, 60, (day) => (isFrenchHoliday(day) ? undefined : daily(day)));
  expect(missingNow(regular, at(wednesday, '12:00'))).toMatchObject([{ day: wednesday }]);
});

it('awaits a nightly dataset whose hour ends after midnight until the next day', () => {
  const tuesday = '2026-11-24';
  const arrivals = history(tuesday, 60, (day) => (workingDay(day) ? 23 * 60 + 30 : undefined));
  expect(missingNow(arrivals, at(tuesday, '23:59'))).toEqual([]);
  expect(missingNow(arrivals, at('2026-11-25', '00:30'))).toMatchObject([{ day: tuesday, usualBy: '23:30' }]);
});

it('keeps the clock of Paris across both changes of time', () => {
  const arrivals = (day: string) => history(day, 60, daily);
  // Monday after the end of summer time (25 October 2026), and after its beginning (29 March 2026).
  expect(missingNow(arrivals('2026-10-26'), new Date('2026-10-26T06:49:00Z'))).toEqual([]);
  expect(missingNow(arrivals('2026-10-26'), new Date('2026-10-26T06:50:00Z'))).toHaveLength(1);
  expect(missingNow(arrivals('2026-03-30'), new Date('2026-03-30T05:49:00Z'))).toEqual([]);
  expect(missingNow(arrivals('2026-03-30'), new Date('2026-03-30T05:50:00Z'))).toHaveLength(1);
});

it('says it in both languages', () => {
  const [missing] = missingNow(history('2026-11-24', 42, daily), at('2026-11-24', '09:00'));
  expect(missing && missingEventData(missing)).toEqual({
    ...{ tenant: 'acme', dataset: 'ecritures', day: '2026-11-24', usualBy: '07:00' },
    deadline: '2026-11-24T07:00:00.000Z',
    reason: {
      code: 'expected_missing',
      fr: 'Le fichier des écritures n’est pas arrivé : le mardi, il vient d’habitude avant 07:00.',
      en: 'The file of entries did not come: on a Tuesday it usually comes before 07:00.',
    },
    links: { uploads: '/v1/tenants/acme/uploads' },
  });
});

it('knows the holidays of France, those that move included', () => {
  const moving = ['2026-04-06', '2026-05-14', '2026-05-25', '2027-03-29', '2024-05-09', '2038-04-26', '2000-06-12'];
  expect(moving.filter((day) => !isFrenchHoliday(day))).toEqual([]);
  expect(['2026-04-05', '2026-12-26', '2026-04-07', '2027-05-13'].filter(isFrenchHoliday)).toEqual([]);
});

it('takes a local time that is skipped as later, and one that is doubled as the first', () => {
  expect(instantOf({ day: '2026-03-29', minutes: 150 }).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  expect(instantOf({ day: '2026-10-25', minutes: 150 }).toISOString()).toBe('2026-10-25T00:30:00.000Z');
  expect(instantOf({ day: '2026-07-14', minutes: 450 }).toISOString()).toBe('2026-07-14T05:30:00.000Z');
  expect(localTime(new Date('2026-01-01T23:00:00Z'))).toEqual({ day: '2026-01-02', minutes: 0 });
});

it('learns from the uploads of a tenant and tells once for each day, an FEC as écritures alone', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  await bench.tenant('other');
  const fec = (week: number) =>
    [
      'JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise',
      `VE\tVentes\t${week}\t20261101\t411000\tClients\tC1\tDupont\tF${week}\t20261101\tFacture\t10,00\t0,00\t\t\t20261101\t\t`,
      '',
    ].join('\r\n');
  for (let week = 5; week >= 1; week--) {
    bench.clock.now = at(dayPlus('2026-11-24', -7 * week), '06:30');
    await bench.send('acme', '123456789FEC20261231.txt', fec(week));
    await bench.send('other', 'clients.csv', `Code client;Raison sociale\r\nC1;Dupont ${week}\r\n`);
    for (const tenant of ['acme', 'other']) await bench.advance(tenant);
  }
  const look = async (time: string) => {
    bench.clock.now = at('2026-11-24', time);
    const deps = depsOver(bench.database, { now: () => bench.clock.now });
    await notifyTasks(deps)(new AbortController().signal)['expected']?.({}, undefined as never);
    return bench.rows(`select tenant_id as tenant, data->>'dataset' as dataset, data->>'day' as day from events
      where type = 'upload.expected_missing' order by tenant_id`);
  };
  expect(await look('07:00')).toEqual([]);
  await bench.send('other', 'clients.csv', 'Code client;Raison sociale\r\nC1;Dupont et fils\r\n');
  const told = [{ tenant: 'acme', dataset: 'ecritures', day: '2026-11-24' }];
  expect(await look('07:45')).toEqual(told);
  expect(await look('08:00')).toEqual(told);
  await bench.advance('other');
  expect(await look('20:00')).toEqual(told);
});
