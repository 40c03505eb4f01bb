import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDate } from '../../src/validate/cells/date.ts';
import { dateColumn } from '../../src/validate/cells/date-column.ts';
import { dateNumberOf, dateOfSerial } from '../../src/validate/cells/calendar.ts';
import { dated, entry, today } from './support.ts';

function read(text: string, column = dateColumn(today)): number {
  const bytes = Buffer.from(text);
  return readDate(bytes, 0, bytes.length, column);
}

describe('a date is read in every form that accounting software writes', () => {
  it.each([
    '20260131',
    '31/01/2026',
    '31-01-2026',
    '31.01.2026',
    '31/1/2026',
    '31-01-26',
    '31/01/26',
    '310126',
    '31012026',
    '2026-01-31',
    '2026/01/31',
    '2026-01-31T10:00:00',
    '2026-01-31T10:00:00.000Z',
    '2026-01-31 10:00:00+02:00',
    // Midnight in France, written in UTC.
    '2026-01-30T23:00:00.000Z',
    '31/01/2026 00:00:00',
    '31/01/2026 12:00 AM',
    '20260131 10:00',
    '20260131100000',
    '31 janv. 2026',
    '31-Jan-26',
    '31 janvier 2026',
    'January 31, 2026',
    '46053',
    '46053.75',
    '46053,75',
  ])('%j', (text) => {
    expect(read(text)).toBe(20260131);
  });

  it('with the first zero lost, as a spreadsheet loses it', () => {
    expect(read('10126')).toBe(20260101);
    expect(read('1012026')).toBe(20260101);
    expect(read('1/2/2026')).toBe(20260201);
    expect(read('15/08/95')).toBe(19950815);
  });

  it('the day that it is in France where a program wrote its midnight in UTC', () => {
    expect(read('2026-07-31T22:00:00Z')).toBe(20260801);
    expect(read('2025-12-31T23:00Z')).toBe(20260101);
    expect(read('2026-01-30T23:00:00')).toBe(20260131);
    expect(read('2026-01-30T23:15:00Z')).toBe(20260130);
    expect(read('2026-01-30T22:59:59Z')).toBe(20260130);
  });

  it.each([
    '00000000',
    '0',
    '00/00/0000',
    '0000-00-00',
    '01/01/1900',
    '1900-01-00',
    '1753-01-01',
    '01/01/1753',
    '30/12/1899',
    '0001-01-01',
    '31/12/9999',
    '/  /',
    '__/__/____',
  ])('none: %j', (text) => {
    expect(read(text)).toBe(0);
  });

  it.each([
    '31/02/2026',
    '29/02/2025',
    '2026-13-01',
    '99999999',
    '32/01/2026',
    '12',
    '123',
    'demain',
    '31/01',
    '31/01/2026x',
    '31/01/026',
    '1.5',
    '31//01/2026',
    '4123456789',
  ])('unreadable: %j', (text) => {
    expect(read(text)).toBe(-1);
  });

  it('from serials of either system, on every day', () => {
    expect(read('44591', dateColumn(today, { date1904: true }))).toBe(20260131);
    fc.assert(
      fc.property(fc.integer({ min: 33000, max: 73000 }), (serial) => {
        expect(dateOfSerial(serial)).toBe(dateNumberOf(new Date(Date.UTC(1899, 11, 30 + serial))));
      }),
    );
  });

  it('and the same day comes back from each notation of it', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }), (day) => {
        const iso = day.toISOString().slice(0, 10);
        const [year = '', month = '', date = ''] = iso.split('-');
        for (const text of [
          iso,
          `${date}/${month}/${year}`,
          `${date}.${month}.${year}`,
          year + month + date,
          date + month + year,
        ])
          expect(read(text)).toBe(Number(year + month + date));
      }),
    );
  });
});

describe('day first or month first is decided for the whole column', () => {
  const dates = (outcome: ReturnType<typeof dated>) => outcome.rows.map(({ entry_date }) => entry_date);

  it('by a date that only one order allows', () => {
    expect(dates(dated(['03/04/2026', '25/04/2026']))).toEqual(['2026-04-03', '2026-04-25']);
    expect(dates(dated(['03/04/2026', '04/25/2026']))).toEqual(['2026-03-04', '2026-04-25']);
    expect(dates(dated(['25-04-03', '26-04-13', '99-12-31']))).toEqual(['2025-04-03', '2026-04-13', '1999-12-31']);
  });

  it('by the majority where dates contradict one another, and the others are rejected', () => {
    const outcome = dated(['04/25/2026', '04/26/2026', '25/04/2026', '03/04/2026']);
    expect(dates(outcome)).toEqual(['2026-04-25', '2026-04-26', '2026-03-04']);
    expect(outcome.refused).toEqual(['invalid_date entry_date']);
  });

  it('by the other date columns of the file', () => {
    const outcome = entry({ Échéance: '04/25/2026' }, { rows: [['C1', 'F1', '03/04/2026', '1,00', '04/25/2026']] });
    expect(outcome.rows[0]).toMatchObject({ entry_date: '2026-03-04', due_date: '2026-04-25' });
  });

  it('as day first where nothing says it, and the report says so', () => {
    const outcome = dated(['03/04/2026']);
    expect(dates(outcome)).toEqual(['2026-04-03']);
    expect(outcome.warned).toEqual(['ambiguous_dates entry_date']);
  });

  it('by the mapping', () => {
    expect(dates(dated(['03/04/2026'], { dateOrder: 'mdy' }))).toEqual(['2026-03-04']);
    expect(dates(dated(['260403'], { dateOrder: 'ymd' }))).toEqual(['2026-04-03']);
  });

  it('and so are five digits, which may be a serial or a day without its zero', () => {
    expect(dates(dated(['41212', '46053']))).toEqual(['2012-10-30', '2026-01-31']);
    expect(dates(dated(['41212', '311212']))).toEqual(['2012-12-04', '2012-12-31']);
  });
});

describe('a date has to be plausible', () => {
  it('for an entry: from 1990 until two years from today', () => {
    expect(dated(['01/01/1990', '15/06/2028']).rows).toHaveLength(2);
    expect(dated(['31/12/1989', '16/06/2028', '31/12/2199']).refused).toEqual(
      Array(3).fill('date_out_of_range entry_date'),
    );
    expect(dated(['']).refused).toEqual(['missing_value entry_date']);
    expect(dated(['01/01/1900']).refused).toEqual(['missing_value entry_date']);
  });

  it('while a bad due date is left out, and one before the entry is kept; both with a warning', () => {
    expect(entry({ Échéance: '31/02/2026' })).toMatchObject({
      rows: [{ due_date: null }],
      warned: ['invalid_date due_date'],
    });
    expect(entry({ Échéance: '30/01/2026' })).toMatchObject({
      rows: [{ due_date: '2026-01-30' }],
      warned: ['due_before_entry due_date'],
    });
    expect(entry({ Échéance: '' })).toMatchObject({ rows: [{ due_date: null }], warned: [] });
    expect(entry({ Échéance: '28/02/2031' })).toMatchObject({ rows: [{ due_date: '2031-02-28' }], warned: [] });
  });
});
