import { type DateForm, type Habits, sides } from './habits.ts';
import type { Entry, Ledger, Party } from './ledger.ts';

/** A ledger as a table of cells, in the sender's habits, with the row that each record means. */

export type Meant = Readonly<Record<string, string | null>>;

/** A date or a number, which a workbook stores as such. */
export type Cell = string | { number: number; format: 'general' | 'cents' | 'date' | 'time' };

export interface Line {
  cells: Cell[];
  /** `undefined`: not a record. */
  meant: Meant | undefined;
  /** Whoever reads it may refuse it: one of its cells is no value. */
  isFaulty: boolean;
}

export interface Table {
  header: string[];
  second: string[];
  types: string[];
  lines: Line[];
  /** Where the label stands. */
  label: number;
}

interface Field<T> {
  /** Four ways to call it. */
  headers: readonly [string, string, string, string];
  type: string;
  cell: (row: T, i: number) => Cell;
  /** Canonical column → value; several fields may have their share of one. */
  meant: (row: T) => Meant;
  isLabel?: true;
}

const DAY = 86_400_000;
const isoOf = (days: number): string => new Date(days * DAY).toISOString().slice(0, 10);

/** Hours by which Paris is ahead of UTC on a day: two from the last Sunday of March to that of October. */
function aheadOn(days: number): number {
  const date = new Date(days * DAY);
  const lastSunday = (month: number) => {
    const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0));
    return last.getTime() / DAY - last.getUTCDay();
  };
  return days > lastSunday(2) && days <= lastSunday(9) ? 2 : 1;
}

const months = ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'];

function dateText(days: number, form: DateForm): string {
  const iso = isoOf(days);
  const [yyyy = '', mm = '', dd = ''] = iso.split('-');
  const yy = yyyy.slice(2);
  const evening = `${isoOf(days - 1)}T${24 - aheadOn(days)}:00:00`;
  const texts: Record<DateForm, string> = {
    'dd/mm/yyyy': `${dd}/${mm}/${yyyy}`,
    'dd-mm-yyyy': `${dd}-${mm}-${yyyy}`,
    'dd/mm/yy': `${dd}/${mm}/${yy}`,
    'dd-mm-yy': `${dd}-${mm}-${yy}`,
    'dd.mm.yy': `${dd}.${mm}.${yy}`,
    ddmmyy: `${dd}${mm}${yy}`,
    ddmmyyyy: `${dd}${mm}${yyyy}`,
    yyyymmdd: `${yyyy}${mm}${dd}`,
    yymmdd: `${yy}${mm}${dd}`,
    'yy-mm-dd': `${yy}-${mm}-${dd}`,
    'yyyy-mm-dd': iso,
    'yyyy-mm-dd hh:mm:ss': `${iso} 00:00:00`,
    'mm/dd/yyyy': `${mm}/${dd}/${yyyy}`,
    'mm/dd/yy': `${mm}/${dd}/${yy}`,
    words: `${Number(dd)} ${months[Number(mm) - 1] ?? ''} ${yyyy}`,
    'evening Z': `${evening}Z`,
    'evening +00': `${evening.replace('T', ' ')}+00`,
    'evening +0000': `${evening}.000+0000`,
    serial: String(days + 25_569),
  };
  return texts[form];
}

/** The 31st of February, in the form of the others. */
const impossible = (form: DateForm): string => {
  const like = dateText(Math.floor(Date.UTC(2026, 1, 1) / DAY), form);
  const swaps: readonly [RegExp, string][] = [
    [/^01([/.-]?)02/, '31$102'],
    [/^02\/01/, '02/31'],
    [/^(20)?26(-?)02(-?)01/, '$126$202$331'],
    [/^1 févr/, '31 févr'],
    [/^2026-01-31T23/, '2026-02-31T23'],
    [/^2026-01-31 23/, '2026-02-31 23'],
  ];
  const [from, to] = swaps.find(([pattern]) => pattern.test(like)) ?? [/.*/, '2026-13-45'];
  return like.replace(from, to);
};

function dateCell(days: number, { container, date }: Habits): Cell {
  if (container === 'text') return dateText(days, date);
  if (date === 'serial') return { number: days + 25_569, format: 'date' };
  if (date.startsWith('evening')) return { number: days + 25_569 - aheadOn(days) / 24, format: 'date' };
  if (date === 'yyyy-mm-dd hh:mm:ss') return { number: days + 25_569, format: 'time' };
  return dateText(days, date);
}

const decimal = (cents: number): string => (cents / 100).toFixed(2);

function figure(cents: number, { amount }: Habits): string {
  const [whole = '', rest = ''] = decimal(Math.abs(cents)).split('.');
  const grouped = (by: string) => whole.replace(/\B(?=(\d{3})+$)/g, by);
  const texts: Record<Habits['amount'], string> = {
    '1234,56': `${whole},${rest}`,
    '1234.56': `${whole}.${rest}`,
    '1 234,56': `${grouped(' ')},${rest}`,
    '1\u00a0234,56': `${grouped('\u00a0')},${rest}`,
    '1.234,56': `${grouped('.')},${rest}`,
    '1,234.56': `${grouped(',')}.${rest}`,
    '1 234,56 €': `${grouped(' ')},${rest} €`,
    '0000001234,56': `${whole.padStart(10, '0')},${rest}`,
  };
  return texts[amount];
}

function amountCell(cents: number, habits: Habits): Cell {
  if (habits.container === 'workbook' && habits.amount === '1234.56') return { number: cents / 100, format: 'cents' };
  const text = figure(cents, habits);
  if (cents >= 0) return text;
  return { '-12': `-${text}`, '12-': `${text}-`, '(12)': `(${text})` }[habits.minus];
}

function balanceCell(cents: number, habits: Habits): Cell {
  if (cents !== 0 || habits.balance === 'figures') return amountCell(cents, habits);
  return habits.balance === 'dash' ? '-' : '';
}

const isNumber = (code: string): boolean => /^[1-9]\d*$/.test(code);

function codeCell(code: string, { codes, container }: Habits): Cell {
  if (codes === 'text' || !isNumber(code)) return code;
  if (container === 'workbook') return { number: Number(code), format: 'general' };
  return codes === 'floats' ? `${code}.0` : code;
}

/** What a spreadsheet makes of a postcode or a telephone that it takes for a number. */
function numeral(text: string, { codes, container }: Habits): Cell {
  if (codes === 'text') return text;
  if (container === 'workbook') return { number: Number(text), format: 'general' };
  return codes === 'floats' ? `${Number(text)}.0` : String(Number(text));
}

const typeWords = { invoice: 'FAC', credit_note: 'AVO', payment: 'RGL' } as const;
const date = (days: number | null): string | null => (days === null ? null : isoOf(days));

function entryFields(habits: Habits): Field<Entry>[] {
  const [sideHeader, debit, credit] = sides[habits.side] ?? ['Sens', 'D', 'C'];
  const money = (headers: Field<Entry>['headers'], cell: Field<Entry>['cell']): Field<Entry> => ({
    ...{ headers, type: 'decimal(15,2)', cell },
    meant: ({ cents }) => ({ amount: decimal(cents) }),
  });
  const amounts: Record<Habits['sign'], Field<Entry>[]> = {
    signed: [money(['Montant', 'Amount', 'EC_Montant', 'Montant TTC'], ({ cents }) => amountCell(cents, habits))],
    columns: [
      money(['Débit', 'Debit', 'Montant débit', 'DEBIT'], ({ cents }) => (cents > 0 ? amountCell(cents, habits) : '')),
      money(['Crédit', 'Credit', 'Montant crédit', 'CREDIT'], ({ cents }) =>
        cents > 0 ? '' : amountCell(-cents, habits),
      ),
    ],
    'negative credits': [
      money(['Débit', 'Debit', 'Montant débit', 'DEBIT'], ({ cents }) => (cents > 0 ? amountCell(cents, habits) : '')),
      money(['Crédit', 'Credit', 'Montant crédit', 'CREDIT'], ({ cents }) =>
        cents > 0 ? '' : amountCell(cents, habits),
      ),
    ],
    side: [
      money(['Montant', 'Amount', 'EC_Montant', 'Montant TTC'], ({ cents }) => amountCell(Math.abs(cents), habits)),
      {
        headers: [sideHeader, sideHeader, sideHeader, sideHeader],
        type: 'char(1)',
        cell: ({ cents }) => (cents > 0 ? debit : credit),
        meant: () => ({}),
      },
    ],
  };
  const text = (
    column: string,
    headers: Field<Entry>['headers'],
    of: (entry: Entry) => string | null,
    more: { isLabel?: true } = {},
  ): Field<Entry> => ({
    ...{ headers, type: 'varchar(17)', ...more },
    cell: (row) => of(row) ?? '',
    meant: (row) => ({ [column]: of(row) }),
  });
  const day = (
    column: string,
    headers: Field<Entry>['headers'],
    of: (entry: Entry) => number | null,
  ): Field<Entry> => ({
    ...{ headers, type: 'date' },
    cell: (row, i) => {
      const days = of(row);
      if (days === null) return '';
      return column === 'entry_date' && i < habits.faults.impossibleDates
        ? impossible(habits.date)
        : dateCell(days, habits);
    },
    meant: (row) => ({ [column]: date(of(row)) }),
  });
  return [
    {
      headers: ['Code client', 'Customer code', 'CT_Num', 'Compte auxiliaire'],
      type: 'varchar(17)',
      cell: ({ client }) => codeCell(client, habits),
      meant: ({ client }) => ({ client_code: client }),
    },
    text('journal', ['Journal', 'Journal code', 'JO_Num', 'Code journal'], ({ journal }) => journal),
    {
      headers: ['N° pièce', 'Document no', 'EC_Piece', 'Numéro de facture'],
      type: 'varchar(17)',
      cell: ({ piece }) => codeCell(piece, habits),
      meant: ({ piece }) => ({ piece_number: piece }),
    },
    ...(habits.types
      ? [
          {
            headers: ['Type de pièce', 'Document type', 'Type écriture', 'Nature écriture'],
            type: 'char(3)',
            cell: ({ kind }) => typeWords[kind],
            meant: ({ kind }) => ({ entry_type: kind }),
          } satisfies Field<Entry>,
        ]
      : []),
    day('entry_date', ['Date pièce', 'Invoice date', 'EC_Date', 'Date écriture'], ({ date: days }) => days),
    day('due_date', ['Échéance', 'Due date', 'EC_Echeance', "Date d'échéance"], ({ due }) => due),
    text('label', ['Libellé', 'Description', 'EC_Intitule', 'Libellé écriture'], ({ label }) => label, {
      isLabel: true,
    }),
    ...amounts[habits.sign],
    ...(habits.balance === 'none'
      ? []
      : [
          {
            headers: ['Solde', 'Outstanding', 'Reste dû', 'Restant dû'],
            type: 'decimal(15,2)',
            cell: ({ openCents }) => balanceCell(openCents, habits),
            meant: ({ openCents }) => ({ balance: decimal(openCents) }),
          } satisfies Field<Entry>,
        ]),
    text('letter', ['Lettrage', 'Matching code', 'EC_Lettrage', 'Lettre'], ({ letter }) => letter),
  ];
}

function clientFields(habits: Habits): Field<Party>[] {
  const text = (
    column: string,
    headers: Field<Party>['headers'],
    of: (party: Party) => string,
    cell: (party: Party) => Cell = of,
    more: { isLabel?: true } = {},
  ): Field<Party> => ({
    ...{ headers, type: 'varchar(35)', cell, ...more },
    meant: (party) => ({ [column]: of(party) }),
  });
  return [
    text(
      'client_code',
      ['Code client', 'Customer code', 'CT_Num', 'Code tiers'],
      ({ code }) => code,
      ({ code }) => codeCell(code, habits),
    ),
    text('name', ['Raison sociale', 'Customer name', 'CT_Intitule', 'Nom du client'], ({ name }) => name, undefined, {
      isLabel: true,
    }),
    text(
      'zip',
      ['Code postal', 'Postcode', 'CT_CodePostal', 'CP'],
      ({ zip }) => zip,
      ({ zip }) => numeral(zip, habits),
    ),
    text('city', ['Ville', 'City', 'CT_Ville', 'Commune'], ({ city }) => city),
    text('country', ['Pays', 'Country', 'CT_Pays', 'Code pays'], () => 'FR'),
    text(
      'phone',
      ['Téléphone', 'Phone', 'CT_Telephone', 'Tél'],
      ({ phone }) => phone,
      ({ phone }) => numeral(phone, habits),
    ),
  ];
}

export function tableOf(ledger: Ledger, habits: Habits): Table {
  return habits.dataset === 'clients'
    ? build(clientFields(habits), ledger.parties, habits)
    : build(entryFields(habits), ledger.entries, habits);
}

function build<T>(given: readonly Field<T>[], rows: readonly T[], habits: Habits): Table {
  const fields = given
    .map((field, i) => ({ field, place: habits.order[i] ?? i }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ field }) => field);
  const wording = (n: number) => fields.map(({ headers }) => headers[n % 4] ?? '');
  return {
    header: wording(habits.wording),
    second: wording(habits.wording + 1),
    types: fields.map(({ type }) => type),
    label: fields.findIndex(({ isLabel }) => isLabel),
    lines: rows.map((row, i) => ({
      cells: fields.map(({ cell }) => cell(row, i)),
      meant: Object.assign({}, ...fields.map(({ meant }) => meant(row))) as Meant,
      isFaulty: habits.dataset === 'ecritures' && i < habits.faults.impossibleDates,
    })),
  };
}
