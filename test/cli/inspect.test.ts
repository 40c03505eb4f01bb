import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { openCli } from './cli.ts';

const ledger = [
  'Export du 24/11/2026',
  '',
  'Code client;N° pièce;Date écriture;Débit;Crédit;Libellé',
  'C001;FA-1;31/01/2026;1 234,56;;"Échéance ; à l’Hôtel',
  'du Cœur"',
  'C002;FA-2;15/02/2026;;40,00;Règlement € ""net""',
];
const cp1252 = iconv.encode(ledger.join('\r\n') + '\r\n', 'windows-1252');

it('says how a file is written and what it holds, without any server or database', async () => {
  const cli = await openCli({ embedded: true });
  await cli.file('export.csv', cp1252);
  expect(await cli.json(['inspect', 'export.csv'])).toEqual({
    ...{ file: 'export.csv', size: cp1252.length, dataset: 'ecritures', kind: 'csv', encoding: 'windows-1252' },
    ...{ bom: false, delimiter: ';', quote: '"', escape: '"', lineEnds: 'crlf', headerLine: 3 },
    header: ['Code client', 'N° pièce', 'Date écriture', 'Débit', 'Crédit', 'Libellé'],
  });
  const text = (await cli.run(['inspect', 'export.csv'])).stdout;
  expect(text).toMatch(/Encoding +windows-1252\nDelimiter +semicolon/);
});

it('prints every record before any mapping, one JSON array a line, with its line number', async () => {
  const cli = await openCli({ embedded: true });
  await cli.file('export.csv', cp1252);
  const ran = await cli.run(['inspect', 'export.csv', '--records']);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const records = ran.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(records).toEqual([
    [4, 'C001', 'FA-1', '31/01/2026', '1 234,56', '', 'Échéance ; à l’Hôtel\r\ndu Cœur'],
    [6, 'C002', 'FA-2', '15/02/2026', '', '40,00', 'Règlement € ""net""'],
  ]);
});

it('believes what the caller knows: encoding, delimiter, quote and header line', async () => {
  const cli = await openCli({ embedded: true });
  await cli.file('odd.txt', iconv.encode('a,1|"b|é\nc,2|d|e\n', 'cp850'));
  const pins = ['--encoding', 'cp850', '--delimiter', '|', '--quote', 'none', '--header-line', '0'];
  const ran = await cli.run(['inspect', 'odd.txt', '--records', ...pins]);
  expect(ran.stdout).toBe('[1,"a,1","\\"b","é"]\n[2,"c,2","d","e"]\n');
  await cli.file('quoted.txt', "n||x\n'C1'||'d\\'Azur'\n");
  const forms = ['--delimiter', '||', '--quote', "'", '--escape', '\\', '--header-line', '1'];
  expect((await cli.run(['inspect', 'quoted.txt', '--records', ...forms])).stdout).toBe('[2,"C1","d\'Azur"]\n');
  expect((await cli.run(['inspect', 'quoted.txt', ...forms])).stdout).toContain("Quote        ', escapes by backslash");
  for (const wrong of [
    ['--encoding', 'klingon'],
    ['--delimiter', 'a"b'],
    ['--delimiter', '123456789'],
    ['--escape', 'x'],
    ['--quote', 'x'],
    ['--header-line', '-1'],
  ])
    expect(await cli.run(['inspect', 'odd.txt', ...wrong])).toMatchObject({ code: 2, stdout: '' });
});

it('reads workbooks too', async () => {
  const cli = await openCli({ embedded: true });
  const book = new exceljs.Workbook();
  book.addWorksheet('Notes').addRow(['rien ici']);
  const sheet = book.addWorksheet('Clients');
  sheet.addRows([
    ['Code client', 'Raison sociale', 'CP'],
    ['007', 'Bénard & fils', 69003],
  ]);
  await cli.file('clients.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
  expect(await cli.json(['inspect', 'clients.xlsx'])).toMatchObject({
    ...{ dataset: 'clients', kind: 'xlsx', sheet: 'Clients', headerLine: 1 },
  });
  expect((await cli.run(['inspect', 'clients.xlsx', '--records'])).stdout).toBe('[2,"007","Bénard & fils","69003"]\n');
});

it('says why a file cannot be read', async () => {
  const cli = await openCli({ embedded: true });
  await cli.file('empty.csv', '');
  await cli.file('page.xls', '<html><body><table></table></body></html>');
  for (const [file, why] of [
    ['empty.csv', 'The file is empty'],
    ['page.xls', 'HTML'],
    ['absent.csv', 'cannot be read'],
    ['.', 'is no file'],
  ] as const) {
    const ran = await cli.run(['inspect', file]);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(`^arrivage: .*${why}.*\n$`));
  }
});

it('proposes a mapping with a preview, which can be put in force as it is', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  await cli.file('ec.csv', 'Client;Num;N° pièce;Date;Montant\nC1;1;F1;13/01/2026;12,50\nC3;2;F2;14/01/2026;-3,50\n');
  const inferred = await cli.json(['mapping', 'infer', 'ec.csv']);
  expect(inferred).toMatchObject({
    ...{ dataset: 'ecritures', missing: [], unknown: ['Num'], entryIdCandidates: ['Num'] },
    mapping: { columns: { client_code: 'Client', amount: 'Montant' }, dateOrder: 'dmy', decimalMark: ',' },
    preview: [{ client_code: 'C1', amount: '12.50', entry_date: '2026-01-13' }, { amount: '-3.50' }],
  });
  expect((await cli.run(['mapping', 'infer', 'ec.csv'])).stdout).toContain('client_code ← Client');
  await cli.file(
    'balances.csv',
    'Client;Pièce;Date;Montant;Solde\nC1;F1;20260113;1;1\nC1;F2;20260113;1;2\nC1;F3;20260113;1;3\nC1;F4;20260113;1;4\n',
  );
  const running = (await cli.run(['mapping', 'infer', 'balances.csv'])).stdout;
  expect(running).toContain('is not what is left to pay');
  expect(running).not.toContain('balance ←');
  const stored = await cli.json(['mapping', 'set', 'acme', 'ecritures'], JSON.stringify(inferred['mapping']));
  expect(stored).toMatchObject({ dataset: 'ecritures', version: 1 });
  expect(await cli.json(['mapping', 'show', 'acme'])).toEqual([stored]);

  for (const [mapping, why] of [
    ['{', 'no JSON'],
    ['{"columns":{"colour":"x"}}', 'No column of ecritures: colour'],
    ['{"mode":"sometimes"}', 'mode'],
    ['{"files":"*.csv"}', 'files'],
    ['{"unheard":1}', 'unheard'],
  ] as const)
    expect(await cli.run(['mapping', 'set', 'acme', 'ecritures'], { input: mapping })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(why) as string,
    });
  expect(await cli.json(['mapping', 'show', 'acme'])).toEqual([stored]);
});
