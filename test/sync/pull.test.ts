import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { requestSync, type SyncRequest } from '../../src/db/queries/syncs/requests.ts';
import { revertSync } from '../../src/db/queries/syncs/decisions.ts';
import { createEvents } from '../../src/events.ts';
import { ArrivageError } from '../../src/errors.ts';
import { connectorInput, connectorOf } from '../../src/pull/connector-input.ts';
import { storeConnector } from '../../src/pull/connector-store.ts';
import { createPull } from '../../src/pull/pull.ts';
import { memoryRemote, type MemoryFile } from '../../src/pull/remote/memory.ts';
import { findSync } from '../../src/db/queries/syncs/syncs.ts';
import { storedReport } from '../../src/report/stored-report.ts';
import { summaryText } from '../../src/report/summary.ts';
import { syncView } from '../../src/admin/sync-view.ts';
import { spoken } from '../../src/admin/wording.ts';
import { syncLetter } from '../../src/notify/mail/sync-letter.ts';
import { keyring } from '../pull/pull-world.ts';
import { openBench } from './pipeline.ts';

const clients = (...names: string[]) =>
  ['Code client;Raison sociale', ...names.map((name, i) => `C${i + 1};${name}`), ''].join('\r\n');
const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entries = (...pieces: number[]) =>
  [header, ...pieces.map((piece) => `C1;VE;F${piece};01/11/2026;01/12/2026;Facture;10,00;`), ''].join('\r\n');

/** A tenant whose server is a twin in memory; everything else is real. */
async function pullBench() {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', settleSeconds: 0, guardSettle: 1, guardRows: 0 });
  const input = {
    ...{ protocol: 'sftp', host: 'files.example', username: 'acme', password: 'secret', stableSeconds: 0 },
    files: { clients: { pattern: 'clients.csv' }, ecritures: { pattern: 'e_{yyyyMMdd}.csv' } },
    afterReading: { kind: 'delete' },
  };
  const { settings, secrets } = connectorOf(connectorInput.parse(input));
  await storeConnector(bench.database, keyring, 'acme', settings, secrets);
  const remote = new Map<string, MemoryFile>();
  const faults: { open?: ArrivageError; remove?: ArrivageError } = {};
  const depot = {
    ...{ spool: bench.spool, database: bench.database, log: pino({ level: 'silent' }), now: Date.now },
    events: createEvents((error) => {
      throw error;
    }),
  };
  const pull = createPull({
    ...{ depot, keyring, privateTargets: [] },
    open() {
      if (faults.open) return Promise.reject(faults.open);
      const twin = memoryRemote(remote);
      return Promise.resolve({
        ...twin,
        remove: (name) => (faults.remove ? Promise.reject(faults.remove) : twin.remove(name)),
      });
    },
    pause: () => Promise.resolve(),
  });
  bench.source.fetch = (...given) => pull.fetch(...given);
  let minute = 0;
  return {
    bench,
    remote,
    faults,
    put: (name: string, text: string) =>
      remote.set(name, { bytes: Buffer.from(text), modified: new Date(Date.UTC(2026, 10, 24, 8, minute++)) }),
    synchronise: async (request: SyncRequest = {}) => {
      const { syncId } = await requestSync(bench.database, { id: 'acme' }, request, 'ann');
      await bench.advance('acme');
      const [sync] = await bench.rows(`select state, missing, error from syncs where id = ${syncId}`);
      return sync;
    },
    rows: () => bench.rows('select piece_number as piece, status from ecritures order by 1'),
  };
}

it('takes each night’s files from the server once, tidies up behind itself, and imports each whole', async () => {
  const { remote, put, synchronise, rows } = await pullBench();
  put('clients.csv', clients('Dupont'));
  put('e_20261123.csv', entries(1, 2));
  expect(await synchronise({ dryRun: true })).toMatchObject({ state: 'dry_run', missing: [] });
  expect([...remote.keys()]).toHaveLength(2);
  expect(await rows()).toEqual([]);
  expect(await synchronise()).toMatchObject({ state: 'applied', missing: [] });
  expect([...remote.keys()]).toEqual([]);
  put('e_20261124.csv', entries(2, 3));
  expect(await synchronise()).toMatchObject({ state: 'applied', missing: ['clients'] });
  expect(await rows()).toEqual([
    { piece: 'F1', status: 'settled_presumed' },
    { piece: 'F2', status: 'open' },
    { piece: 'F3', status: 'open' },
  ]);
  expect(await synchronise()).toMatchObject({ state: 'unchanged' });
});

it('goes on by itself once the server is back, and loses nothing in between', async () => {
  const { bench, faults, put, synchronise, rows } = await pullBench();
  put('clients.csv', clients('Dupont'));
  put('e_20261123.csv', entries(1));
  faults.open = new ArrivageError('unreachable', { host: 'files.example', port: 22 });
  expect(await synchronise()).toMatchObject({ state: 'queued', error: { code: 'unreachable' } });
  delete faults.open;
  bench.clock.now = new Date(bench.clock.now.getTime() + 60_000);
  await bench.advance('acme');
  expect(await bench.rows('select state, error from syncs')).toEqual([{ state: 'applied', error: null }]);
  expect(await rows()).toEqual([{ piece: 'F1', status: 'open' }]);
});

it('a pull that was undone is fetched again by force alone', async () => {
  const { bench, put, synchronise, rows } = await pullBench();
  await bench.rows(`update connectors set after_reading = '{"kind": "leave"}'`);
  put('clients.csv', clients('Dupont'));
  put('e_20261123.csv', entries(1));
  await synchronise();
  await revertSync(bench.database.sql, 'acme', 1, 'ann');
  await bench.advance('acme');
  expect(await rows()).toEqual([]);
  expect(await synchronise()).toMatchObject({ state: 'unchanged' });
  expect(await synchronise({ force: true })).toMatchObject({ state: 'applied' });
  expect(await rows()).toEqual([{ piece: 'F1', status: 'open' }]);
});

it('reads a file as the rule says by which it was fetched, and not as its name or its header would have it', async () => {
  const { bench, put, synchronise } = await pullBench();
  const rules = {
    clients: { pattern: 'ecritures.csv', take: 'newest' },
    ecritures: { pattern: '*FEC*.txt', take: 'newest' },
  };
  await bench.rows(`update connectors set files = '${JSON.stringify(rules)}'`);
  put(
    'ecritures.csv',
    [`${header};Raison sociale`, 'C1;VE;F1;01/11/2026;01/12/2026;Facture;10,00;;Dupont', ''].join('\r\n'),
  );
  expect(await synchronise()).toMatchObject({ state: 'applied', missing: ['ecritures'] });
  expect(await bench.rows('select client_code as code, name from clients')).toEqual([{ code: 'C1', name: 'Dupont' }]);
  expect(await bench.rows('select 1 from ecritures')).toEqual([]);

  // An FEC is écritures, and goes on naming clients.
  const fec = [
    'JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise',
    'VE\tVentes\t1\t20261101\t411000\tClients\tC2\tDurand\tF1\t20261101\tFacture\t10,00\t0,00\t\t\t20261101\t\t',
    '',
  ];
  put('123456789FEC20261231.txt', fec.join('\r\n'));
  expect(await synchronise()).toMatchObject({ state: 'applied', missing: [] });
  expect(await bench.rows('select client_code as code from clients order by 1')).toEqual([
    { code: 'C1' },
    { code: 'C2' },
  ]);
});

it('gives what a rule fetches the company of the rule, and settles nothing of what is pushed for another', async () => {
  const { bench, put, synchronise, rows } = await pullBench();
  const scope = { company: 'Nord' };
  const rules = {
    clients: { pattern: 'clients.csv', take: 'newest', scope },
    ecritures: { pattern: 'e_{yyyyMMdd}.csv', take: 'newest', scope },
  };
  await bench.rows(`update connectors set files = '${JSON.stringify(rules)}'`);
  put('clients.csv', clients('Dupont'));
  put('e_20261123.csv', entries(1, 2));
  await synchronise();
  await bench.send('acme', 'clients_sud.csv', `Société;${clients('Durand').replace('C1', 'Sud;C1')}`);
  await bench.send(
    'acme',
    'sud.csv',
    `Société;${header}\r\nSud;C1;VE;F8;01/11/2026;01/12/2026;Facture;10,00;\r\n`,
    'sftp',
  );
  await bench.advance('acme', { hurry: true });
  put('e_20261124.csv', entries(2, 3));
  expect(await synchronise()).toMatchObject({ state: 'applied' });
  expect(await bench.rows(`select company, count(*)::int as n from ecritures group by 1 order by 1`)).toEqual([
    { company: 'Nord', n: 3 },
    { company: 'Sud', n: 1 },
  ]);
  expect(await rows()).toEqual([
    { piece: 'F1', status: 'settled_presumed' },
    { piece: 'F2', status: 'open' },
    { piece: 'F3', status: 'open' },
    { piece: 'F8', status: 'open' },
  ]);
  const [last] = await bench.rows(
    `select detail->'scope' as scope from sync_files where dataset = 'ecritures' order by sync_id desc limit 1`,
  );
  expect(last?.['scope']).toEqual([{ companies: ['Nord'], journal: null, from: null }]);
});

describe('what could not be deleted at its source', () => {
  /** The latest sync as each reader sees it. */
  async function told(bench: Awaited<ReturnType<typeof pullBench>>['bench'], language: 'fr' | 'en') {
    const [last] = await bench.rows('select max(id)::float8 as id from syncs');
    const sync = await findSync(bench.database.db, Number(last?.['id']));
    if (!sync) throw new Error('no sync');
    const report = await storedReport(bench.database.sql, { id: 'acme', name: 'Acme', language }, sync);
    return {
      text: summaryText(report),
      letter: JSON.stringify(syncLetter(report)),
      shown: syncView(sync, spoken(language)),
    };
  }

  it.each([
    [
      'a refusal',
      new ArrivageError('remote_refused', { during: 'REMOVE', reply: 'Permission denied' }),
      /Permission denied/,
    ],
    ['a connection that is cut', new ArrivageError('remote_cut', { during: 'REMOVE' }), /REMOVE/],
  ])('stands in the report, the mail and the API until it is gone: %s', async (_, refusal, why) => {
    const { bench, faults, put, remote, synchronise } = await pullBench();
    put('clients.csv', clients('Dupont'));
    put('e_20261123.csv', entries(1, 2));
    faults.remove = refusal;
    expect(await synchronise()).toMatchObject({ state: 'applied', error: null });
    const french = await told(bench, 'fr');
    expect(french.text).toMatch(/n’a pas laissé supprimer : clients\.csv \(.*\) ; e_20261123\.csv \(/);
    expect(french.text).toMatch(why);
    expect(french.text).not.toContain('tout est en ordre');
    expect(french.letter).toContain('n’a pas laissé supprimer : clients.csv');
    const { shown, text } = await told(bench, 'en');
    expect(text).toContain('could not be deleted at their source: clients.csv (');
    expect(shown.leftAtSource).toMatchObject({ how: 'delete', count: 2, files: [{ name: 'clients.csv' }, {}] });
    expect(shown.leftAtSource?.files[0]?.reason.message).toMatch(why);

    // Nothing new has come: what is owed is still told, and once it is gone no more.
    expect(await synchronise()).toMatchObject({ state: 'unchanged' });
    expect((await told(bench, 'en')).text).toContain('could not be deleted at their source: clients.csv (');
    delete faults.remove;
    await synchronise();
    expect(remote.size).toBe(0);
    const after = await told(bench, 'en');
    expect(after.shown.leftAtSource).toBeNull();
    expect(after.text).not.toContain('at their source');
  });
});
