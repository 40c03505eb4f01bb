import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { requestSync } from '../../src/db/queries/syncs/requests.ts';
import { ArrivageError } from '../../src/errors.ts';
import { texts, writeBook } from '../parse/xlsx-fixture.ts';
import { openBench, type Bench } from './pipeline.ts';

const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entry = (piece: number, amount = '10,00') => `C1;VE;F${piece};01/11/2026;01/12/2026;Facture ${piece};${amount};`;
const entries = (...pieces: number[]) => [header, ...pieces.map((piece) => entry(piece)), ''].join('\r\n');
const oneClient = 'Code client;Raison sociale\r\nC1;Dupont\r\n';

async function withClient(settings = {}): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', settings);
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.advance('acme', { hurry: true });
  return bench;
}

const states = (bench: Bench) =>
  bench.rows('select state from syncs order by id').then((rows) => rows.map((r) => r['state']));
const pieces = (bench: Bench) => bench.rows('select piece_number, status from ecritures order by piece_number');

it('skips the same bytes, and says so', async () => {
  const bench = await withClient();
  for (let i = 0; i < 2; i++) {
    await bench.send('acme', 'ecritures.csv', entries(1, 2));
    await bench.advance('acme');
  }
  expect(await states(bench)).toEqual(['applied', 'applied', 'unchanged']);
  expect(await bench.rows('select read from sync_files where sync_id = 3')).toEqual([{ read: 0 }]);
  expect((await bench.reports('acme')).filter(({ text }) => /identique/i.test(text))).toHaveLength(1);
});

it('reads the same bytes again once the clients that they lacked have come', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'applied', 'applied']);
  expect(await pieces(bench)).toEqual([{ piece_number: 'F1', status: 'open' }]);
});

it('marks what vanished from a snapshot, and reopens what comes back', async () => {
  const bench = await withClient({ guardSettle: 1, guardRows: 0 });
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3, 4));
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3));
  await bench.advance('acme');
  expect(await pieces(bench)).toContainEqual({ piece_number: 'F4', status: 'settled_presumed' });
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3, 4));
  await bench.advance('acme');
  expect(await pieces(bench)).toContainEqual({ piece_number: 'F4', status: 'open' });
  expect(
    await bench.rows('select settled, reopened from sync_files where dataset = $$ecritures$$ order by sync_id'),
  ).toEqual([
    { settled: 0, reopened: 0 },
    { settled: 1, reopened: 0 },
    { settled: 0, reopened: 1 },
  ]);
  expect(await bench.rows('select change, before->>$$status$$ as before from changes order by sync_id')).toEqual([
    { change: 'settled', before: 'open' },
    { change: 'reopened', before: 'settled_presumed' },
  ]);
});

it('keeps an invoice open whose line is refused tonight, and says so; what is left out is settled all the same', async () => {
  const bench = await withClient({ guardSettle: 1, guardRows: 0 });
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3, 4));
  await bench.advance('acme');
  const mistyped = [entry(2, 'dix'), entry(3).replace('C1;', 'C9;')];
  await bench.send('acme', 'ecritures.csv', [header, entry(1), ...mistyped, ''].join('\r\n'));
  await bench.advance('acme');
  expect(await pieces(bench)).toEqual([
    { piece_number: 'F1', status: 'open' },
    { piece_number: 'F2', status: 'open' },
    { piece_number: 'F3', status: 'open' },
    { piece_number: 'F4', status: 'settled_presumed' },
  ]);
  expect(await bench.rows('select read, unchanged, rejected, settled from sync_files where sync_id = 3')).toEqual([
    { read: 3, unchanged: 1, rejected: 2, settled: 1 },
  ]);
  const report = (await bench.reports('acme')).find(({ text }) => text.includes('elle reste ouverte'));
  expect(report?.text).toMatch(/elle reste ouverte : 2 fois/);

  await bench.send('acme', 'ecritures.csv', entries(1, 2));
  await bench.advance('acme');
  expect(await pieces(bench)).toContainEqual({ piece_number: 'F3', status: 'settled_presumed' });
});

it('settles nothing when a refused line does not say whose it is', async () => {
  const bench = await withClient({ guardSettle: 1, guardRows: 0 });
  await bench.send('acme', 'ecritures.csv', entries(1, 2));
  await bench.send('acme', 'ecritures.csv', `${entries(1)};VE;;01/11/2026;;Facture;10,00;\r\n`);
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'applied', 'applied']);
  expect((await pieces(bench)).map(({ status }) => status)).toEqual(['open', 'open']);
});

it('forgets what a first reading refused when the second one takes it', async () => {
  const bench = await withClient({ guardSettle: 1, guardRows: 0 });
  const english = 'Code client,Journal,N° pièce,Date écriture,Montant';
  // Day first, the second date would be in December 2028, which is too far away.
  const lines = ['C1,VE,F1,11/23/2026,1.50', 'C1,VE,F2,03/12/2028,1.50', 'C1,BQ,F2,11/23/2026,-1.50'];
  await bench.send('acme', 'ecritures.csv', [english, ...lines].join('\n'));
  await bench.send('acme', 'ecritures.csv', [english, ...lines.slice(0, 2)].join('\n'));
  await bench.advance('acme');
  expect(await bench.rows('select journal, piece_number, status from ecritures order by 1, 2')).toEqual([
    { journal: 'BQ', piece_number: 'F2', status: 'settled_presumed' },
    { journal: 'VE', piece_number: 'F1', status: 'open' },
    { journal: 'VE', piece_number: 'F2', status: 'open' },
  ]);
});

it('counts the days of a workbook from 1904 where it does', async () => {
  const bench = await withClient();
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-1904-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const serial = `<row r="2"><c t="inlineStr"><is><t>C1</t></is></c><c t="inlineStr"><is><t>F1</t></is></c><c><v>44591</v></c><c><v>12</v></c></row>`;
  const sheets = { Feuil1: texts(1, 'Code client', 'Pièce', 'Date', 'Montant') + serial };
  const book = await writeBook(join(folder, 'book.xlsx'), { sheets, date1904: true });
  await bench.send('acme', 'ecritures.xlsx', await readFile(book));
  await bench.advance('acme');
  expect(await bench.rows('select entry_date::text, amount from ecritures')).toEqual([
    { entry_date: '2026-01-31', amount: '12.00' },
  ]);
});

it('holds a snapshot that would settle too much, applies nothing, and shows what it would do', async () => {
  const bench = await withClient();
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3, 4));
  await bench.send('acme', 'ecritures.csv', entries(1, 2));
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'applied', 'held']);
  expect((await pieces(bench)).map(({ status }) => status)).toEqual(['open', 'open', 'open', 'open']);
  const [held] = await bench.rows('select guard, preview from syncs where state = $$held$$');
  expect(held?.['guard']).toMatchObject([{ rule: 'settles_entries', measured: 0.5 }, { rule: 'settles_amount' }]);
  expect(held?.['preview']).toHaveLength(2);

  await bench.rows(`update syncs set state = 'queued', approved_by = 'someone' where state = 'held'`);
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'applied', 'applied']);
  expect((await pieces(bench)).map(({ status }) => status)).toEqual([
    'open',
    'open',
    'settled_presumed',
    'settled_presumed',
  ]);
});

it('stores nothing for a tenant in validation, but reports all that it would', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { state: 'validation', trigger: 'settle' });
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', `${entries(1, 2)}C9;VE;F9;01/11/2026;;Inconnu;5,00;\r\n`);
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['dry_run']);
  expect(
    await bench.rows('select (select count(*)::int from clients) + (select count(*)::int from ecritures) as n'),
  ).toEqual([{ n: 0 }]);
  expect(await bench.rows('select dataset, inserted, rejected from sync_files order by file_no')).toEqual([
    { dataset: 'clients', inserted: 1, rejected: 0 },
    { dataset: 'ecritures', inserted: 2, rejected: 1 },
  ]);
  expect(await bench.rows('select code, raw from rejections')).toEqual([
    { code: 'unknown_client', raw: 'C9;VE;F9;01/11/2026;;Inconnu;5,00;' },
  ]);
  const [sync] = await bench.rows('select preview from syncs');
  expect(sync?.['preview']).toHaveLength(3);
});

it('ends a dry run as one, also where the guard would stop the import, and says so', async () => {
  const bench = await withClient();
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3, 4));
  await bench.advance('acme');
  await bench.send('acme', 'ecritures.csv', entries(1));
  await requestSync(bench.database, { id: 'acme' }, { dryRun: true }, 'ann');
  await bench.advance('acme', { hurry: true });
  expect(await bench.rows('select state, guard->0->>$$rule$$ as rule from syncs where dry_run')).toEqual([
    { state: 'dry_run', rule: 'settles_entries' },
  ]);
  expect(await bench.rows("select state from uploads where state = 'waiting'")).toHaveLength(0);
  expect(
    (await bench.reports('acme')).some(({ text }) => text.includes('Elle serait suspendue : elle solderait')),
  ).toBe(true);
  expect(await states(bench)).toEqual(['applied', 'applied', 'dry_run', 'held']);
});

it('imports what came and names what is missing when the wait is over', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.advance('acme');
  expect(await states(bench)).toEqual([]);
  bench.clock.now = new Date(bench.clock.now.getTime() + 30_000);
  await bench.advance('acme');
  expect(await bench.rows('select state, incomplete, missing from syncs')).toEqual([
    { state: 'applied', incomplete: true, missing: ['ecritures'] },
  ]);
});

it('lets a file that nothing recognises fail alone, with what it saw', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'notes.csv', 'Bonjour;à tous\r\n1;2\r\n');
  await bench.send('acme', 'photo.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 0, 0]));
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['failed', 'failed']);
  expect(await bench.rows('select path, state, reason->>$$code$$ as code from uploads order by path')).toEqual([
    { path: '/notes.csv', state: 'unrecognised', code: 'unrecognised' },
    { path: '/photo.csv', state: 'quarantined', code: 'no_table' },
  ]);
  expect((await bench.reports('acme'))[0]?.text).toContain('Bonjour, à tous');
});

it('tells a file that is put aside from one that was applied before, and measures nothing by it', async () => {
  const bench = await withClient({ trigger: 'settle', guardSettle: 1 });
  const send = async (good: string) => {
    await bench.send('acme', 'ecritures1.csv', good);
    await bench.send('acme', 'ecritures2.csv', 'Code client;Libellé\r\nC1;Rien\r\n');
    await bench.advance('acme', { hurry: true });
  };
  await send(entries(1, 2, 3, 4));
  await send(entries(1, 2, 3, 4));
  const files = () => bench.rows("select detail->'quarantine'->>'code' as code from sync_files where sync_id = 3");
  expect(await files()).toEqual([{ code: null }, { code: 'missing_columns' }]);
  await bench.send('acme', 'ecritures1.csv', entries(1, 2, 3, 4));
  await bench.advance('acme', { hurry: true });

  await bench.send('acme', 'clients.csv', oneClient.replace('Dupont', 'Dupond'));
  await bench.send('acme', 'ecritures.csv', 'Code client;Libellé\r\nC1;Rien\r\n');
  await bench.advance('acme', { hurry: true });
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.advance('acme', { hurry: true });
  expect(await states(bench)).toEqual(['applied', 'applied', 'applied', 'applied', 'applied', 'held']);
});

it('puts a file aside whose columns are missing, and imports the others', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', 'Code client;Libellé\r\nC1;Rien\r\n');
  await bench.advance('acme', { hurry: true });
  expect(await bench.rows('select state, incomplete, missing from syncs')).toEqual([
    { state: 'applied', incomplete: true, missing: ['ecritures'] },
  ]);
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Dupont' }]);
  expect(await bench.rows(`select reason->>'code' as code from uploads where state = 'quarantined'`)).toEqual([
    { code: 'missing_columns' },
  ]);
});

it('reads a file again when its columns turn out to be written the English way', async () => {
  const bench = await withClient();
  const lines = [
    'Code client,N° pièce,Date écriture,Date échéance,Débit,Crédit',
    'C1,F1,01/11/2026,12/01/2026,"1,234",',
    'C1,F2,11/25/2026,12/25/2026,"1,234.50",',
    'C1,F3,11/26/2026,12/25/2026,oops,',
  ];
  await bench.send('acme', 'ecritures.csv', lines.join('\n'));
  await bench.advance('acme');
  expect(await bench.rows('select piece_number, amount, entry_date::text from ecritures order by 1')).toEqual([
    { piece_number: 'F1', amount: '1234.00', entry_date: '2026-01-11' },
    { piece_number: 'F2', amount: '1234.50', entry_date: '2026-11-25' },
  ]);
  expect(await bench.rows('select line, code from rejections')).toEqual([{ line: 4, code: 'invalid_amount' }]);
  expect(await bench.rows('select read, inserted, rejected from sync_files where sync_id = 2')).toEqual([
    { read: 3, inserted: 2, rejected: 1 },
  ]);
});

it('gives each of two deltas of one name its turn', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Premier\r\n');
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Second\r\n');
  await bench.advance('acme', { hurry: true });
  expect(await bench.rows('select name from clients')).toEqual([{ name: 'Second' }]);
  expect(await states(bench)).toEqual(['applied', 'applied']);
});

it('takes an FEC for écritures and for the clients that it names', async () => {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  const columns =
    'JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise';
  const line = (account: string, aux: string, debit: string, credit: string) =>
    `VE|Ventes|1|20260115|${account}|Compte|${aux}|${aux && `Client ${aux}`}|F1|20260115|Facture|${debit}|${credit}||||20260115||`.replace(
      '||||2',
      '|||2',
    );
  const fec = [columns, line('411000', 'DUPONT', '120,00', '0,00'), line('706000', '', '0,00', '120,00')].join('\r\n');
  await bench.send('acme', '123456789FEC20261231.txt', fec);
  await bench.advance('acme');
  expect(await bench.rows('select dataset, read, inserted, skipped from sync_files order by dataset')).toEqual([
    { dataset: 'clients', read: 1, inserted: 1, skipped: 0 },
    { dataset: 'ecritures', read: 2, inserted: 1, skipped: 1 },
  ]);
  expect(await bench.rows('select client_code, name from clients')).toEqual([
    { client_code: 'DUPONT', name: 'Client DUPONT' },
  ]);
});

it('is fenced: a run that was overtaken stores nothing', async () => {
  const bench = await withClient();
  await bench.send('acme', 'ecritures.csv', entries(1));
  // Whoever is thought dead and is not loses the race: its transaction ends with the fence.
  await bench.rows(`create function overtake() returns trigger language plpgsql as $$
    begin update syncs set attempts = attempts + 1 where id = new.sync_id; return new; end $$`);
  await bench.rows(`create trigger overtake before insert on sync_files for each row execute function overtake()`);
  await expect(bench.advance('acme')).rejects.toThrow(/taken over/);
  expect(await pieces(bench)).toEqual([]);
  await bench.rows('drop trigger overtake on sync_files');
  await bench.advance('acme');
  expect(await pieces(bench)).toHaveLength(1);
});

it('settles nothing because a part of the delivery was put aside', async () => {
  const bench = await withClient({ guardSettle: 1, guardRows: 0, trigger: 'settle' });
  await bench.send('acme', 'ecritures1.csv', entries(1));
  await bench.send('acme', 'ecritures2.csv', entries(2));
  await bench.advance('acme', { hurry: true });
  await bench.send('acme', 'ecritures1.csv', entries(1, 3));
  await bench.send('acme', 'ecritures2.csv', 'Code client;N° pièce;Date écriture;Journal\r\nC1;F2;01/11/2026;VE\r\n');
  await bench.advance('acme', { hurry: true });
  expect(await bench.rows('select state, incomplete from syncs order by id desc limit 1')).toEqual([
    { state: 'applied', incomplete: true },
  ]);
  expect((await pieces(bench)).map(({ status }) => status)).toEqual(['open', 'open', 'open']);
});

it('gives a sync up for its errors, however often it was cut off before', async () => {
  const bench = await withClient();
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.rows(`create function fail() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`);
  await bench.rows('create trigger fail before insert on sync_files for each row execute function fail()');
  await expect(bench.advance('acme')).rejects.toThrow('broken');
  await bench.rows('update syncs set attempts = attempts + 20 where id = 2');
  for (let i = 0; i < 3; i++) await expect(bench.advance('acme')).rejects.toThrow('broken');
  expect(await states(bench)).toEqual(['applied', 'running']);
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'failed']);
});

it('waits for room on the disk as long as it takes', async () => {
  const bench = await withClient();
  await bench.send('acme', 'ecritures.csv', entries(1));
  const full = vi.spyOn(bench.spool.reports, 'put').mockRejectedValue(new ArrivageError('disk_full'));
  for (let i = 0; i < 8; i++) await expect(bench.advance('acme')).rejects.toThrow(/disk full/);
  full.mockRestore();
  await bench.advance('acme');
  expect(await states(bench)).toEqual(['applied', 'applied']);
});

it('begins no further sync once the worker is to stop, and goes on with the rest at the next start', async () => {
  const bench = await withClient();
  await bench.send('acme', 'ecritures1.csv', entries(1));
  await bench.send('acme', 'ecritures2.csv', entries(2));
  bench.clock.stopping = true;
  await bench.rows('delete from graphile_worker._private_jobs');
  await bench.advance('acme');
  const waiting = () => bench.rows("select id from uploads where state = 'waiting'");
  expect(await waiting()).not.toEqual([]);
  expect(await bench.rows('select key from graphile_worker.jobs')).toEqual([{ key: 'advance:acme' }]);
  bench.clock.stopping = false;
  await bench.advance('acme');
  expect(await waiting()).toEqual([]);
  expect(await bench.rows("select id from syncs where state in ('queued', 'running')")).toEqual([]);
});

it('leaves off in the middle of looking at what has come once the time to stop is over', async () => {
  const bench = await withClient();
  for (let i = 0; i < 3; i++) await bench.send('acme', `ecritures${i}.csv`, entries(i));
  const giveUp = new AbortController();
  const pathOf = bench.spool.committed.path.bind(bench.spool.committed);
  const looked = vi.spyOn(bench.spool.committed, 'path').mockImplementation((...upload) => {
    giveUp.abort();
    return pathOf(...upload);
  });
  await expect(bench.advance('acme', { hurry: true }, giveUp.signal)).rejects.toThrow('aborted');
  expect(looked).toHaveBeenCalledTimes(1);
  await bench.advance('acme');
  expect(await bench.rows("select id from uploads where state = 'waiting'")).toEqual([]);
});
