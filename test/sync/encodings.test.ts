import { readFileSync } from 'node:fs';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { importFile, type Imported } from './import-file.ts';

const doubts = ['ambiguous_encoding', 'garbled_text', 'unreadable_characters'];
const codes = ({ warnings }: Imported) => warnings.map(({ code }) => code).filter((code) => code !== 'unknown_column');
const hasDoubt = (found: Imported) => codes(found).some((code) => doubts.includes(code));

/** How each software writes its bytes; MacRoman has its euro where iconv-lite has `¤`, and DOS has it in page 858. */
const writers: Record<string, (text: string) => Buffer> = {
  'windows-1252': (text) => iconv.encode(text, 'windows-1252'),
  'iso-8859-15': (text) => iconv.encode(text, 'iso-8859-15'),
  cp850: (text) => iconv.encode(text, 'cp858'),
  macroman: (text) => iconv.encode(text.replaceAll('€', '¤'), 'macroman'),
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with mark': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': (text) => iconv.encode(text, 'utf-16le'),
  'utf-16le with mark': (text) => iconv.encode(text, 'utf-16le', { addBOM: true }),
  'utf-16be with mark': (text) => iconv.encode(text, 'utf-16be', { addBOM: true }),
};
const decoders: Record<string, (bytes: Buffer) => string> = {
  'windows-1252': (bytes) => iconv.decode(bytes, 'windows-1252'),
  'iso-8859-15': (bytes) => iconv.decode(bytes, 'iso-8859-15'),
  cp850: (bytes) => iconv.decode(bytes, 'cp858'),
  macroman: (bytes) => iconv.decode(bytes, 'macroman').replaceAll('¤', '€'),
};
const canWrite = (encoding: string, text: string) =>
  decoders[encoding] === undefined || decoders[encoding](writers[encoding]?.(text) ?? Buffer.alloc(0)) === text;

const labels = {
  dashes: 'Prestation – janvier — solde',
  euros: 'Abonnement à 12,50 €',
  quotes: 'Ets “Le Bistrot” et « La Table » d’été…',
  ligatures: 'Cœur de bœuf, œuvres',
  capitals: 'HÔTEL DU CHÂTEAU À FRANÇOIS, PRÉS ET FORÊTS',
  symbols: 'N° 12 à 20 °C ± 3 et 5 m²',
  permille: 'Pénalité de 5 ‰ après échéance',
  spaces: 'Loyer\u00a0: 1\u00a0234\u00a0€',
  common: 'Contrat renouvelé à Besançon, société Générale',
  names: 'Müller, Nuñez et Åse Sørensen à Besançon',
  'capital ligature': 'ŒUVRE DE CHARITÉ',
  noel: 'Joël et Anaïs, où dû',
};
const headers = {
  accented: 'Code client;N° pièce;Date écriture;Échéance;Montant;Libellé',
  ascii: 'Code client;Numero piece;Date;Echeance;Montant;Libelle',
};
const clientHeaders = { accented: 'Code client;Nom;Téléphone', ascii: 'Code client;Nom;Ville' };

/** `plain` lines without an accent, then three with the label. */
const ledger = (header: string, label: string, plain: number) => {
  const line = (i: number, text: string) => `C${i % 97};F${i};31/01/2026;28/02/2026;${i % 900},50;${text}\r\n`;
  const before = Array.from({ length: plain }, (_, i) => line(i, 'Facture'));
  return `${header}\r\n${before.join('')}${[0, 1, 2].map((i) => line(plain + i, `${label} ${i}`)).join('')}`;
};
const list = (header: string, label: string) =>
  `${header}\r\n${[0, 1, 2].map((i) => `C${i};${label} ${i};0102030405\r\n`).join('')}`;

const table = Object.keys(writers).flatMap((encoding) =>
  Object.entries(labels)
    .filter(([, label]) => canWrite(encoding, label))
    .flatMap(([name, label]) =>
      (['accented', 'ascii'] as const)
        .filter((header) => canWrite(encoding, headers[header]))
        .flatMap((header) => [
          { encoding, name, label, header, dataset: 'ecritures' as const, plain: 0 },
          { encoding, name, label, header, dataset: 'ecritures' as const, plain: 2000 },
          { encoding, name, label, header, dataset: 'clients' as const, plain: 0 },
        ]),
    ),
);

describe('every encoding, label, size and header', () => {
  it('makes at least two hundred files', () => expect(table.length).toBeGreaterThan(200));

  it.each(table)('$encoding, $name, $header header, $dataset after $plain lines', async (each) => {
    const { encoding, label, header, dataset, plain } = each;
    const text = dataset === 'clients' ? list(clientHeaders[header], label) : ledger(headers[header], label, plain);
    const found = await importFile(dataset, writers[encoding]?.(text) ?? '');
    const column = dataset === 'clients' ? 'name' : 'label';
    const cells = found.rows.slice(-3).map((row) => row[column]);
    expect(found.refused).toBe(0);
    expect(found.rows).toHaveLength(plain + 3);
    // Silently wrong is what no file may be.
    if (!hasDoubt(found)) expect(cells).toEqual([0, 1, 2].map((i) => `${label} ${i}`));
    // Saying so of each would be no use either.
    expect(codes(found), JSON.stringify(found.warnings)).toEqual([]);
  });
});

const fixture = (name: string) => readFileSync(new URL(`../fixtures/encodings/${name}`, import.meta.url));
const twice = (text: string) => iconv.decode(Buffer.from(text), 'windows-1252');
const clients = (...lines: string[]) => ['Code client;Nom;Ville', ...lines, ''].join('\n');
const cellsOf = ({ rows }: Imported, ...columns: string[]) => rows.map((row) => columns.map((column) => row[column]));

describe('an accent that comes late, and marks that outnumber it', () => {
  it.each(['windows-1252', 'iso-8859-15', 'cp850', 'macroman', 'utf-8', 'utf-16le'])(
    '%s, 300,000 lines',
    async (encoding) => {
      const mark = canWrite(encoding, '–') ? ' –' : canWrite(encoding, '€') ? ' €' : '';
      const lines = Array.from(
        { length: 100_000 },
        (_, i) => `C${i};Prestation${i > 50_000 ? mark : ''} janvier;Lyon\n`,
      );
      const text = ['Code client;Nom;Ville\n', ...lines, ...lines, ...lines, 'C9;Pièce détachée;Évreux\n'].join('');
      const found = await importFile('clients', writers[encoding]?.(text) ?? '');
      expect(cellsOf(found, 'name', 'city').at(-1)).toEqual(['Pièce détachée', 'Évreux']);
      expect(found.rows).toHaveLength(300_001);
      expect(codes(found)).toEqual([]);
    },
    120_000,
  );
});

describe('what cannot be known is said', () => {
  it('names line and both texts where two encodings are equally good', async () => {
    const text = 'Code client;Nom\nC1;Dupont\nC2;HÔTEL\n';
    const found = await importFile('clients', writers['windows-1252']?.(text) ?? '');
    expect(found.warnings).toContainEqual({
      ...{ code: 'ambiguous_encoding', column: null, count: 1 },
      examples: [{ line: 3, value: 'C2;HÔTEL (windows-1252) / C2;HÈTEL (cp850)' }],
    });
  });

  it('says nothing where the text is the same both ways', async () => {
    const text = 'Code client;Nom\nC1;Société à Besançon\n';
    expect(codes(await importFile('clients', writers['iso-8859-15']?.(text) ?? ''))).toEqual([]);
  });

  it('names damaged characters', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `C${i};Société Générale ${i};Lyon`);
    const bytes = writers['windows-1252']?.(clients(...lines, 'C99;Soci§t§;x')) ?? '';
    const { warnings } = await importFile('clients', bytes);
    expect(warnings).toMatchObject([{ code: 'garbled_text', examples: [{ line: 52 }] }]);
  });

  it('of MacRoman, an apostrophe before an accent is no Armenian', async () => {
    const found = await importFile('clients', writers['macroman']?.(clients('C1;Ets de l’école;Lyon')) ?? '');
    expect(cellsOf(found, 'name')).toEqual([['Ets de l’école']]);
  });
});

describe('a text that went through another program first', () => {
  it('MacRoman of Excel for Mac, lone CRs and all', async () => {
    const found = await importFile('clients', fixture('macroman.csv'));
    expect(cellsOf(found, 'client_code', 'name', 'city')).toEqual([
      ['C001', 'Café de la Gare', 'Besançon'],
      ['C002', 'Société Générale des Brûleries', 'Orléans'],
      ['C003', 'Maçonnerie du Château', 'Évreux'],
      ['C004', 'Forêt & Frères', 'Nîmes'],
      ['C005', 'L’Œil de Bœuf', 'Sète'],
    ]);
    expect(found.format).toMatchObject({ encoding: 'macroman', lineEnds: 'cr' });
    const other = await importFile('clients', fixture('macroman-accented-header.csv'));
    expect(cellsOf(other, 'name', 'phone')).toEqual([
      ['Café de la Gare', '0381000001'],
      ['Société Générale', '0238000002'],
    ]);
  });

  it('UTF-8 encoded twice and HTML entities, in one file', async () => {
    const found = await importFile('clients', fixture('twice-and-entities.csv'));
    expect(cellsOf(found, 'client_code', 'name', 'city')).toEqual([
      ['C001', 'Société Générale', 'Besançon'],
      ['C002', "L'Orée du Bois", 'Nîmes'],
      ['C003', 'DUPONT & FILS', 'Paris'],
      ['C004', 'Café de la Gare', 'Lyon'],
    ]);
    expect(found.format).toMatchObject({ encoding: 'utf-8', repairs: ['html-entities', 'encoded-twice'] });
    expect(found.warnings).toMatchObject([
      { code: 'html_entities', count: 3, examples: [{ line: 3 }, { line: 4 }, { line: 5 }] },
      { code: 'encoded_twice', count: 7, examples: [{ line: 2 }, { line: 3 }] },
    ]);
  });

  it('entities make no cells, quotes or lines, and what is none stays', async () => {
    const found = await importFile(
      'clients',
      clients(
        'C1;R&D;AT&T',
        'C2;&quot;Le Bistrot&quot; SARL;Caf&eacute;&#59; bar',
        'C3;"a &quot;b&quot;";c&#10;d',
        'C4;Caf&amp;eacute; &AMP; CIE;&#8364;&nbsp;&#x20AC;',
      ),
    );
    expect(found.refused).toBe(0);
    expect(cellsOf(found, 'name', 'city')).toEqual([
      ['R&D', 'AT&T'],
      ['"Le Bistrot" SARL', 'Café; bar'],
      ['a "b"', 'c\nd'],
      ['Café & CIE', '€\u00a0€'],
    ]);
  });

  it('half of the rows encoded twice, half right', async () => {
    const found = await importFile(
      'clients',
      clients(`C1;${twice('Société – l’œil à 5 €')};Lyon`, 'C2;Société;São Paulo'),
    );
    expect(cellsOf(found, 'name', 'city')).toEqual([
      ['Société – l’œil à 5 €', 'Lyon'],
      ['Société', 'São Paulo'],
    ]);
    expect(codes(found)).toEqual(['encoded_twice']);
  });

  it('is left alone and said where the file also holds such letters as they are meant', async () => {
    const found = await importFile('clients', clients(`C1;${twice('Société')};Lyon`, 'C2;Société;SÃO PAULO'));
    expect(cellsOf(found, 'name')).toEqual([['SociÃ©tÃ©'], ['Société']]);
    expect(codes(found)).toEqual(['garbled_text']);
  });

  it('lines in UTF-8 among lines in Windows-1252', async () => {
    const others = ['C2;Pièce détachée;Mâcon', 'C3;Étoile;Évreux', 'C4;Été;Nîmes', ''].join('\n');
    const glued = Buffer.concat([
      Buffer.from(clients('C1;Société Générale;Lyon')),
      writers['windows-1252']?.(others) ?? Buffer.alloc(0),
    ]);
    const found = await importFile('clients', glued);
    expect(cellsOf(found, 'name', 'city')).toEqual([
      ['Société Générale', 'Lyon'],
      ['Pièce détachée', 'Mâcon'],
      ['Étoile', 'Évreux'],
      ['Été', 'Nîmes'],
    ]);
    expect(codes(found)).toEqual(['mixed_encodings']);
  });
});

describe('one Unicode form', () => {
  it('a code or name that differs only in form is the same, and so is a header', async () => {
    const text = clients('ÉT-1;Société Å;Évreux', '\u212bB;\u2126;x');
    const composed = await importFile('clients', text.normalize('NFC'));
    const apart = await importFile('clients', text.normalize('NFD'));
    expect(cellsOf(apart, 'key', 'client_code', 'name', 'city')).toEqual(
      cellsOf(composed, 'key', 'client_code', 'name', 'city'),
    );
    expect(cellsOf(apart, 'client_code', 'name')).toEqual([
      ['ÉT-1', 'Société Å'],
      ['ÅB', 'Ω'],
    ]);
    const named = await importFile('clients', 'Code client;Nom;Spécialité\nC1;x;y\n'.normalize('NFD'));
    expect(named.rows[0]?.['extra']).toContain('Spécialité');
  });
});

describe('what was damaged before it was encoded', () => {
  const codesIn = (found: Imported) => [...new Set(codes(found))];

  it('puts characters of Windows right that were written as control characters, in every encoding of Unicode', async () => {
    const text = clients('C1;L\u0092Atelier du C\u009cur;Lyon', 'C2;\u008cuvres \u0096 10 \u0080;\u0093Le Quai\u0094');
    for (const encoding of ['utf-8', 'utf-16le with mark']) {
      const found = await importFile('clients', writers[encoding]?.(text) ?? '');
      expect(cellsOf(found, 'name', 'city')).toEqual([
        ['L’Atelier du Cœur', 'Lyon'],
        ['Œuvres – 10 €', '“Le Quai”'],
      ]);
      expect(codesIn(found)).toEqual(['restored_controls']);
      expect(found.warnings.flatMap(({ examples }) => examples)).toContainEqual({
        line: 2,
        value: 'L’Atelier du Cœur;Lyon',
      });
    }
  });

  it.each([
    ['code page 850 as Windows-1252', 'Soci‚t‚ G‚n‚rale', 'Caf‚'],
    ['Windows-1252 as code page 850', 'SociÚtÚ GÚnÚrale', 'BesanÞon'],
    ['Latin-1 as MacRoman', 'SociÈtÈ GÈnÈrale', 'BesanÁon'],
    ['MacRoman as Windows-1252', 'SociŽtŽ GŽnŽrale', 'N”mes'],
    ['code page 850 as ISO-8859-1', 'Soci\u0082t\u0082', 'Caf\u0082'],
    ['code page 437 as boxes', 'Soci├®t├®', 'Caf├®'],
  ])('says so of %s, in UTF-8 and UTF-16', async (_, name, city) => {
    const text = clients(`C1;${name};${city}`, 'C2;Dupont;Lyon');
    for (const encoding of ['utf-8', 'utf-16le with mark'])
      expect(codesIn(await importFile('clients', writers[encoding]?.(text) ?? ''))).toContain('garbled_text');
  });

  it('says so of one damaged name among many that are right', async () => {
    const right = Array.from({ length: 300 }, (_, i) => `C${i};Société ${i} à Évry;Nîmes`);
    const found = await importFile('clients', clients(...right, 'C9999;Caf‚ de la Gare;Lyon'));
    const said = found.warnings.filter(({ code }) => code === 'garbled_text').flatMap(({ examples }) => examples);
    expect(said).toEqual([{ line: 302, value: expect.stringContaining('Caf‚ de') as string }]);
  });

  it('says where characters became question marks, in words and not in addresses', async () => {
    const lost = await importFile('clients', clients('C1;Soci?t?;Besan?on', 'C2;L?Atelier;Lyon'));
    expect(codesIn(lost)).toEqual(['lost_characters']);
    const meant = clients('C1;Où est-il ?;Lyon', 'C2;https://a.fr/p.php?id=3&b=é;Lyon', 'C3;Quoi?;Lyon');
    expect(codesIn(await importFile('clients', meant))).toEqual([]);
  });

  it('leaves names alone that are meant', async () => {
    const text = clients('C1;BioÉnergie;SÃO PAULO', 'C2;Vélo® & Co™;L’Haÿ-les-Roses', 'C3;Παπαδόπουλος;Иваново');
    expect(codesIn(await importFile('clients', text))).toEqual([]);
    for (const name of ['BioÉnergie', 'L´Atelier', 'Bou\u00adlangerie', 'Vélo® & Co™'])
      expect(codesIn(await importFile('clients', writers['windows-1252']?.(clients(`C1;${name};Lyon`)) ?? ''))).toEqual(
        [],
      );
  });

  it('says so of alphabets that are not read, and of Turkish', async () => {
    for (const [page, name] of [
      ['windows-1251', 'Иванов и сын'],
      ['windows-1253', 'Παπαδόπουλος'],
      ['windows-1254', 'Yıldız Gıda'],
      ['windows-1250', 'Łódź'],
    ] as const)
      expect(hasDoubt(await importFile('clients', iconv.encode(clients(`C1;${name};Lyon`), page))), page).toBe(true);
  });
});

describe('a mark or a pin that is wrong', () => {
  it.each(['windows-1252', 'iso-8859-15', 'cp850', 'macroman'])(
    'reads %s behind the mark of UTF-8',
    async (encoding) => {
      const text = clients('C1;Société Générale;Besançon', 'C2;Hôtel de l’Île;Évry'.replaceAll('’', "'"));
      const bytes = Buffer.concat([Buffer.from('\ufeff'), writers[encoding]?.(text) ?? Buffer.alloc(0)]);
      const found = await importFile('clients', bytes);
      expect(cellsOf(found, 'client_code', 'name')).toEqual([
        ['C1', 'Société Générale'],
        ['C2', "Hôtel de l'Île"],
      ]);
      expect(codes(found)).toEqual([]);
    },
  );

  it('says that a pinned encoding makes no sense of the letters', async () => {
    const bytes = writers['windows-1252']?.(clients('C1;Société;Besançon')) ?? '';
    expect(codes(await importFile('clients', bytes, { encoding: 'cp850' }))).toContain('garbled_text');
    expect(codes(await importFile('clients', bytes, { encoding: 'windows-1252' }))).toEqual([]);
  });
});

describe('a workbook whose texts were damaged before it was written', () => {
  const book = async (...rows: string[][]) => {
    const workbook = new exceljs.Workbook();
    workbook.addWorksheet('Clients').addRows([['Code client', 'Nom', 'Ville'], ...rows]);
    return Buffer.from(await workbook.xlsx.writeBuffer());
  };

  it('is put right where that is certain, and says so by line', async () => {
    const found = await importFile(
      'clients',
      await book(
        ['C1', twice('Société Générale'), twice('Besançon')],
        ['C2', 'Caf&eacute; &amp; fils', 'L\u0092Isle'],
        ['C3', 'IRMÃOS', 'SÃO PAULO'],
      ),
    );
    expect(cellsOf(found, 'name', 'city')).toEqual([
      ['Société Générale', 'Besançon'],
      ['Café & fils', 'L’Isle'],
      ['IRMÃOS', 'SÃO PAULO'],
    ]);
    expect(found.warnings).toEqual([
      { code: 'encoded_twice', column: null, count: 2, examples: [{ line: 2, value: twice('Société Générale') }] },
      { code: 'html_entities', column: null, count: 1, examples: [{ line: 3, value: 'Caf&eacute; &amp; fils' }] },
      { code: 'restored_controls', column: null, count: 1, examples: [{ line: 3, value: 'L\u0092Isle' }] },
    ]);
  });

  it('is doubted where it is not', async () => {
    const garbled = await importFile('clients', await book(['C1', 'Soci‚t‚', 'Lyon'], ['C2', 'CafÚ', 'BesanÞon']));
    expect(garbled.warnings).toContainEqual({
      ...{ code: 'garbled_text', column: null, count: 1 },
      examples: [{ line: 2, value: 'Soci‚t‚' }],
    });
    expect(hasDoubt(await importFile('clients', await book(['C1', 'SociÚtÚ', 'BesanÞon'])))).toBe(true);
    expect(codes(await importFile('clients', await book(['C1', 'L?Atelier', 'Lyon'])))).toEqual(['lost_characters']);
    const meant = [
      ['C1', 'R&D', 'Évry'],
      ['C2', 'BioÀVie', 'Nîmes'],
      ...Array.from({ length: 9 }, (_, i) => [`D${i}`, 'Été', `Où ? ${i}`]),
    ];
    expect(codes(await importFile('clients', await book(...meant)))).toEqual([]);
  });
});
