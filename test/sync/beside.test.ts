import { expect, it } from 'vitest';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { requestSync } from '../../src/db/queries/syncs/requests.ts';
import { openBench, type Bench } from './pipeline.ts';

const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entries = (...pieces: number[]) =>
  [header, ...pieces.map((each) => `C1;VE;F${each};15/11/2026;15/12/2026;Facture ${each};10,00;`), ''].join('\r\n');
const oneClient = 'Code client;Raison sociale\r\nC1;Dupont\r\n';
const thumbs = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(1600)]);
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
const pdf = '%PDF-1.4\n%âãÏÓ\n1 0 obj\n';

async function afterFirstNight(settings = {}): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', guardSettle: 1, guardRows: 0, ...settings });
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', entries(1, 2, 3));
  await bench.advance('acme', { hurry: true });
  return bench;
}

const open = async (bench: Bench) =>
  (await bench.rows("select piece_number from ecritures where status = 'open' order by 1")).map(
    (r) => r['piece_number'],
  );
const lastSync = async (bench: Bench) =>
  (await bench.rows('select state, incomplete, missing from syncs order by id desc limit 1'))[0];
const events = async (bench: Bench) => (await bench.rows('select type from events order by id')).map((r) => r['type']);

const junk: [string, string | Buffer][] = [
  ['Thumbs.db', thumbs],
  ['desktop.ini', '[.ShellClassInfo]\r\nIconResource=C:\\x.dll,3\r\n'],
  ['.DS_Store', Buffer.from('\0\0\0\x01Bud1\0\0\0\0')],
  ['._ecritures.csv', Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0])],
  ['~$ecritures.xlsx', Buffer.from('\x05Marie' + ' '.repeat(158), 'latin1')],
  ['.~lock.ecritures.csv#', ',marie,poste-3,24.11.2026 08:15,file:///home/marie;'],
  ['ecritures.csv.bak', entries(3, 4)],
  ['ecritures.csv.sha256', `${'0'.repeat(64)}  ecritures.csv\n`],
  ['export.ok', ''],
  ['TRANSFERT_FINI', ''],
  ['export.log', '2026-11-24 02:00:01 INFO export begun; 3 lines; done\n'],
  ['LISEZMOI.txt', 'Ce dossier est vidé chaque nuit.\n'],
  ['@eaDir/ecritures.csv', entries(9)],
  ['folder.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10])],
  ['logo.png', png],
  ['facture-F1.pdf', pdf],
];

it('what lies beside an export is named, and keeps nothing from being settled', async () => {
  const bench = await afterFirstNight();
  for (const [name, bytes] of junk) await bench.send('acme', name, bytes);
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', entries(3, 4));
  await bench.advance('acme');
  expect(await lastSync(bench)).toEqual({ state: 'applied', incomplete: false, missing: [] });
  expect(await open(bench)).toEqual(['F3', 'F4']);
  const uploads = await bench.rows(
    "select path, reason->'params'->>'why' as why from uploads where state = 'ignored' order by path collate \"C\"",
  );
  expect(uploads).toEqual([
    { path: '/.DS_Store', why: 'system file' },
    { path: '/._ecritures.csv', why: 'system file' },
    { path: '/.~lock.ecritures.csv#', why: 'lock file' },
    { path: '/@eaDir/ecritures.csv', why: 'system file' },
    { path: '/LISEZMOI.txt', why: 'log or note' },
    { path: '/TRANSFERT_FINI', why: 'end-of-transfer marker' },
    { path: '/Thumbs.db', why: 'system file' },
    { path: '/desktop.ini', why: 'system file' },
    { path: '/ecritures.csv.bak', why: 'backup copy' },
    { path: '/ecritures.csv.sha256', why: 'checksum' },
    { path: '/export.log', why: 'log or note' },
    { path: '/export.ok', why: 'end-of-transfer marker' },
    { path: '/facture-F1.pdf', why: 'PDF document' },
    { path: '/folder.jpg', why: 'system file' },
    { path: '/logo.png', why: 'picture' },
    { path: '/~$ecritures.xlsx', why: 'lock file' },
  ]);
  const reports = await bench.reports('acme');
  expect(reports.filter(({ name }) => name.startsWith('Thumbs'))).toEqual([]);
  const last = reports.find(({ text }) => text.includes('synchronisation n° 2') && text.includes('Fichier ecritures'));
  expect(last?.text).toContain(
    'Thumbs.db (hors export) : Ce fichier n’est pas un export (fichier système) : il est ignoré.',
  );
  expect(last?.text).toContain('- Rien de nouveau');
  expect(await events(bench)).toEqual(['sync.completed', 'sync.completed']);
});

it('a delivery of nothing but such files is nothing new, and alarms nobody', async () => {
  const bench = await afterFirstNight();
  await bench.send('acme', 'Thumbs.db', thumbs);
  await bench.send('acme', 'export.log', 'rien à signaler\n');
  await bench.advance('acme');
  bench.clock.now = new Date(bench.clock.now.getTime() + 30_000);
  await bench.advance('acme');
  expect(await lastSync(bench)).toEqual({ state: 'unchanged', incomplete: false, missing: [] });
  expect(await events(bench)).toEqual(['sync.completed', 'sync.completed']);
  expect((await bench.reports('acme')).find(({ name }) => name.startsWith('Thumbs'))?.text).toMatch(
    /Rien à importer : aucun des fichiers reçus n’est un export\.[^]*Ignoré +Ce fichier n’est pas un export \(fichier système\)/,
  );
  expect(await open(bench)).toEqual(['F1', 'F2', 'F3']);
});

it('the export of the next night is the same as before, whatever lay beside the last', async () => {
  const bench = await afterFirstNight();
  for (let night = 0; night < 2; night++) {
    await bench.send('acme', 'Thumbs.db', thumbs);
    await bench.send('acme', 'clients.csv', oneClient);
    await bench.send('acme', 'ecritures.csv', entries(1, 2));
    await bench.advance('acme');
  }
  expect(await lastSync(bench)).toMatchObject({ state: 'unchanged' });
});

it.each<[string, string | Buffer]>([
  ['ecritures.csv', pdf],
  ['ecritures.csv', thumbs],
  ['ecritures.csv', ''],
  ['ecritures.pdf', pdf],
  ['export.csv', png],
  ['export', Buffer.alloc(100, 1).fill(0, 50)],
])('%s that is no export is put aside, and nothing is settled', async (name, bytes) => {
  const bench = await afterFirstNight();
  await bench.send('acme', 'ecritures-suite.csv', entries(3));
  await bench.send('acme', name, bytes);
  await bench.advance('acme', { hurry: true });
  expect(await open(bench)).toEqual(['F1', 'F2', 'F3']);
  expect(await bench.rows("select path from uploads where state = 'quarantined'")).toEqual([{ path: `/${name}` }]);
});

it('a name that the mapping claims is an export that went wrong', async () => {
  const bench = await afterFirstNight();
  await setMapping(bench.database.db, 'acme', 'ecritures', { files: ['GL_*.pdf', 'gl_*.csv'] });
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'GL_20261124.pdf', pdf);
  await bench.send('acme', 'gl_20261124.csv.md5', 'x');
  await bench.advance('acme', { hurry: true });
  expect(await lastSync(bench)).toMatchObject({ incomplete: true, missing: ['ecritures'] });
  expect(await bench.rows("select path from uploads where state = 'ignored'")).toEqual([
    { path: '/gl_20261124.csv.md5' },
  ]);
});

it('a log or a backup that holds rows: the log is read, a backup is not', async () => {
  const bench = await afterFirstNight();
  await bench.send('acme', 'ecritures.log', entries(1, 2, 3, 5));
  await bench.send('acme', 'ecritures.old', entries(6));
  await bench.advance('acme', { hurry: true });
  expect(await open(bench)).toEqual(['F1', 'F2', 'F3', 'F5']);
});

it('with a forced sync, and a dry run before going live, they stay beside', async () => {
  const bench = await afterFirstNight();
  await bench.send('acme', 'Thumbs.db', thumbs);
  await requestSync(bench.database, { id: 'acme' }, { force: true }, 'ann');
  await bench.advance('acme', { hurry: true });
  expect(
    await bench.rows('select inserted, unchanged, dataset from sync_files where sync_id = 2 order by file_no'),
  ).toEqual([
    { dataset: 'clients', inserted: 0, unchanged: 1 },
    { dataset: 'ecritures', inserted: 0, unchanged: 3 },
    { dataset: null, inserted: 0, unchanged: 0 },
  ]);
});
