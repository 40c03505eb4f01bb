import { afterAll, expect, test } from 'vitest';
import { revertSync } from '../../src/db/queries/syncs/decisions.ts';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { targets } from '../../src/load/target.ts';
import { tablesOfDataset, tablesOfSync, type TempTable } from '../../src/load/temp-tables.ts';
import { datasets, type Dataset } from '../../src/model/dataset.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';
import type { TempColumn } from '../support/recorded-sql.ts';
import { layOut } from '../support/sql-text.ts';

/**
 * What the load path says to the database, statement by statement: which of them a kind of file takes, and each as a
 * whole, which stands nowhere in the code. `vitest -u` writes the files anew; the difference is what is to be reviewed.
 */

const CLIENTS = 'Code client;Raison sociale;Délai;Maison mère';
const CONTACTS = 'Code client;Nom;E-mail;Principal';
const ENTRIES = 'Code client;N° pièce;Date écriture;Date échéance;Libellé;Lettrage;Montant';
const ofIds = `Id;${ENTRIES};Solde`;
const csv = (header: string, ...lines: string[]) => [header, ...lines, ''].join('\r\n');
const entry = (piece: number, label = 'Facture', letter = '', amount = '10,00') =>
  `C1;F${piece};02/11/2026;30/11/2026;${label};${letter};${amount}`;
const fec = (year: number, ...lines: string[]) =>
  [
    'JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate' +
      '|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise',
    ...lines.map((line) => {
      const [journal, piece, debit, credit] = line.split(' ');
      const date = journal === 'AN' ? `${year}0101` : `${year}0310`;
      return `${journal}|${journal === 'AN' ? 'A nouveaux' : 'Ventes'}|1|${date}|411000|Clients|C1|Dupont|${piece}|${date}|Facture|${debit}|${credit}|||${date}||`;
    }),
    '',
  ].join('\r\n');

const clients = csv(CLIENTS, 'C1;Dupont;30;', 'C2;Durand;;');
const entries = csv(ENTRIES, entry(1), entry(2), entry(3), entry(4));

interface World {
  bench: Bench;
  /** One sync of the files. */
  sync: (...files: [name: string, content: string][]) => Promise<void>;
}

interface Case {
  name: string;
  before?: (world: World) => Promise<void>;
  run: (world: World) => Promise<void>;
}

const withClients = ({ sync }: World) => sync(['clients.csv', clients]);
const withEntries = async (world: World) => {
  await withClients(world);
  await world.sync(['ecritures.csv', entries]);
};
/** So that the next snapshot is compared row by row, not line by line. */
const whole = async (world: World) => {
  await withEntries(world);
  await world.bench.rows('delete from last_snapshots');
};

const cases: Case[] = [
  { name: 'clients of a new tenant', run: withClients },
  {
    name: 'clients that are new and changed',
    before: withEntries,
    run: ({ sync }) => sync(['clients.csv', csv(CLIENTS, 'C1;Dupont SA;45;C2', 'C3;Dubois;;C9')]),
  },
  {
    name: 'contacts of a new tenant',
    before: withClients,
    run: ({ sync }) => sync(['contacts.csv', csv(CONTACTS, 'C1;Lefèvre;a@x.fr;oui', 'C9;Roux;b@x.fr;')]),
  },
  {
    name: 'contacts as a snapshot',
    before: async (world) => {
      await withClients(world);
      await world.sync(['contacts.csv', csv(CONTACTS, 'C1;Lefèvre;a@x.fr;oui', 'C1;Roux;b@x.fr;')]);
      await setMapping(world.bench.database.db, 'acme', 'contacts', { mode: 'snapshot' });
    },
    run: ({ sync }) => sync(['contacts.csv', csv(CONTACTS, 'C1;Lefebvre;a@x.fr;oui', 'C2;Roux;c@x.fr;oui')]),
  },
  {
    name: 'ecritures of a new tenant, straight into the table',
    before: withClients,
    run: ({ sync }) => sync(['ecritures.csv', csv(ENTRIES, entry(1), entry(2, 'Facture', 'AA'), `C9${entry(3).slice(2)}`)]),
  },
  {
    name: 'ecritures of a new tenant, staged',
    before: async (world) => {
      await withClients(world);
      await setMapping(world.bench.database.db, 'acme', 'ecritures', { mode: 'delta' });
    },
    run: ({ sync }) =>
      sync(['ecritures.csv', csv(ENTRIES, entry(1, 'Facture', 'AA'), entry(2, 'Avoir', 'AA', '-10,00'))]),
  },
  {
    name: 'ecritures as a snapshot',
    before: whole,
    run: ({ sync }) => sync(['ecritures.csv', csv(ENTRIES, entry(1), entry(2, 'Rectifiée', 'AA'), entry(3), entry(5))]),
  },
  {
    name: 'ecritures as a snapshot of which only what differs is read',
    before: withEntries,
    run: ({ sync }) => sync(['ecritures.csv', csv(ENTRIES, entry(1), entry(2, 'Rectifiée'), entry(3), entry(5))]),
  },
  {
    name: 'ecritures as a snapshot with refused records',
    before: whole,
    run: ({ sync }) =>
      sync([
        'ecritures.csv',
        csv(ENTRIES, entry(1), entry(2, '', '', 'douze'), `C9${entry(3).slice(2)}`, entry(5), entry(5)),
      ]),
  },
  {
    name: 'ecritures as a snapshot of instalments',
    before: async (world) => {
      await withClients(world);
      const instalments = [entry(1, 'a', '', '10,00'), entry(1, 'b', '', '20,00'), entry(1, 'c', '', '30,00')];
      await world.sync(['ecritures.csv', csv(ENTRIES, ...instalments)]);
      await world.bench.rows('delete from last_snapshots');
    },
    run: ({ sync }) => sync(['ecritures.csv', csv(ENTRIES, entry(1, 'b', '', '20,00'), entry(1, 'c', '', '30,00'))]),
  },
  {
    name: 'ecritures as a snapshot of one journal since a day',
    before: async (world) => {
      await whole(world);
      const scopes = [{ journal: 'VE', from: '2026-01-01' }];
      await setMapping(world.bench.database.db, 'acme', 'ecritures', { scopes });
    },
    run: ({ sync }) => sync(['ecritures.csv', csv(`${ENTRIES};Journal`, `${entry(1)};VE`)]),
  },
  {
    name: 'ecritures as a snapshot that the guard holds',
    before: async (world) => {
      await whole(world);
      await world.bench.rows('update tenants set guard_settle = 0.1');
    },
    run: ({ sync }) => sync(['ecritures.csv', csv(ENTRIES, entry(1))]),
  },
  {
    name: 'ecritures as a delta, with ids and balances',
    before: async (world) => {
      await withClients(world);
      await setMapping(world.bench.database.db, 'acme', 'ecritures', { mode: 'delta' });
      await world.sync(['ecritures.csv', csv(ofIds, `1;${entry(1)};10,00`, `2;${entry(2)};10,00`)]);
    },
    run: ({ sync }) => sync(['ecritures.csv', csv(ofIds, `2;${entry(2)};0,00`, `2;${entry(7)};0,00`, `3;${entry(3)};`)]),
  },
  {
    name: 'ecritures in several files',
    before: withEntries,
    run: ({ sync }) =>
      sync(['ecritures-1.csv', entries], ['ecritures-2.csv', csv(`${ENTRIES};Devise`, `${entry(1)};EUR`, `${entry(8)};USD`)]),
  },
  {
    name: 'FECs of two exercises',
    run: ({ sync }) =>
      sync(
        ['123456789FEC20251231.txt', fec(2025, 'VE F1 10,00 0,00', 'VE F2 20,00 0,00')],
        ['123456789FEC20261231.txt', fec(2026, 'AN F1 10,00 0,00', 'VE F3 30,00 0,00')],
      ),
  },
  {
    name: 'a revert',
    before: async (world) => {
      await withEntries(world);
      await world.sync(['ecritures.csv', csv(ENTRIES, entry(1), entry(2, 'Rectifiée'), entry(3), entry(5))]);
    },
    run: async ({ bench }) => {
      await revertSync(bench.database.sql, 'acme', 3, 'ann');
      await bench.advance('acme');
    },
  },
];

/** Table → column → type. */
const made = new Map<string, Map<string, string>>();

function note(columns: readonly TempColumn[]): void {
  for (const { table, column, type } of columns)
    made.set(table, (made.get(table) ?? new Map<string, string>()).set(column, type));
}

type Declared = readonly [name: string, table: TempTable, dataset: Dataset];

const ofDatasets: Declared[] = datasets.flatMap((dataset) =>
  Object.entries<TempTable>(tablesOfDataset).map(([name, table]) => [`${name}_${dataset}`, table, dataset] as const),
);
const ofSync: Declared[] = Object.entries<TempTable>(tablesOfSync).map(([name, table]) => [name, table, 'ecritures'] as const);

/** What is declared of a table, and what is found of it. */
function columnsOf([name, { columns, hasFileColumns, ofEntries }, dataset]: Declared): Record<'declared' | 'found', Map<string, string>> {
  const declared = { ...columns, ...(dataset === 'ecritures' && ofEntries) };
  const own = new Set(hasFileColumns ? [...targets[dataset].types.keys(), ...targets[dataset].ours] : []);
  const found = [...(made.get(name) ?? [])].filter(([column]) => column in declared || !own.has(column));
  const bare = Object.entries(declared).map(([column, type]) => [column, type.replace(/ (not|generated) .*/, '')]);
  return { declared: new Map(bare.map(([column = '', type = '']) => [column, type])), found: new Map(found) };
}

afterAll(() => {
  const known = [...ofDatasets, ...ofSync];
  expect([...made.keys()].filter((name) => !known.some(([each]) => each === name))).toEqual([]);
  for (const table of known.filter(([name]) => made.has(name))) {
    const { declared, found } = columnsOf(table);
    expect(found, table[0]).toEqual(declared);
  }
});

test.each(cases)('$name', async ({ name, before, run }) => {
  let said: string[] = [];
  const bench = await openBench({ statement: (text) => said.push(text), tables: note });
  await bench.tenant('acme', { trigger: 'settle', guardSettle: 1, guardRows: 0 });
  const sync: World['sync'] = async (...files) => {
    for (const [file, content] of files) await bench.send('acme', file, content);
    await bench.advance('acme', { hurry: true });
  };
  await before?.({ bench, sync });
  said = [];
  await run({ bench, sync });
  const statements = said.map((text) => `${layOut(text.replaceAll(/batches_\d+/g, 'batches'))};\n`);
  await expect(statements.join('\n')).toMatchFileSnapshot(`sql/${name.replaceAll(/[ ,]+/g, '-')}.sql`);
});
