import { describe, expect, it } from 'vitest';
import { CellKind } from '../../src/model/record.ts';
import { recordOf } from '../../src/validate/columns/record-of.ts';
import { dated, entry, type Input, type Outcome, validateTwice } from './support.ts';

const header = ['Code client', 'N° facture', 'Date facture', 'Échéance', 'Montant TTC'];
const file = (rows: [entry: string, due: string][], options: Partial<Input> = {}): Outcome =>
  validateTwice('ecritures', {
    header,
    rows: rows.map(([entry, due], i) => ['C1', `F${i}`, entry, due, '12,00']),
    ...options,
  });
const dates = ({ rows }: Outcome) => rows.map(({ entry_date }) => entry_date);
const both = ({ rows }: Outcome) => rows.map(({ entry_date, due_date }) => [entry_date, due_date]);
const warning = (outcome: Outcome, code: string) => outcome.result.warnings.filter((found) => found.code === code);

const DAY = 86_400_000;
const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The forms in which programs write a date, by the order of its parts. */
const forms = {
  dmy: [
    (y: string, m: string, d: string) => `${d}/${m}/${y}`,
    (y: string, m: string, d: string) => `${d}-${m}-${y}`,
    (y: string, m: string, d: string) => `${d}.${m}.${y}`,
    (y: string, m: string, d: string) => `${d} ${m} ${y}`,
    (y: string, m: string, d: string) => `${d}${m}${y}`,
    (y: string, m: string, d: string) => `${Number(d)}${m}${y}`,
    (y: string, m: string, d: string) => `${d}/${m}/20${y}`,
    (y: string, m: string, d: string) => `${Number(d)}/${Number(m)}/${y}`,
  ],
  mdy: [
    (y: string, m: string, d: string) => `${m}/${d}/${y}`,
    (y: string, m: string, d: string) => `${m}-${d}-${y}`,
    (y: string, m: string, d: string) => `${m}.${d}.${y}`,
    (y: string, m: string, d: string) => `${m} ${d} ${y}`,
    (y: string, m: string, d: string) => `${m}${d}${y}`,
    (y: string, m: string, d: string) => `${m}/${d}/20${y}`,
    (y: string, m: string, d: string) => `${Number(m)}/${Number(d)}/${y}`,
    (y: string, m: string, d: string) => `${Number(m)}/${Number(d)}/20${y}`,
  ],
  ymd: [
    (y: string, m: string, d: string) => `${y}/${m}/${d}`,
    (y: string, m: string, d: string) => `${y}-${m}-${d}`,
    (y: string, m: string, d: string) => `${y}.${m}.${d}`,
    (y: string, m: string, d: string) => `${y} ${m} ${d}`,
    (y: string, m: string, d: string) => `${y}${m}${d}`,
    (y: string, m: string, d: string) => `20${y}-${m}-${d}`,
    (y: string, m: string, d: string) => `20${y}${m}${d}`,
    (y: string, m: string, d: string) => `20${y}/${m}/${d}`,
  ],
};
const impossible = [
  ['26', '02', '31'],
  ['25', '02', '29'],
  ['26', '04', '31'],
  ['26', '01', '32'],
  ['26', '01', '00'],
] as const;

const mistyped = (write: (y: string, m: string, d: string) => string, i: number): string => {
  const [year, month, day] = impossible[i % impossible.length] ?? impossible[0];
  return write(year, month, day);
};

describe('one impossible date changes nothing for the others', () => {
  const cases = Object.entries(forms).flatMap(([order, writers]) =>
    writers.flatMap((write, form) =>
      [0, 1, 3, 10].map((bad) => ({ order, write, form, bad, size: form === 0 && bad === 3 ? 20_000 : 60 })),
    ),
  );

  it.each(cases)('$order, form $form, $bad of $size', ({ write, bad, size }) => {
    const text = (day: string): string => write(day.slice(2, 4), day.slice(5, 7), day.slice(8, 10));
    const isBad = (i: number): boolean => bad > 0 && i % Math.floor(size / bad) === 3 && i < size - 1;
    const meant = Array.from({ length: size }, (_, i): [string, string] => {
      const day = Date.UTC(2025, 5, 20) + Math.floor((i * 360) / size) * DAY;
      return [iso(day), iso(day + (30 + 15 * (i % 3)) * DAY)];
    });
    const outcome = file(meant.map(([entry, due], i) => [isBad(i) ? mistyped(write, i) : text(entry), text(due)]));
    expect(both(outcome)).toEqual(meant.filter((_, i) => !isBad(i)));
    expect(new Set(outcome.refused)).toEqual(new Set(bad > 0 ? ['invalid_date entry_date'] : []));
    expect(outcome.warned).toEqual([]);
  });

  it('nor one due date: it is left out, and named', () => {
    const outcome = file([
      ['15/01/26', '14/02/26'],
      ['28/06/26', '31/02/26'],
      ['03/04/26', '03/05/26'],
    ]);
    expect(both(outcome)).toEqual([
      ['2026-01-15', '2026-02-14'],
      ['2026-06-28', null],
      ['2026-04-03', '2026-05-03'],
    ]);
    expect(warning(outcome, 'invalid_date')[0]?.examples).toEqual([{ line: 3, value: '31/02/26' }]);
  });

  it('where most of a few lines are impossible, since a date of 2031 is no better', () => {
    const outcome = dated(['31/02/26', '15/01/26', '30/02/26']);
    expect(dates(outcome)).toEqual(['2026-01-15']);
    expect(outcome.refused).toEqual(['invalid_date entry_date', 'invalid_date entry_date']);
    expect(dates(dated(['260105', '260217', '260231', '260312']))).toEqual(['2026-01-05', '2026-02-17', '2026-03-12']);
  });

  it('in an archive of other years', () => {
    const meant = Array.from({ length: 30 }, (_, i) => iso(Date.UTC(2012, 0, 5) + i * 11 * DAY));
    const written = meant.map((day) => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(2, 4)}`);
    expect(dates(dated([...written, '31/02/12']))).toEqual(meant);
  });
});

describe('the order that makes dates lie near today and near one another wins', () => {
  it.each([
    ['26-01-05', '26-02-17', '26-03-12'],
    ['260105', '260217', '260312'],
    ['26/01/05', '26/02/17', '26/03/12'],
    ['01/05/26', '02/17/26', '03/12/26'],
    ['05.01.26', '17.02.26', '12.03.26'],
  ])('%s …, of three lines', (...written) => {
    expect(dates(dated(written))).toEqual(['2026-01-05', '2026-02-17', '2026-03-12']);
  });

  it('and a tie is said, with lines, values and how they are read', () => {
    const outcome = dated(['03/04/2026', '05/02/2026', '06/06/2026']);
    expect(dates(outcome)).toEqual(['2026-04-03', '2026-02-05', '2026-06-06']);
    expect(warning(outcome, 'ambiguous_dates')).toEqual([
      {
        code: 'ambiguous_dates',
        column: 'entry_date',
        count: 2,
        examples: [
          { line: 2, value: '03/04/2026 = 2026-04-03' },
          { line: 3, value: '05/02/2026 = 2026-02-05' },
        ],
      },
    ]);
  });

  it('and no entry is of the future where another order makes it recent', () => {
    // Today is the 15th of June.
    expect(dates(dated(['06/08/2026', '06/09/2026', '06/10/2026', '06/11/2026']))).toEqual([
      '2026-06-08',
      '2026-06-09',
      '2026-06-10',
      '2026-06-11',
    ]);
  });

  it('and a due date follows its entry within half a year', () => {
    const outcome = file([
      ['02/10/2026', '03/12/2026'],
      ['01/11/2026', '04/10/2026'],
      ['03/12/2026', '05/01/2026'],
    ]);
    expect(both(outcome)[0]).toEqual(['2026-02-10', '2026-03-12']);
  });

  it('and columns that differ in it are named', () => {
    const outcome = file([
      ['25/01/2026', '02/28/2026'],
      ['26/01/2026', '03/30/2026'],
      ['27/01/2026', '03/31/2026'],
    ]);
    expect(both(outcome)[0]).toEqual(['2026-01-25', '2026-02-28']);
    expect(outcome.warned).toContain('mixed_date_orders due_date');
  });
});

describe('the evening before is the day that was meant, if the whole column says so', () => {
  it.each([
    ['2025-12-31 23:00:00+00', '2026-06-30 22:00:00+00'],
    ['2025-12-31T23:00:00.000+0000', '2026-06-30T22:00:00.000+0000'],
    ['2025-12-31T23:00:00+00:00', '2026-06-30T22:00:00+00:00'],
    ['2025-12-31T23:00:00-00:00', '2026-06-30T22:00:00-00:00'],
    ['2025-12-31T23:00z', '2026-06-30T22:00z'],
    ['2025-12-31 23:00:00 UTC', '2026-06-30 22:00:00 GMT'],
    ['31/12/2025 23:00:00Z', '30/06/2026 22:00:00Z'],
    ['2025-12-31T18:00:00-05:00', '2026-06-30T17:00:00-05:00'],
    ['2026-01-01T08:00:00+09:00', '2026-07-01T07:00:00+09:00'],
    ['2026-01-01T00:00:00+01:00', '2026-07-01T00:00:00+02:00'],
    ['46022,9583333', '46203,9166667'],
    ['46022.95833', '46203.91667'],
    ['46022.958', '46203.917'],
  ])('%s', (winter, summer) => {
    const outcome = dated([winter, summer, winter]);
    expect(dates(outcome)).toEqual(['2026-01-01', '2026-07-01', '2026-01-01']);
    expect(outcome.warned.filter((found) => !found.startsWith('evening_before'))).toEqual([]);
  });

  it('without an offset too, and one or two such cells are a doubt', () => {
    expect(dates(dated(['2025-12-31 23:00:00', '2026-01-14 23:00:00', '2026-06-30 22:00:00']))).toEqual([
      '2026-01-01',
      '2026-01-15',
      '2026-07-01',
    ]);
    const one = dated(['2025-12-31 23:00:00']);
    expect(dates(one)).toEqual(['2026-01-01']);
    expect(warning(one, 'evening_unclear')[0]?.examples).toEqual([
      { line: 2, value: '2025-12-31 23:00:00 = 2026-01-01' },
    ]);
  });

  it('but real timestamps stay on their day', () => {
    const written = ['T10:42:00Z', 'T15:03:10Z', 'T09:12:00Z', 'T08:00:31Z', 'T23:00:00Z', 'T11:59:59Z'];
    const outcome = dated(written.map((time) => `2026-01-14${time}`));
    expect(dates(outcome)).toEqual(Array(6).fill('2026-01-14'));
    expect(outcome.warned).toEqual([]);
  });

  it('and a column that is of both minds is a doubt', () => {
    const outcome = dated(['2026-01-14T23:00:00Z', '2026-01-15T00:00:00Z', '2026-01-16T00:00:00Z']);
    expect(dates(outcome)).toEqual(['2026-01-14', '2026-01-15', '2026-01-16']);
    expect(outcome.warned).toEqual(['evening_unclear entry_date']);
  });

  it('while a due date at the last second of a day is due on that day', () => {
    const outcome = entry({ Échéance: '2026-02-28 23:59:59' });
    expect(outcome).toMatchObject({ rows: [{ due_date: '2026-02-28' }], warned: [] });
    expect(entry({ Échéance: '2026-02-28T22:59:59Z' })).toMatchObject({
      rows: [{ due_date: '2026-02-28' }],
      warned: [],
    });
  });

  it('seconds short of midnight are the next day in a serial, and said', () => {
    const outcome = dated(['46036.9998', '46037.9998', '46038.9998']);
    expect(dates(outcome)).toEqual(['2026-01-15', '2026-01-16', '2026-01-17']);
    expect(outcome.warned).toContain('evening_unclear entry_date');
    expect(dates(dated(['46036.99999999']))).toEqual(['2026-01-15']);
  });
});

describe('a year in front, and the day before the month', () => {
  it('is read where the file shows it', () => {
    const outcome = dated(['2026-25-03', '2026-04-05', '2026-17-01', '2026-28-02', '2026-06-11']);
    expect(dates(outcome)).toEqual(['2026-03-25', '2026-05-04', '2026-01-17', '2026-02-28', '2026-11-06']);
    expect(warning(outcome, 'swapped_dates')[0]).toMatchObject({ count: 2, examples: [{ line: 3 }, { line: 6 }] });
    expect(dates(dated(['2026/25/03', '2026/17/01', '2026/28/02 10:15']))).toEqual([
      '2026-03-25',
      '2026-01-17',
      '2026-02-28',
    ]);
  });

  it('is a mistake of its own line among others, and a doubt where it might be either', () => {
    const usual = ['2026-03-25', '2026-01-17', '2026-02-28', '2026-04-30', '2026-05-04'];
    const one = dated(['2026-25-03', ...usual]);
    expect([dates(one), one.warned]).toEqual([usual, []]);
    const few = dated(['2026-25-03', '2026-04-05', '2026-06-11']);
    expect([dates(few), few.warned]).toEqual([['2026-04-05', '2026-06-11'], ['perhaps_swapped_dates entry_date']]);
  });
});

describe('a column of which a spreadsheet swapped one half', () => {
  const written = [
    '2026-03-04',
    '25/03/2026',
    '2026-05-01',
    '17/01/2026',
    '2026-11-02',
    '28/02/2026',
    '13/04/2026',
    '2026-01-06',
  ];
  const meant = [
    '2026-04-03',
    '2026-03-25',
    '2026-01-05',
    '2026-01-17',
    '2026-02-11',
    '2026-02-28',
    '2026-04-13',
    '2026-06-01',
  ];

  it('is put back, and the cells are named', () => {
    const outcome = dated(written);
    expect(dates(outcome)).toEqual(meant);
    expect(warning(outcome, 'swapped_dates')[0]).toMatchObject({
      count: 4,
      examples: [{ line: 2, value: '2026-03-04 = 2026-04-03' }, { line: 4 }, { line: 6 }, { line: 9 }],
    });
  });

  it('as well where its texts have the month first, or its dates are serials', () => {
    const american = written.map((text) => text.replace(/^(\d\d)\/(\d\d)\//, '$2/$1/'));
    expect(dates(dated(american))).toEqual(meant);
    const serials = written.map((text) => (text.includes('/') ? text : String(Date.parse(text) / DAY + 25_569)));
    expect(dates(dated(serials))).toEqual(meant);
  });

  it('is a doubt where the cells are too few', () => {
    const outcome = dated(['2026-03-04', '25/03/2026']);
    expect(dates(outcome)).toEqual(['2026-03-04', '2026-03-25']);
    expect(outcome.warned).toEqual(['perhaps_swapped_dates entry_date']);
  });

  it('and is none where its dates are of any day', () => {
    const outcome = dated(['2026-03-04', '25/03/2026', '2026-05-21', '05/03/2026', '17/04/2026']);
    expect(dates(outcome)).toEqual(['2026-03-04', '2026-03-25', '2026-05-21', '2026-03-05', '2026-04-17']);
    expect(outcome.warned).toEqual([]);
  });
});

describe('a due date that nobody means is left out, and named', () => {
  it.each([
    '31/12/99',
    '31/12/49',
    '31/12/2099',
    '31/12/9999',
    '01/01/1900',
    '1900-01-00',
    '2078-12-31',
    '1970-01-01',
    '01/01/80',
    '2049-12-31',
    '01/01/2000',
  ])('%s', (due) => {
    const outcome = file([
      ['15/01/26', due],
      ['16/01/26', '15/02/26'],
    ]);
    expect(both(outcome)).toEqual([
      ['2026-01-15', null],
      ['2026-01-16', '2026-02-15'],
    ]);
    const [found] = outcome.result.warnings;
    expect(found).toMatchObject({ column: 'due_date', count: 1, examples: [{ line: 2, value: due }] });
    expect(['unlikely_due_date', 'date_out_of_range']).toContain(found?.code);
  });

  it.each(['', '0', '-', '00000000', '00/00/0000', '  /  /  '])('but none at all says nothing: %j', (due) => {
    expect(file([['15/01/2026', due]])).toMatchObject({ rows: [{ due_date: null }], warned: [] });
  });

  it('one of some years ago is carried forward, and one in many years is doubtful', () => {
    expect(file([['01/01/2026', '15/03/2022']])).toMatchObject({
      rows: [{ due_date: '2022-03-15' }],
      warned: ['due_before_entry due_date'],
    });
    expect(file([['15/01/2026', '15/01/2033']])).toMatchObject({
      rows: [{ due_date: '2033-01-15' }],
      warned: ['due_far_after_entry due_date'],
    });
  });

  it('and an entry of the last day of 1999 is doubtful', () => {
    expect(file([['31/12/1999', '']]).warned).toEqual(['unlikely_entry_date entry_date']);
  });
});

describe('a code of which a spreadsheet made a date is named', () => {
  const coded = (codes: string[]) =>
    validateTwice('ecritures', {
      header,
      rows: codes.map((code) => ['C1', code, '31/01/2026', '', '12,00']),
    });

  it.each([
    '02/01/2026',
    '2/1/2026',
    '02-janv',
    'janv-26',
    '2-Jan',
    '1-mai',
    'août-26',
    '2026-01-02 00:00:00',
    'VRAI',
    'TRUE',
  ])('%s', (text) => {
    const outcome = coded(['1-3', text, '12-13']);
    expect(outcome.rows.map(({ piece_number }) => piece_number)).toEqual(['1-3', text, '12-13']);
    expect(warning(outcome, 'converted_code')).toMatchObject([
      { column: 'piece_number', examples: [{ line: 3, value: text }] },
    ]);
  });

  it.each([
    'FA-26',
    '26-00123',
    '1/2026',
    '2026-001',
    '99/45/2026',
    'VE-2026-01',
    '12-1',
    'FAUX-1',
    'MARS',
    '26-FA-0001',
    '10-ABC',
    '411DUPONT',
  ])('and %s is none', (text) => {
    expect(coded([text]).warned).toEqual([]);
  });

  it('in a workbook by the kind of its cell, which is no amount either', () => {
    const record = (i: number, kind: number, cell: number, text: string) => {
      const view = recordOf(['C1', '1-2', '2026-01-31', '', '12'].with(cell, text), i + 2);
      view.kinds[cell] = kind;
      return view;
    };
    const read = (kind: number, cell: number, text: string) =>
      validateTwice('ecritures', { header, rows: [record(0, kind, cell, text)], workbook: { date1904: false } });
    expect(read(CellKind.date, 1, '2026-01-02').warned).toContain('converted_code piece_number');
    expect(read(CellKind.bool, 1, 'true').warned).toContain('converted_code piece_number');
    expect(read(CellKind.date, 4, '2026-02-01').refused).toEqual(['invalid_amount amount']);
  });
});

describe('other forms', () => {
  it.each([
    ['sam. 31 janv. 2026', '2026-01-31'],
    ['samedi 28 février 2026', '2026-02-28'],
    ['Sat 31 Jan 2026', '2026-01-31'],
    ['28 f?vr. 2026', '2026-02-28'],
    ['1er août 2026', '2026-08-01'],
    ['31-JAN-26 00:00:00', '2026-01-31'],
    ['20260131120000', '2026-01-31'],
    ['2026-01-31-00.00.00.000000', '2026-01-31'],
    ['31/01/2026 00:00', '2026-01-31'],
    ['31/1/26', '2026-01-31'],
    ['31.12.25', '2025-12-31'],
  ])('%s', (text, day) => expect(dates(dated([text]))).toEqual([day]));

  it.each(['2026-W05', '1767225600', '1767225600000', '2026-02-30', 'mars 2026', '31/01/2026 25:00'])(
    '%s is refused',
    (text) => expect(dated([text]).refused).toEqual(['invalid_date entry_date']),
  );
});

describe('what a spreadsheet made of dates is told by where they lie', () => {
  /** `2025-12-09` as a spreadsheet that expects the month first shows it again: `12/09/2025`. */
  const day = (i: number) => new Date(Date.UTC(2025, 8, 1 + ((i * 37) % 250)));
  const cells = (date: Date, low: (day: string, month: string, year: string) => string) => {
    const [year = '', month = '', ofMonth = ''] = date.toISOString().slice(0, 10).split('-');
    return date.getUTCDate() <= 12 ? low(ofMonth, month, year) : `${ofMonth}/${month}/${year}`;
  };
  const file = (low: Parameters<typeof cells>[1]) =>
    validateTwice('ecritures', {
      header: ['Code client', 'Pièce', 'Montant', 'Date', 'Échéance'],
      rows: Array.from({ length: 60 }, (_, i) => {
        const due = new Date(day(i).getTime() + 30 * 86_400_000);
        return ['C1', `F${i}`, '12,00', cells(day(i), low), cells(due, low)];
      }),
    });
  const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
  const entered = ({ rows }: ReturnType<typeof file>) => rows.map((row) => row['entry_date']);
  const meant = Array.from({ length: 60 }, (_, i) => day(i).toISOString().slice(0, 10));

  it('swapped in the form of the others: each is named', () => {
    const swapped = file((d, m, y) => `${m}/${d}/${y}`);
    expect(swapped.warned).toEqual(expect.arrayContaining(['perhaps_swapped_dates entry_date']));
    expect(swapped.warned).toEqual(expect.arrayContaining(['perhaps_swapped_dates due_date']));
    const right = file((d, m, y) => `${d}/${m}/${y}`);
    expect(entered(right)).toEqual(meant);
    expect(right.warned).toEqual([]);
  });

  it('swapped and shown with the name of the month: they are put back', () => {
    const swapped = file((d, m, y) => `${m}-${months[Number(d) - 1] ?? ''}-${y}`);
    expect(entered(swapped)).toEqual(meant);
    expect(swapped.warned).toEqual(['swapped_dates entry_date', 'swapped_dates due_date']);
  });

  it('the first days of one month, and one mistake: each may be the month, which is said', () => {
    const days = Array.from({ length: 40 }, (_, i) => `${String((i % 12) + 1).padStart(2, '0')}/05/2025`);
    const outcome = dated([...days, '05/28/2025']);
    expect(outcome.rows[0]).toMatchObject({ entry_date: '2025-05-01' });
    expect(outcome.refused).toEqual(['invalid_date entry_date']);
    expect(outcome.warned).toEqual(['ambiguous_dates entry_date']);
  });

  it('serials of which the last is four years old may count from 1904', () => {
    const serials = (...dates: string[]) => dates.map((date) => String(Date.parse(date) / 86_400_000 + 25_569));
    const old = dated(serials('2021-09-01', '2022-01-14', '2022-05-09'));
    expect(old.result.warnings).toMatchObject([
      { code: 'perhaps_from_1904', column: 'entry_date', count: 3, examples: [{ value: '2022-05 = 2026-05' }] },
    ]);
    expect(dated(serials('2021-09-01', '2022-01-14', '2026-05-09')).warned).toEqual([]);
    expect(dated(['01/09/2021', '14/01/2022', '09/05/2022']).warned).toEqual([]);
  });
});
