import type { Report, ReportedRejection } from '../../src/model/report.ts';
import { noCounts, type SyncFile } from '../../src/model/sync.ts';

export const ecritures: SyncFile = {
  ...noCounts,
  fileNo: 2,
  uploadId: '7d9f3a52-2f0e-4d0b-9a52-5b1e6a3a0002',
  dataset: 'ecritures',
  name: 'ECRITURES 2026.csv',
  size: 12_345_678,
  sha256: 'a1'.repeat(32),
  mode: 'snapshot',
  format: {
    kind: 'csv',
    encoding: 'windows-1252',
    bom: false,
    delimiter: ';',
    quote: '"',
    escape: '"',
    lineEnds: 'crlf',
    headerLine: 3,
    header: ['Code client', 'N° pièce', 'Date pièce', 'Montant'],
  },
  mappingVersion: 4,
  columns: { client_code: 'Code client', piece_number: 'N° pièce', entry_date: 'Date pièce', amount: 'Montant' },
  warnings: [
    { code: 'unknown_column', column: 'Région', count: 1, examples: [{ line: 3, value: null }] },
    {
      code: 'amount_rounded',
      column: 'amount',
      count: 7,
      examples: [
        { line: 12, value: '3.8546' },
        { line: 15, value: '4.1234' },
        { line: 16, value: '0.0001' },
        { line: 18, value: '1.005' },
        { line: 21, value: '12.3456' },
      ],
    },
    { code: 'ambiguous_dates', column: 'entry_date', count: 3, examples: [{ line: 0, value: '03/04/2026' }] },
    {
      code: 'invalid_siret',
      column: 'siret',
      count: 1200,
      examples: [
        { line: 12, value: '1' },
        { line: 15, value: '2' },
      ],
    },
  ],
  totals: {
    currencies: [
      {
        currency: 'EUR',
        read: { rows: 14_990, debit: '1234567.89', credit: '234567.80', amount: '1000000.09', balance: '900000.00' },
        refused: { rows: 12, debit: '1200.00', credit: '0.00', amount: '1200.00', balance: '1200.00' },
        duplicate: { rows: 7, debit: '0.00', credit: '70.00', amount: '-70.00', balance: '0.00' },
        stored: { rows: 14_971, debit: '1233367.89', credit: '234497.80', amount: '998870.09', balance: '898800.00' },
      },
    ],
    others: 0,
    unread: 10,
    hasBalance: true,
    clients: { read: 1204, stored: 1202 },
    confirmed: 15_004,
  },
  sameAsBefore: false,
  scope: [{ companies: [''], journal: null, from: null }],
  fixed: null,
  companies: [''],
  dependsOnClients: true,
  quarantine: null,
  ignored: null,
  read: 15_000,
  inserted: 120,
  updated: 1,
  unchanged: 14_850,
  rejected: 22,
  skipped: 0,
  duplicate: 7,
  settled: 4,
  reopened: 1,
};

export const clients: SyncFile = {
  ...ecritures,
  ...noCounts,
  fileNo: 1,
  uploadId: '7d9f3a52-2f0e-4d0b-9a52-5b1e6a3a0001',
  dataset: 'clients',
  name: 'CLIENTS.xlsx',
  size: 48_200,
  mode: 'delta',
  format: { kind: 'xlsx', sheet: 'Export', headerLine: 1, header: ['Code', 'Nom'], date1904: false },
  mappingVersion: 0,
  columns: { client_code: 'Code', name: 'Nom' },
  totals: null,
  warnings: [],
  read: 2,
  unchanged: 2,
};

export const rejections: ReportedRejection[] = [
  {
    fileNo: 2,
    line: 12,
    column: 'entry_date',
    code: 'invalid_date',
    value: '31/02/2026',
    raw: 'C1;F1;31/02/2026;-12,00',
  },
  { fileNo: 2, line: 40, column: 'client_code', code: 'unknown_client', value: '=1+1', raw: '=1+1;"F2";01/02/2026;5' },
];

export const report: Report = {
  tenant: { id: 'acme', name: 'Acme', language: 'fr' },
  syncId: 42,
  state: 'applied',
  finishedAt: new Date('2026-11-24T08:15:00.123Z'),
  missing: ['contacts'],
  guard: [],
  error: null,
  durations: { waiting: 30_000, parse: 412, merge: 95, commit: 8 },
  files: [clients, ecritures],
  rejections,
};

export const english = (each: Report): Report => ({ ...each, tenant: { ...each.tenant, language: 'en' } });

export async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}
