import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import exceljs from 'exceljs';
import { expect, it } from 'vitest';
import { openCli, type Cli } from './cli.ts';

interface SyncJson {
  id: number;
  state: string;
  files: Record<string, unknown>[];
  changes: { change: string; before: unknown; after: unknown }[];
  [name: string]: unknown;
}

const clients = 'Code client;Raison sociale\nC1;Dupont\nC2;Durand\n;Sans code\n';

/** Open entries `F1` to `F<n>` of client C1. */
const ecritures = (n: number, amount = 10) =>
  [
    'Code client;N° pièce;Journal;Date;Échéance;Montant',
    ...Array.from({ length: n }, (_, i) => `C1;F${i + 1};VE;01/09/2026;30/09/2026;${amount + i},00`),
  ].join('\n') + '\n';

async function world(options: string[] = ['--live', '--trigger', 'each']): Promise<Cli> {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', ...options]);
  return cli;
}

it('imports files without a server and tells what became of every row', async () => {
  const cli = await world();
  await cli.file('clients.csv', clients);
  const [sync] = await cli.json<SyncJson[]>(['import', 'acme', 'clients.csv']);
  const file = {
    ...{ dataset: 'clients', name: 'clients.csv', encoding: 'utf-8', delimiter: ';', read: 3, inserted: 2, updated: 0 },
    ...{ unchanged: 0, settled: 0, reopened: 0, rejected: 1, skipped: 0, duplicate: 0 },
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  };
  expect(sync).toMatchObject({ id: 1, tenant: 'acme', state: 'applied', incomplete: false, files: [file] });
  expect(await cli.json(['sync', 'list', 'acme'])).toMatchObject([{ id: 1, tenant: 'acme', files: [file] }]);
  const shown = await cli.json<SyncJson>(['sync', 'show', '1']);
  expect(shown).toMatchObject({ id: 1, tenant: 'acme', state: 'applied', incomplete: false, files: [file] });
  expect(shown.changes).toMatchObject([
    { change: 'inserted', before: null, after: { client_code: 'C1', name: 'Dupont' } },
    { change: 'inserted', before: null, after: { client_code: 'C2', name: 'Durand' } },
  ]);
  const text = (await cli.run(['sync', 'show', '1'])).stdout;
  expect(text).toContain('3 lignes lues');
  expect(text).toContain('ligne 4');
  expect((await cli.run(['sync', 'watch', '1'])).stdout).toContain('3 lignes lues');
  expect(await cli.json(['status'])).toMatchObject({ workerRunning: false, tenants: [{ id: 'acme', held: 0 }] });
});

it('shows an operator what a file would have a terminal do, and says where nothing was refused', async () => {
  const cli = await world();
  // Clears the screen, as C0 and as C1; turns what follows around.
  const hostile = `${clients};\u001b[2J\u009b2J\u202eFDP\n`;
  await cli.file('clients.csv', hostile);
  const carriedOut = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;
  const printed = [await cli.run(['import', 'acme', 'clients.csv']), await cli.run(['rejections', '1'])];
  printed.push(await cli.run(['sync', 'show', '1']), await cli.run(['rejections', '1', '--json']));
  printed.push(await cli.run(['inspect', 'clients.csv', '--records']));
  for (const { stdout, stderr } of printed) expect(stdout + stderr).not.toMatch(carriedOut);
  expect(printed[1]?.stdout).toContain('clients.csv, line 5');
  const [, refused] = await cli.json<{ raw: string }[]>(['rejections', '1']);
  // Nothing of that is stored; Windows characters that were written as control characters are put right.
  expect(refused?.raw).toBe(';[2J›2JFDP');
  expect(printed[4]?.stdout).toContain('\\u202eFDP');
  await cli.json(['import', 'acme', await cli.file('ecritures.csv', ecritures(2))]);
  expect((await cli.run(['rejections', '2'])).stdout).toBe('No record was refused.\n');
});

it('gives the rejections as text, JSON, CSV and workbook', async () => {
  const cli = await world();
  await cli.file('clients.csv', clients);
  await cli.json(['import', 'acme', 'clients.csv']);
  expect((await cli.run(['rejections', '1'])).stdout).toMatch(/^clients\.csv, line 4, Code client: .+\n$/);
  expect(await cli.json(['rejections', '1'])).toMatchObject([
    { line: 4, column: 'client_code', code: 'missing_value', raw: ';Sans code' },
  ]);
  const csv = await cli.run(['rejections', '1', '--csv']);
  expect(csv.stdout).toContain('clients.csv;4;Code client;;missing_value;');
  await cli.run(['rejections', '1', '--csv', '-o', 'r.csv']);
  expect(await readFile(join(cli.folder, 'r.csv'), 'utf8')).toBe(csv.stdout);
  await cli.run(['rejections', '1', '--xlsx', '-o', 'r.xlsx']);
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(join(cli.folder, 'r.xlsx'));
  expect(book.worksheets[0]?.getCell('B2').value).toBe(4);
  expect((await cli.run(['rejections', '1', '--csv', '--xlsx'])).code).toBe(2);
});

it('shows the values before and after of what a sync changed', async () => {
  const cli = await world();
  await cli.file('clients.csv', clients);
  await cli.json(['import', 'acme', 'clients.csv']);
  await cli.file('clients.csv', clients.replace('Dupont', 'Dupont SA'));
  await cli.json(['import', 'acme', 'clients.csv']);
  const { changes } = await cli.json<SyncJson>(['sync', 'show', '2']);
  expect(changes).toMatchObject([{ change: 'updated', before: { name: 'Dupont' }, after: { name: 'Dupont SA' } }]);
  expect((await cli.run(['sync', 'show', '2'])).stdout).toContain('name "Dupont" → "Dupont SA"');

  const tagged = (tag: string) => `Code client;Raison sociale;Tag1\r\nC1;Dupont SA;${tag}\r\n`;
  for (const [sync, tag, change] of [
    ['3', 'Nord', 'tag1 null → "Nord"'],
    ['4', '', 'tag1 "Nord" → null'],
  ] as const) {
    await cli.file('clients.csv', tagged(tag));
    await cli.json(['import', 'acme', 'clients.csv']);
    expect((await cli.run(['sync', 'show', sync])).stdout).toContain(change);
  }
});

it('holds a suspicious snapshot until it is approved', async () => {
  const cli = await world();
  await cli.file('clients.csv', clients);
  await cli.file('ecritures.csv', ecritures(10));
  await cli.json(['import', 'acme', 'clients.csv', 'ecritures.csv']);
  await cli.file('ecritures.csv', ecritures(2));
  const held = await cli.run(['import', 'acme', 'ecritures.csv']);
  expect(held.code).toBe(1);
  expect(held.stderr).toMatch(/Sync 3 is held: arrivage sync approve 3, or discard\.\n$/);
  const before = await cli.json<SyncJson>(['sync', 'show', '3']);
  expect(before).toMatchObject({ state: 'held', guard: expect.arrayContaining([expect.anything()]) as unknown });
  expect(before.changes.map(({ change }) => change)).toContain('settled');
  // Whose entries, and which, it would settle: those are what the decision is about.
  const shown = (await cli.run(['sync', 'show', '3'])).stdout;
  expect(shown).toMatch(/ecritures settled C1 F\d+ \d+: status "open" → "settled_presumed"/);
  expect(shown).not.toMatch(/(amount|client_code|piece_number) null/);

  expect(await cli.run(['sync', 'replay', '3'])).toMatchObject({ code: 1 });
  expect(await cli.json(['sync', 'approve', '3'])).toMatchObject({ id: 3, state: 'queued' });
  expect((await cli.run(['sync', 'discard', '3'])).stderr).toContain('only a held sync can be discarded');
  // Any import runs what waits before it.
  await cli.file('clients2.csv', clients);
  await cli.json(['import', 'acme', 'clients2.csv']);
  const after = await cli.json<SyncJson>(['sync', 'show', '3']);
  expect(after).toMatchObject({ state: 'applied', files: [{ read: 2, settled: 8 }] });
  expect(String(after['approvedBy'])).toMatch(/^cli:/);
});

it('discards a held sync, and imports its files after all when it is replayed', async () => {
  const cli = await world();
  await cli.file('clients.csv', clients);
  await cli.file('ecritures.csv', ecritures(10));
  await cli.json(['import', 'acme', 'clients.csv', 'ecritures.csv']);
  await cli.file('ecritures.csv', ecritures(2));
  await cli.run(['import', 'acme', 'ecritures.csv']);
  expect(await cli.json(['sync', 'discard', '3'])).toMatchObject({ id: 3, state: 'discarded' });
  expect((await cli.run(['sync', 'approve', '3'])).stderr).toContain(
    'Sync 3 cannot be approved: it waits for no decision.',
  );
  const replay = await cli.run(['sync', 'replay', '1']);
  expect(replay).toMatchObject({ code: 0, stdout: 'Sync 4 replays sync 1.\n' });
  expect(replay.stderr).toContain('No server is running');
});

it('tries the files of a new tenant out, and imports the latest once it is live', async () => {
  const cli = await world(['--trigger', 'each']);
  await cli.file('clients.csv', clients);
  const [dry] = await cli.json<SyncJson[]>(['import', 'acme', 'clients.csv']);
  expect(dry).toMatchObject({ state: 'dry_run', files: [{ inserted: 2, rejected: 1 }] });
  expect((await cli.json<SyncJson>(['sync', 'show', '1'])).changes).toMatchObject([{ change: 'inserted' }, {}]);
  await cli.file('clients.csv', clients.replace('Durand', 'Duval'));
  await cli.json(['import', 'acme', 'clients.csv']);
  expect(await cli.json(['tenant', 'set', 'acme', '--live'])).toMatchObject({ state: 'live', takenUp: 1 });
  await cli.file('later.csv', 'Code client;Raison sociale\nC3;Zoé\n');
  await cli.json(['import', 'acme', 'later.csv']);
  const syncs = await cli.json<SyncJson[]>(['sync', 'list', 'acme']);
  expect(syncs.map(({ id, state }) => `${id} ${state}`)).toEqual(['4 applied', '3 applied', '2 dry_run', '1 dry_run']);
  expect(syncs[1]?.files).toMatchObject([{ name: 'clients.csv', inserted: 2 }]);
});

it('refuses to import what it cannot, and commits nothing then', async () => {
  const cli = await world();
  await cli.file('clients.csv', clients);
  await cli.file('half.part', clients);
  await cli.file('photo.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 0]));
  expect(await cli.run(['import', 'acme', 'clients.csv', 'absent.csv'])).toMatchObject({ code: 1, stdout: '' });
  expect((await cli.run(['import', 'acme', 'half.part'])).stderr).toContain('still being written');
  expect(await cli.json(['sync', 'list', 'acme'])).toEqual([]);
  const put = await cli.run(['import', 'acme', 'photo.csv']);
  expect(put.code).toBe(1);
  expect(put.stderr).toMatch(/Sync 1 is failed\.\n$/);
  await cli.json(['tenant', 'set', 'acme', '--suspend']);
  expect((await cli.run(['import', 'acme', 'clients.csv'])).stderr).toContain('is suspended');
});
