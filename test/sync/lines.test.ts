import { beforeEach, describe, expect, test } from 'vitest';
import { openBench, type Bench } from './pipeline.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
});

const send = async (name: string, ...lines: string[]) => {
  await bench.send('acme', name, lines.join('\n'));
  await bench.advance('acme');
};
const warnings = async () =>
  (await bench.rows(`select detail->'warnings' as warnings from sync_files order by sync_id desc limit 1`)).flatMap(
    (row) => (row['warnings'] as { code: string }[]).map(({ code }) => code),
  );
const open = () =>
  bench.rows(
    `select piece_number as piece, amount::text as amount from ecritures where status = 'open' order by piece_number, amount`,
  );
const clientRows = () =>
  bench.rows('select client_code, name, address1, zip, city, phone from clients order by client_code');
const refused = () => bench.rows('select line, code from rejections order by sync_id, line');

const clientHeader = 'Code client;Nom;Adresse;CP;Ville;Téléphone';
const clients = [
  'C001;ATELIER DU PONT;1 quai Nord;29200;Brest;0298000001',
  'C002;BRASSERIE NEUVE;2 rue Basse;57000;Metz;0387000002',
  'C003;CARTONNERIE;Zone Sud Bâtiment 4;06000;Nice;0493000003',
  'C004;DERNIERE;4 rue;64000;Pau;0559000004',
];

test('a line break without quotes clears nothing that is stored, and makes no client', async () => {
  await send('clients.csv', clientHeader, ...clients, '');
  const stored = await clientRows();
  const broken = [
    'C002;BRASSERIE',
    'NEUVE;2 rue Basse;57000;Metz;0387000002',
    'C003;CARTONNERIE;Zone Sud',
    'Bâtiment 4;06000;Nice;0493000003',
  ];
  await send('clients.csv', clientHeader, clients[0] ?? '', ...broken, clients[3] ?? '', '');
  expect(await clientRows()).toEqual(stored);
  expect(await bench.rows('select line, code, raw from rejections order by line')).toEqual(
    broken.map((raw, i) => ({ line: 3 + i, code: 'too_few_cells', raw })),
  );
});

const header = 'Code client;N° pièce;Date écriture;Date échéance;Libellé;Montant';
const entry = (piece: string, amount: string, label = 'Facture') =>
  `C001;${piece};02/11/2026;30/11/2026;${label};${amount}`;
const yesterday = [entry('F-001', '120,00'), entry('F-002', '80,00'), entry('F-003', '70,00')];
const today = [entry('F-001', '100,00'), entry('F-002', '80,00'), entry('F-004', '60,00')];
const opens = [
  { piece: 'F-001', amount: '100.00' },
  { piece: 'F-002', amount: '80.00' },
  { piece: 'F-004', amount: '60.00' },
];

describe('an export that was appended to the one of yesterday', () => {
  beforeEach(async () => {
    await send('clients.csv', clientHeader, ...clients, '');
    await send('ecritures.csv', header, ...yesterday, '');
  });

  test.each([
    ['with a line end', [header, ...yesterday, header, ...today, ''], 5],
    ['without one', [header, ...yesterday.slice(0, 2), `${entry('F-003', '70,00')}${header}`, ...today, ''], 4],
  ])('%s is what counts, the report says so, and the next night is like any other', async (_, lines, line) => {
    await send('ecritures.csv', ...lines);
    expect(await open()).toEqual(opens);
    expect(await warnings()).toEqual(['earlier_export']);
    expect(
      await bench.rows(
        'select rejected, skipped, settled, inserted, updated from sync_files order by sync_id desc limit 1',
      ),
    ).toEqual([{ rejected: 0, skipped: line - 1, settled: 1, inserted: 1, updated: 1 }]);
    expect((await bench.reports('acme')).map(({ text }) => text).join('')).toContain(`à partir de la ligne ${line}`);
    await send('ecritures.csv', header, ...today, entry('F-005', '5,00'), '');
    expect(bench.reads.at(-1)?.kept).toBeNull();
    expect(await open()).toEqual([...opens, { piece: 'F-005', amount: '5.00' }]);
    expect(await warnings()).toEqual([]);
  });

  test('is told from it where only the lines that differ would be read, too', async () => {
    const many = Array.from({ length: 60 }, (_, i) => entry(`G-${i}`, '10,00', 'Un libellé assez long'));
    await send('ecritures.csv', header, ...many, '');
    await send('ecritures.csv', header, ...many, header, ...many.slice(1), '');
    expect(await open()).toHaveLength(59);
    expect(await warnings()).toEqual(['earlier_export']);
  });

  test('is put aside, and settles nothing, where not even half of it was in the other', async () => {
    const more = (name: string, count: number) =>
      Array.from({ length: count }, (_, i) => entry(`${name}-${i}`, '1,00'));
    await send(
      'ecritures.csv',
      header,
      ...yesterday,
      ...more('H', 4),
      header,
      ...yesterday.slice(1),
      ...more('J', 3),
      '',
    );
    expect(await open()).toHaveLength(3);
    expect(
      await bench.rows(`select detail->'quarantine' as quarantine from sync_files order by sync_id desc limit 1`),
    ).toEqual([{ quarantine: { code: 'two_exports', params: { line: '9' } } }]);
  });
});

describe('of a file of which only what differs is read', () => {
  beforeEach(() => send('clients.csv', clientHeader, ...clients, ''));

  test('the pages are compared line by line as before, until there is one more', async () => {
    const page = (n: number) => [header, ...Array.from({ length: 20 }, (_, i) => entry(`P${n}-${i}`, '10,00'))];
    await send('ecritures.csv', ...page(1), ...page(2), '');
    expect(await open()).toHaveLength(40);
    await send('ecritures.csv', ...page(1), ...page(2), entry('P3-1', '10,00'), '');
    expect(bench.reads.at(-1)?.kept).toBe(40);
    await send('ecritures.csv', ...page(1), ...page(2), ...page(3), '');
    expect(bench.reads.at(-1)?.kept).toBeNull();
    expect(await open()).toHaveLength(60);
  });

  const wide = `${header};Commande`;
  const short = Array.from({ length: 30 }, (_, i) => entry(`F-${i + 10}`, '10,00'));
  const full = short.map((line) => `${line};CDE 1`);

  test('a short line is refused, where a line that is not read has what it lacks', async () => {
    await send('ecritures.csv', wide, ...full, '');
    await send('ecritures.csv', wide, ...full, entry('F-99', '10,00'), '');
    expect(await refused()).toEqual([{ line: 32, code: 'too_few_cells' }]);
    expect(await open()).toHaveLength(30);
    await send('ecritures.csv', wide, ...full, entry('F-99', '10,00'), `${entry('F-98', '10,00')};`, '');
    expect(await refused()).toHaveLength(2);
    expect(await open()).toHaveLength(31);
  });

  test('short lines that were accepted are not any more, where another now has what they lack', async () => {
    await send('ecritures.csv', wide, ...short, '');
    expect(await open()).toHaveLength(30);
    await send('ecritures.csv', wide, ...short, `${entry('F-99', '10,00')};CDE 1`, '');
    expect(bench.reads.at(-1)?.kept).toBeNull();
    expect(await refused()).toHaveLength(30);
    // What a refused line names stays open.
    expect(await open()).toHaveLength(31);
  });

  test('short lines stay accepted where nothing has changed about that', async () => {
    await send('ecritures.csv', wide, ...short, '');
    await send('ecritures.csv', wide, ...short, entry('F-99', '10,00'), '');
    expect(bench.reads.at(-1)?.kept).toBe(30);
    expect(await open()).toHaveLength(31);
  });
});

test('both halves of a broken entry are refused, and what they are of stays open', async () => {
  await send('clients.csv', clientHeader, ...clients, '');
  await send('ecritures.csv', header, ...yesterday, '');
  await send(
    'ecritures.csv',
    header,
    entry('F-001', '120,00'),
    'C001;F-002;02/11/2026;30/11/2026;Trav',
    'aux;80,00',
    '',
  );
  expect(await open()).toEqual([
    { piece: 'F-001', amount: '120.00' },
    { piece: 'F-002', amount: '80.00' },
  ]);
  expect(await refused()).toEqual([
    { line: 3, code: 'too_few_cells' },
    { line: 4, code: 'too_few_cells' },
  ]);
});

test('lines that Excel left short are imported night after night, also where only one has changed', async () => {
  await send('clients.csv', clientHeader, ...clients, '');
  const wide = `${header};Commande;Remarque`;
  const block = (from: number, count: number, rest: string) =>
    Array.from({ length: count }, (_, i) => `${entry(`F-${from + i}`, '10,00')}${rest}`);
  const night = (rest: string) => [...block(100, 15, ';CDE 1;vu'), ...block(200, 48, rest), ...block(300, 16, ';;vu')];
  await send('ecritures.csv', wide, ...night(';;vu'), '');
  await send('ecritures.csv', wide, ...night(';;vu').slice(0, -1), '');
  expect(await open()).toHaveLength(78);
  await send('ecritures.csv', wide, ...night(''), '');
  expect([await refused(), (await open()).length]).toEqual([[], 79]);
  await send('ecritures.csv', wide, ...night('').slice(0, -1), '');
  expect([await refused(), (await open()).length]).toEqual([[], 78]);
});

test('an amount that the end of the file has cut is said, and settles nothing', async () => {
  await send('clients.csv', clientHeader, ...clients, '');
  const whole = [header, ...yesterday, entry('F-004', '60,00'), entry('F-005', '50,00')];
  await send('ecritures.csv', ...whole);
  expect(await warnings()).toEqual([]);
  await send('ecritures.csv', header, ...yesterday, entry('F-004', '6'));
  expect(await warnings()).toEqual(['perhaps_cut']);
  expect((await open()).map(({ piece }) => piece)).toEqual(['F-001', 'F-002', 'F-003', 'F-004', 'F-005']);
  await send('ecritures.csv', ...whole.slice(0, -1), entry('F-006', '6'), entry('F-007', '7'));
  expect(await warnings()).toEqual([]);
});
