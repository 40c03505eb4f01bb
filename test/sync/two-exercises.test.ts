import { beforeEach, expect, test } from 'vitest';
import { findSync } from '../../src/db/queries/syncs/syncs.ts';
import { openBench, type Bench } from './pipeline.ts';

const HEADER = [
  ...['JournalCode', 'JournalLib', 'EcritureNum', 'EcritureDate', 'CompteNum', 'CompteLib', 'CompAuxNum', 'CompAuxLib'],
  ...[
    'PieceRef',
    'PieceDate',
    'EcritureLib',
    'Debit',
    'Credit',
    'EcritureLet',
    'DateLet',
    'ValidDate',
    'Montantdevise',
  ],
  'Idevise',
].join('\t');

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', guardSettle: 1, guardRows: 0 });
});

interface Line {
  client: string;
  piece: string;
  amount: number;
  letter?: string;
  label?: string;
}

const line = (journal: string, date: string, { client, piece, amount, letter = '', label = piece }: Line) => {
  const [debit, credit] = amount > 0 ? [amount, 0] : [0, -amount];
  const names = { VE: 'Ventes', BQ: 'Banque', AN: 'A nouveaux', X9: 'Reports à nouveau', OD: 'Opérations diverses' };
  const name = names[journal as keyof typeof names];
  return [
    ...[journal, name, piece, date, '411000', 'Clients', client, `Client ${client}`, piece, date, label],
    ...[debit.toFixed(2).replace('.', ','), credit.toFixed(2).replace('.', ','), letter, '', date, '', ''],
  ].join('\t');
};
const sale = (date: string, client: string, piece: string, amount: number, letter = '') =>
  line('VE', date, { client, piece, amount, letter });
const paid = (date: string, client: string, piece: string, amount: number, letter = '') =>
  line('BQ', date, { client, piece, amount: -amount, letter });
const opening = (client: string, piece: string, amount: number, letter = '', journal = 'AN') =>
  line(journal, '20260101', { client, piece, amount, letter });

const fec = (...lines: string[]) => [HEADER, ...lines, ''].join('\r\n');

async function send(...files: string[][]): Promise<void> {
  for (const [i, lines] of files.entries()) await bench.send('acme', `123456789FEC202${5 + i}1231.txt`, fec(...lines));
  await bench.advance('acme', { hurry: true });
}

const owed = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (
      await bench.rows(`select client_code, string_agg(piece_number || ' ' || amount::int, ', ' order by piece_number, amount) as said
        from ecritures where status = 'open' group by client_code`)
    ).map(({ client_code: client, said }) => [String(client), String(said)]),
  );
const latest = async () => {
  const [row] = await bench.rows('select max(id)::int as id from syncs');
  const sync = await findSync(bench.database.db, Number(row?.['id']));
  if (!sync) throw new Error('no sync');
  return sync;
};
const codes = async () =>
  (await latest()).files
    .filter(({ dataset }) => dataset === 'ecritures')
    .flatMap(({ warnings }) => warnings.map(({ code, count }) => `${code} ${count}`));

const before = [
  sale('20250310', 'C1', 'F1', 100),
  sale('20250412', 'C1', 'F2', 50),
  paid('20250512', 'C1', 'R1', 30),
  sale('20250610', 'C2', 'F3', 80, 'AA'),
  paid('20250712', 'C2', 'R2', 80, 'AA'),
];

test('what is carried forward piece by piece is owed once, and as it was lettered since', async () => {
  const after = [
    ...[opening('C1', 'F1', 100, 'B'), opening('C1', 'F2', 50), opening('C1', 'R1', -30)],
    ...[paid('20260114', 'C1', 'R9', 100, 'B'), sale('20260115', 'C2', 'F9', 20)],
  ];
  await send(before, after);
  expect(await owed()).toEqual({ C1: 'F2 50, R1 -30', C2: 'F9 20' });
  expect(await codes()).toEqual(['carried_forward 5']);
  expect((await latest()).files.find(({ dataset }) => dataset === 'ecritures')).toMatchObject({
    read: 5,
    skipped: 5,
    inserted: 0,
  });
});

test('what is not counted twice is in no sum of what is stored', async () => {
  await send(before, [opening('C1', 'RAN', 120)]);
  const sums = (await latest()).files.flatMap(({ totals }) =>
    (totals?.currencies ?? []).map(({ read, duplicate, stored }) => [read.amount, duplicate.amount, stored.amount]),
  );
  expect(sums).toEqual([
    ['120.00', '120.00', '0.00'],
    ['120.00', '0.00', '120.00'],
  ]);
});

test('so is what is carried forward as one sum', async () => {
  await send(before, [opening('C1', 'RAN', 120, '', 'X9'), sale('20260115', 'C1', 'F9', 20)]);
  expect(await owed()).toEqual({ C1: 'F9 20, RAN 120' });
  expect(await codes()).toEqual(['carried_forward 5']);
});

test.each([
  ['AN26', ''],
  ['RAN1', ''],
  ['A-NOUVEAUX', ''],
  ['OD', 'Écritures d’ouverture'],
  ['X1', 'RAN - Reports à nouveau 2026'],
  ['X1', 'Réouverture des comptes'],
  ['X1', 'Reprise des soldes'],
  ['X1', 'Opening balance'],
])('and what stands in the journal %s, %s', async (code, name) => {
  const forward = opening('C1', 'RAN', 120, '', 'ZZ').replace(/^ZZ\t[^\t]*/, `${code}\t${name}`);
  await send(before, [forward, sale('20260115', 'C1', 'F9', 20)]);
  expect(await owed()).toEqual({ C1: 'F9 20, RAN 120' });
});

test.each(['Solde initial', 'Reprise solde 2025', 'À nouveau', 'Soldes antérieurs'])(
  'and what is called “%s” on the first day',
  async (label) => {
    const forward = line('OD', '20260101', { client: 'C1', piece: 'X', amount: 120, label });
    await send(before, [forward, sale('20260115', 'C1', 'F9', 20)]);
    expect(await owed()).toEqual({ C1: 'F9 20, X 120' });
  },
);

test('the same night after night, in either order of the files', async () => {
  const after = [opening('C1', 'RAN', 120), sale('20260115', 'C1', 'F9', 20)];
  await send(before, after);
  await send([...after, sale('20260116', 'C1', 'F10', 10)], before);
  expect(await owed()).toEqual({ C1: 'F10 10, F9 20, RAN 120' });
});

test('one file over two exercises is read so, also into a table that is there, and into one that is empty', async () => {
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Client C1\r\nC2;Client C2\r\n');
  await bench.advance('acme', { hurry: true });
  await send([...before, opening('C1', 'RAN', 120), sale('20260115', 'C1', 'F9', 20)]);
  expect(await owed()).toEqual({ C1: 'F9 20, RAN 120' });
  await send([
    ...before,
    opening('C1', 'RAN', 120),
    sale('20260115', 'C1', 'F9', 20),
    sale('20260116', 'C1', 'F10', 10),
  ]);
  expect(await owed()).toEqual({ C1: 'F10 10, F9 20, RAN 120' });
});

test('where the new exercise carries nothing forward yet, both are owed', async () => {
  await send(before, [sale('20260115', 'C1', 'F9', 20)]);
  expect(await owed()).toEqual({ C1: 'F1 100, F2 50, F9 20, R1 -30' });
  expect(await codes()).toEqual([]);
});

test('a sum that is not the balance is said, and counts', async () => {
  await send(before, [opening('C1', 'RAN', 90)]);
  expect(await owed()).toEqual({ C1: 'RAN 90' });
  expect(await codes()).toEqual(['carried_forward 5', 'carried_forward_differs 1']);
});

test('a client of whom nothing is carried forward still owes what was open, and it is said', async () => {
  await send([...before, sale('20251010', 'C3', 'F7', 70)], [opening('C1', 'RAN', 120)]);
  expect(await owed()).toEqual({ C1: 'RAN 120', C3: 'F7 70' });
  expect(await codes()).toEqual(['not_carried_forward 1', 'carried_forward 5']);
});

test('three exercises', async () => {
  const first = [sale('20240310', 'C1', 'F0', 10), line('AN', '20240101', { client: 'C1', piece: 'RAN', amount: 5 })];
  const second = [line('AN', '20250101', { client: 'C1', piece: 'RAN', amount: 15 }), ...before];
  await send(first, second, [opening('C1', 'RAN', 135), sale('20260115', 'C1', 'F9', 20)]);
  expect(await owed()).toEqual({ C1: 'F9 20, RAN 135' });
  expect(await codes()).toEqual(['carried_forward 2', 'carried_forward 6']);
});

test('a label alone carries forward on the first day, and on no other', async () => {
  const label = 'Report à nouveau';
  const after = [
    line('OD', '20260101', { client: 'C1', piece: 'RAN', amount: 120, label }),
    line('OD', '20260601', { client: 'C2', piece: 'OD7', amount: 7, label }),
  ];
  await send(before, after);
  expect(await owed()).toEqual({ C1: 'RAN 120', C2: 'OD7 7' });
});

test('the new exercise alone, after the old one: its opening lines are what is owed', async () => {
  await send(before);
  await send([opening('C1', 'RAN', 120), sale('20260115', 'C1', 'F9', 20)]);
  expect(await owed()).toEqual({ C1: 'F9 20, RAN 120' });
});
