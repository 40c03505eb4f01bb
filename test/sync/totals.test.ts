import { expect, it } from 'vitest';
import type { SyncFile } from '../../src/model/sync.ts';
import type { ShownSum } from '../../src/model/totals.ts';
import { openBench, type Bench } from './pipeline.ts';

const header = 'Id;Code client;N° pièce;Date écriture;Échéance;Débit;Crédit;Solde;Devise';
const clients = 'Code client;Raison sociale\r\nC1;Dupont\r\nC2;Durand\r\nC3;Petit\r\n';

/** Entries in two currencies: some refused, some for nobody, some twice, one under a key of another client. */
const entries = (rows: number): string[] =>
  Array.from({ length: rows }, (_, i) => {
    const client = ['C1', 'C2', 'C3', 'C1', 'C9'][i % 5] ?? '';
    const amount = `${(i * 37) % 1000},${String(i % 100).padStart(2, '0')}`;
    const [debit, credit] = i % 3 === 0 ? ['', amount] : [amount, ''];
    const balance = i % 3 === 0 ? '0,00' : amount;
    const id = i % 50 === 49 ? i - 1 : i;
    const date = i % 40 === 7 ? '31/02/2026' : '15/01/2026';
    return `${id};${client};F${i};${date};31/01/2026;${debit};${credit};${balance};${i % 7 === 0 ? 'USD' : 'EUR'}`;
  });

const file = (lines: readonly string[]): string => [header, ...lines, ''].join('\r\n');

async function totalsOf(bench: Bench) {
  const [row] = await bench.rows(`
    select detail from sync_files where dataset = 'ecritures' order by sync_id desc, file_no desc limit 1`);
  const { totals, warnings } = row?.['detail'] as SyncFile;
  if (!totals) throw new Error('no totals were stored');
  return { ...totals, warnings };
}

const storedIn = (bench: Bench) =>
  bench.rows(`
    select currency, count(*)::int as rows, coalesce(sum(amount) filter (where amount > 0), 0)::text as debit,
      coalesce(-sum(amount) filter (where amount < 0), 0)::text as credit, sum(amount)::text as amount,
      sum(balance)::text as balance
    from ecritures where row_hash <> 0 group by currency order by count(*) desc`);

const clientsIn = async (bench: Bench) =>
  Number((await bench.rows('select count(distinct client_code) as n from ecritures where row_hash <> 0'))[0]?.['n']);

const cents = (sum: ShownSum): number[] =>
  [sum.debit, sum.credit, sum.amount, sum.balance].map((text) => Math.round(Number(text) * 100));

async function sent(lines: readonly string[], bench?: Bench): Promise<Bench> {
  const world = bench ?? (await openBench());
  if (!bench) {
    await world.tenant('acme', { guardSettle: 1, guardRows: 0 });
    await world.send('acme', 'clients.csv', clients);
    await world.advance('acme');
  }
  await world.send('acme', 'ecritures.csv', file(lines));
  await world.advance('acme');
  return world;
}

it('tells what is stored to the cent, and how it comes to what was read', async () => {
  const bench = await sent([...entries(200), entries(3)[1] ?? '']);
  const totals = await totalsOf(bench);
  expect(totals.currencies.map(({ currency, stored }) => ({ currency, ...stored }))).toEqual(await storedIn(bench));
  for (const { read, refused, duplicate, stored } of totals.currencies) {
    expect(read.rows).toBe(refused.rows + duplicate.rows + stored.rows);
    const parts = [refused, duplicate, stored].map(cents);
    expect(cents(read)).toEqual([0, 1, 2, 3].map((i) => parts.reduce((sum, each) => sum + (each[i] ?? 0), 0)));
  }
  expect(totals.currencies[0]?.duplicate.rows).toBe(1);
  expect(totals.clients).toEqual({ read: 4, stored: await clientsIn(bench) });
});

it('tells the same of a snapshot of which only the lines that differ were read', async () => {
  const first = entries(2000);
  const changed = first.map((line, i) => (i === 1003 ? line.replace('C1', 'C2').replace('F1003', 'F1003b') : line));
  const next = [...changed.slice(0, 1500), ...changed.slice(1501)];
  const bench = await sent(next, await sent(first));
  expect(bench.reads.at(-1)?.kept).toBeGreaterThan(1000);
  const totals = await totalsOf(bench);
  expect(totals).toEqual(await totalsOf(await sent(next)));
  expect(totals.currencies.map(({ currency, stored }) => ({ currency, ...stored }))).toEqual(await storedIn(bench));
});

it('no longer counts a client whose last entry went', async () => {
  const others = Array.from({ length: 800 }, (_, i) => `${i};C1;F${i};15/01/2026;31/01/2026;10,00;;10,00;EUR`);
  const bench = await sent([...others, '900;C2;F900;15/01/2026;31/01/2026;10,00;;10,00;EUR']);
  expect((await totalsOf(bench)).clients).toEqual({ read: 2, stored: 2 });
  await sent(others, bench);
  expect(bench.reads.at(-1)?.kept).toBe(800);
  expect((await totalsOf(bench)).clients).toEqual({ read: 1, stored: 1 });
});

it('compares the total of the file every night, whichever lines are read', async () => {
  const lines = Array.from({ length: 800 }, (_, i) => `${i};C1;F${i};15/01/2026;31/01/2026;10,00;;10,00;EUR`);
  const bench = await sent([...lines, 'TOTAL;;;;;8 000,00;0,00;;']);
  expect(await totalsOf(bench)).toMatchObject({ confirmed: 802, warnings: [] });
  const raised = lines.with(400, (lines[400] ?? '').replaceAll('10,00', '11,00'));
  await sent([...raised, 'TOTAL;;;;;8 001,00;0,00;;'], bench);
  expect(bench.reads.at(-1)?.kept).toBeGreaterThan(0);
  expect(await totalsOf(bench)).toMatchObject({ confirmed: 802, warnings: [] });
  await sent([...lines, 'TOTAL;;;;;8 001,00;0,00;;'], bench);
  expect(await totalsOf(bench)).toMatchObject({
    confirmed: null,
    warnings: [
      { code: 'total_differs', column: 'debit', count: 1, examples: [{ line: 802, value: '8 001,00 ≠ 8000,00' }] },
    ],
  });
});

it('compares a total above the header with what the file holds, night after night', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  await bench.send('acme', 'clients.csv', clients);
  await bench.advance('acme');
  const lines = Array.from(
    { length: 40 },
    (_, i) => `${i};C1;F${i};15/01/2026;31/01/2026;10,00;;10,00;EUR${' '.repeat(20)}`,
  );
  const night = async (title: string, rows: readonly string[]) => {
    await bench.send('acme', 'ecritures.csv', ['SARL DURAND', title, '', header, ...rows, ''].join('\r\n'));
    await bench.advance('acme');
    const { confirmed, warnings } = await totalsOf(bench);
    return [confirmed, warnings.map(({ code, examples }) => [code, ...examples.map(({ value }) => value)])];
  };
  expect(await night('Total : 400,00', lines)).toEqual([2, []]);
  expect(await night('Total : 390,00', lines.slice(1))).toEqual([2, []]);
  expect(await night('Total : 1 234,56', lines.slice(1))).toEqual([null, [['total_differs', '1 234,56 ≠ 390,00']]]);
  expect(await night('Nombre de lignes : 12', lines.slice(1))).toEqual([
    null,
    [['count_differs', 'Nombre de lignes : 12 ≠ 39']],
  ]);
});
