import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openBench, type Bench } from './pipeline.ts';

const fixture = (name: string) => readFile(new URL(`../fixtures/validate/${name}`, import.meta.url));
const clients =
  'Code client;Nom;Délai\nC001;ATELIER DU PONT;30\nC002;BRASSERIE NEUVE;30\nC003;CARTONNERIE DES LACS;45\n';

/** Imports a file of entries by itself. */
async function imported(name: string, as: string): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', { guardSettle: 1, guardRows: 0 });
  if (as.endsWith('.csv')) await bench.send('acme', 'clients.csv', clients);
  await bench.send('acme', as, await fixture(name));
  await bench.advance('acme');
  return bench;
}

const entriesOf = async (bench: Bench) =>
  (
    await bench.rows(`select piece_number, coalesce(balance, amount)::text as owed, status from ecritures order by 1`)
  ).map(({ piece_number, owed, status }) => `${piece_number as string} ${owed as string} ${status as string}`);
const owed = async (bench: Bench) =>
  (await bench.rows(`select sum(coalesce(balance, amount))::text as owed from ecritures where status = 'open'`))[0]?.[
    'owed'
  ];

it('an FEC’s letter is one of its account, and the other one’s entries stay open', async () => {
  const bench = await imported('fec-letter-on-two-accounts.txt', '123456789FEC20261231.txt');
  expect(await entriesOf(bench)).toEqual([
    'F-1 100.00 settled',
    'F-2 70.00 open',
    'R-1 -100.00 settled',
    'RG-1 50.00 open',
    'RG-2 -20.00 open',
  ]);
});

it('a direct debit that came back is owed again', async () => {
  const bench = await imported('fec-credit-taken-back.txt', '123456789FEC20260131.txt');
  expect(await owed(bench)).toBe('280.00');
});

it('a dash among balances is paid, and so is nothing, which is said', async () => {
  expect(await owed(await imported('balance-dashes.csv', 'ecritures.csv'))).toBe('120.00');
  const empty = await imported('balance-empty.csv', 'ecritures.csv');
  expect(await owed(empty)).toBe('219.00');
  const [report] = (await empty.reports('acme')).filter(({ text }) => text.includes('Le solde est vide'));
  expect(report?.text).not.toContain('tout est en ordre');
});

it('types that are sides sign the amounts', async () => {
  const bench = await imported('side-in-type.csv', 'ecritures.csv');
  expect(await owed(bench)).toBe('80.00');
});
