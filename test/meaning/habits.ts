import fc from 'fast-check';
import type { Encoding } from '../../src/model/format.ts';

/** How a file is written: what exports, spreadsheets and senders of the field do, each by itself harmless. */

const dateForms = {
  'dd/mm/yyyy': '31/01/2026',
  'dd-mm-yyyy': '31-01-2026',
  'dd/mm/yy': '31/01/26',
  'dd-mm-yy': '31-01-26',
  'dd.mm.yy': '31.01.26',
  ddmmyy: '310126',
  ddmmyyyy: '31012026',
  yyyymmdd: '20260131',
  yymmdd: '260131',
  'yy-mm-dd': '26-01-31',
  'yyyy-mm-dd': '2026-01-31',
  'yyyy-mm-dd hh:mm:ss': '2026-01-31 00:00:00',
  'mm/dd/yyyy': '01/31/2026',
  'mm/dd/yy': '01/31/26',
  words: '31 janv. 2026',
  'evening Z': '2026-01-30T23:00:00Z',
  'evening +00': '2026-01-30 23:00:00+00',
  'evening +0000': '2026-01-30T23:00:00.000+0000',
  serial: '46053',
} as const;
export type DateForm = keyof typeof dateForms;

const amountForms = [
  '1234,56',
  '1234.56',
  '1 234,56',
  '1\u00a0234,56',
  '1.234,56',
  '1,234.56',
  '1 234,56 €',
  '0000001234,56',
] as const;
type AmountForm = (typeof amountForms)[number];

/** Header of the column that says the side, and its words for debit and credit. */
export const sides: readonly (readonly [header: string, debit: string, credit: string])[] = [
  ['Sens', 'D', 'C'],
  ['Sens', 'DEB', 'CRED'],
  ['D/C', 'D', 'C'],
  ['Type', 'DEB', 'CRED'],
  ['Débit/Crédit (D/C)', 'D', 'C'],
  ['Debit or Credit', 'Debit', 'Credit'],
  ['Sens', '0', '1'],
  ['Sens', '1', '-1'],
  ['S/H', 'S', 'H'],
  ['D/H', 'D', 'H'],
  ['+/-', '+', '-'],
  ['Sens', 'Débit', 'Crédit'],
];

/** What stands around the table, or is done to it. */
interface Around {
  preamble: readonly string[];
  /** A line of labels, types or dashes under the header. */
  under: 'nothing' | 'labels' | 'types' | 'dashes';
  /** The header again after so many records. */
  pages: number;
  total: boolean;
  trailer: string;
  finalLineEnd: boolean;
}

/** Faults that cost lines, never meaning. */
interface Faults {
  /** So many dates are 31/02. */
  impossibleDates: number;
  /** So many lines end before their last cells. */
  shortLines: number;
  /** So many labels hold a line break without quotes. */
  splitLines: number;
}

export interface Habits {
  dataset: 'clients' | 'ecritures';
  container: 'text' | 'workbook';
  encoding: Encoding | 'macroman';
  bom: boolean;
  repair: 'none' | 'twice' | 'entities';
  lineEnd: '\r\n' | '\n' | '\r';
  delimiter: string;
  quoting: 'needed' | 'all' | 'apostrophes' | 'backslash' | 'none';
  date: DateForm;
  amount: AmountForm;
  minus: '-12' | '12-' | '(12)';
  sign: 'signed' | 'columns' | 'negative credits' | 'side';
  side: number;
  /** A column of types: FAC, AVO, RGL. */
  types: boolean;
  balance: 'none' | 'figures' | 'dash' | 'empty';
  wording: number;
  order: readonly number[];
  codes: 'text' | 'floats' | 'numbers';
  around: Around;
  faults: Faults;
}

const mostly = <T>(usual: T, ...rare: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...rare) });

const forms = Object.keys(dateForms) as DateForm[];

export const habits: fc.Arbitrary<Habits> = fc.record({
  dataset: mostly<Habits['dataset']>('ecritures', 'clients'),
  container: mostly<Habits['container']>('text', 'text', 'workbook'),
  encoding: fc.constantFrom<(Encoding | 'macroman')[]>(
    'utf-8',
    'windows-1252',
    'windows-1252',
    'iso-8859-15',
    'cp850',
    'macroman',
    'utf-16le',
    'utf-16be',
  ),
  bom: fc.boolean(),
  repair: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('twice' as const, 'entities' as const) },
  ),
  lineEnd: mostly<Habits['lineEnd']>('\r\n', '\n', '\r'),
  delimiter: mostly(';', ',', '\t', '|', '::', '~'),
  quoting: mostly<Habits['quoting']>('needed', 'all', 'apostrophes', 'backslash', 'none'),
  date: fc.constantFrom(...forms),
  amount: fc.constantFrom(...amountForms),
  minus: mostly<Habits['minus']>('-12', '12-', '(12)'),
  sign: fc.constantFrom<Habits['sign'][]>('signed', 'columns', 'negative credits', 'side'),
  side: fc.nat({ max: sides.length - 1 }),
  types: fc.boolean(),
  balance: fc.constantFrom<Habits['balance'][]>('none', 'none', 'figures', 'dash', 'empty'),
  wording: fc.nat({ max: 3 }),
  order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
  codes: mostly<Habits['codes']>('text', 'text', 'floats', 'numbers'),
  around: fc.record({
    preamble: mostly<readonly string[]>([], ['Export du 15/06/2026'], ['Société ACME', '', 'Période : 2026']),
    under: mostly<Around['under']>('nothing', 'labels', 'types', 'dashes'),
    pages: mostly(0, 0, 7),
    total: mostly(false, true),
    trailer: mostly('', '', 'FIN;{n}', '({n} rows affected)', 'Nombre de lignes : {n}'),
    finalLineEnd: mostly(true, false),
  }),
  faults: fc.record({
    impossibleDates: mostly(0, 0, 1, 3),
    shortLines: mostly(0, 0, 1, 2),
    splitLines: mostly(0, 0, 1, 2),
  }),
});
