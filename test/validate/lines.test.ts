import { describe, expect, it } from 'vitest';
import { validate } from './support.ts';
import { readText, seen } from './text-file.ts';

const clientHeader = 'Code client;Nom;Adresse;CP;Ville;Téléphone';
const entryHeader = 'Code client;N° facture;Libellé;Date facture;Échéance;Montant TTC';
const file = (...lines: string[]) => `${lines.join('\n')}\n`;
const clients = (...lines: string[]) => readText('clients', file(clientHeader, ...lines));
const entries = (...lines: string[]) => readText('ecritures', file(entryHeader, ...lines));

describe('a line with fewer cells than the header', () => {
  it('made by a line break without quotes is two refused lines, and no client', () => {
    const outcome = clients(
      'C001;ATELIER DU PONT;1 quai Nord;29200;Brest;0298000001',
      'C002;BRASSERIE',
      'NEUVE;2 rue Basse;57000;Metz;0387000002',
      'C003;CARTONNERIE;Zone Sud',
      'Bâtiment 4;06000;Nice;0493000003',
      'C004;DERNIERE;4 rue;64000;Pau;0559000004',
    );
    expect(seen(outcome, 'client_code', 'name', 'city')).toEqual([
      ['C001', 'ATELIER DU PONT', 'Brest'],
      ['C004', 'DERNIERE', 'Pau'],
    ]);
    expect(outcome.refused).toEqual(['3 too_few_cells', '4 too_few_cells', '5 too_few_cells', '6 too_few_cells']);
    const entry = entries(
      'C001;F-4001;Travaux;15/01/2026;14/02/2026;120,00',
      'C001;F-4002;Travaux',
      'suite du chantier;16/01/2026;15/02/2026;240,00',
      'C004;F-4003;Divers;17/01/2026;16/02/2026;60,00',
    );
    expect(seen(entry, 'piece_number', 'amount')).toEqual([
      ['F-4001', '120.00'],
      ['F-4003', '60.00'],
    ]);
    expect(entry.refused).toEqual(['3 too_few_cells', '4 too_few_cells']);
  });

  it('is no total because the column in which half of a text stands is one of amounts', () => {
    const header = 'Montant TTC;Code client;N° facture;Date facture;Échéance;Libellé';
    for (const rest of ['reçu', '– janvier', '12 du 05/01', '30 % (12,50 €)', '24\\"', '24"', '"24\\""', '"reçu']) {
      const cut = readText('ecritures', file(header, '120,00;C1;F1;15/01/2026;14/02/2026;Acompte', rest));
      expect([rest, cut.refused.length, cut.warned.includes('broken_text')]).toEqual([rest, 1, true]);
    }
    for (const total of ['120,00;;;;;', '120,00 €', 'EUR 120.00;;;;;']) {
      const whole = readText('ecritures', file(header, '120,00;C1;F1;15/01/2026;14/02/2026;Acompte', total));
      expect([total, whole.refused]).toEqual([total, []]);
    }
  });

  it('of one cell may be half of a text: whoever reads the report is sent to the lines beside it', () => {
    const cut = readText('clients', file('Code client;Ville;Nom', 'C1;Metz;Société', 'Générale', 'C2;Nice;Dupont'));
    expect(cut.refused).toEqual(['3 too_few_cells']);
    expect(cut.warned).toContain('broken_text');
    const before = readText('clients', file('Nom;Code client;Ville', 'Société', 'Générale;C1;Metz', 'Dupont;C2;Nice'));
    expect(before.warned).toContain('broken_text');
    expect(clients('C1;Dupont;1 quai;29200;Brest').warned).not.toContain('broken_text');
  });

  it('that is half of a code makes no client of the other half', () => {
    const outcome = clients(
      'C001;A;rue;57000;Metz;03',
      'C0',
      '02;B;rue;57000;Metz;03',
      'C003;C;rue;57000;Metz;03',
      'DUPONT',
      'C004;D;rue;57000;Metz;03',
    );
    expect(outcome.rows.map((row) => row['client_code'])).toEqual(['C001', 'C003', 'C004']);
    expect(outcome.refused).toEqual(['3 too_few_cells', '4 too_few_cells', '6 too_few_cells']);
    const cut = readText('clients', file('Code client;Nom', 'C0', '01;Dupont', 'C002;Durand', 'C003;Petit'));
    expect(cut.warned).toContain('broken_text');
  });

  it.each([
    [
      'all records are broken',
      ['C1;BRASSERIE', 'NEUVE;rue;57000;Metz;03', 'C2;ATELIER', 'VIEUX;rue;29200;Brest;02'],
      [],
    ],
    ['the first record is', ['C1;BRASSERIE', 'NEUVE;rue;57000;Metz;03', 'C2;ATELIER;rue;29200;Brest;02'], ['C2']],
    [
      'the last column is empty in all',
      ['C1;A;rue;57000;Metz;', 'C2;B', 'NEUVE;rue;57000;Metz;', 'C3;C;rue;29200;Brest;'],
      ['C1', 'C3'],
    ],
    ['it is broken twice', ['C1;A;rue;57000;Metz;03', 'C2;B', 'NEUVE', 'ET CIE;rue;57000;Metz;03'], ['C1']],
    ['it begins with CR LF inside', ['C1;A;rue;57000;Metz;03\r', 'C2;B\r', 'NEUVE;rue;57000;Metz;03\r'], ['C1']],
    ['there is one other', ['C1;A;rue;57000;Metz;', 'C2;B', 'NEUVE;rue;57000;Metz;'], ['C1']],
  ])('where %s', (_, lines, codes) => {
    const outcome = clients(...lines);
    expect(outcome.rows.map((row) => row['client_code'])).toEqual(codes);
    expect(outcome.refused.every((text) => text.endsWith('too_few_cells'))).toBe(true);
    expect(outcome.refused).toHaveLength(lines.length - codes.length);
  });

  it('is whole where the missing cells are at the end and empty in every line', () => {
    const trimmed = clients('C1;A;rue;57000', 'C2;B;rue;29200', 'C3;C;rue;75001');
    expect(seen(trimmed, 'client_code', 'zip', 'city')).toEqual([
      ['C1', '57000', null],
      ['C2', '29200', null],
      ['C3', '75001', null],
    ]);
    expect([trimmed.refused, trimmed.runs]).toEqual([[], 1]);
    const mixed = clients('C1;A;rue;57000;;', 'C2;B;rue;29200', 'C3;C;rue;75001;', 'C4;D;rue;13001');
    expect(mixed.rows).toHaveLength(4);
    expect(mixed.refused).toEqual([]);
  });

  it('is not, where one line far below has what the others lack', () => {
    const outcome = clients('C1;A;rue;57000', 'C2;B;rue;29200', 'C3;C;rue;75001;Paris;01');
    expect(seen(outcome, 'client_code', 'city')).toEqual([['C3', 'Paris']]);
    expect([outcome.refused, outcome.runs]).toEqual([['2 too_few_cells', '3 too_few_cells'], 2]);
  });

  it('stays whole beside a shorter one that is none, where most lines are like it', () => {
    const outcome = clients(
      'Liste arrêtée provisoirement',
      'C1;A;rue;57000;Metz',
      'C2;B;rue;29200;Brest',
      'C3;C;rue;75001;Paris',
    );
    expect(outcome.rows).toHaveLength(3);
    expect(outcome.refused).toEqual(['2 too_few_cells']);
  });

  describe('of which Excel has left out the cells that are empty in sixteen lines', () => {
    const wide = `${entryHeader};Commande;Remarque`;
    const entry = (n: number, rest: string) => `C1;F${n};Vis;15/01/2026;14/02/2026;10,00${rest}`;
    const block = (from: number, count: number, rest: string) =>
      Array.from({ length: count }, (_, i) => entry(from + i, rest));
    const first = [wide, entry(1, ';CDE;relancer'), ...block(2, 14, ';;')];
    const read = (...lines: string[]) => readText('ecritures', file(...lines));

    it.each([
      ['and the rest has all', [...first, ...block(20, 16, ''), ...block(40, 15, ';;'), entry(60, ';;note')], 47],
      ['of several lengths', [...first, ...block(20, 15, ';'), entry(38, ';CDE 2'), ...block(40, 16, '')], 47],
      ['up to the end', [...first, ...block(20, 16, ''), ...block(40, 3, '')], 34],
    ])('is whole, %s', (_, lines, count) => {
      const outcome = read(...lines);
      expect([outcome.refused, outcome.rows.length, outcome.runs]).toEqual([[], count, 2]);
      expect(seen(outcome, 'piece_number', 'amount')[20]?.[1]).toBe('10.00');
    });

    it.each([
      ['a line within a block is shorter', [...first, ...block(20, 15, ';;'), entry(40, '')], 1],
      [
        'lines elsewhere are broken',
        [...first, ...block(20, 16, ''), ...block(40, 9, ''), 'C1;F9;Vis', 'et écrous;15/01/2026;14/02/2026;10,00;;'],
        27,
      ],
      [
        'the last two are half a line each',
        [...first, ...block(20, 16, ';;'), 'C1;F9;Vis;15/01', '9;14/02/2026;10,00;;'],
        2,
      ],
      ['no line of the block is filled to its end', [...first, ...block(20, 16, ';')], 16],
      ['the header stands in the block', [wide, ...block(1, 15, ''), ...block(20, 15, ';;'), entry(60, ';CDE;')], 15],
    ])('is not where %s', (_, lines, count) => {
      const outcome = read(...lines);
      expect(outcome.refused).toHaveLength(count);
      expect(new Set(outcome.refused.map((text) => text.replace(/^\d+ /, '')))).toEqual(new Set(['too_few_cells']));
    });
  });

  it('without a header, the usual number of cells counts, and none that moved is read', () => {
    const mapping = { columns: { client_code: 1, name: 2, city: 3 }, format: { headerLine: 0 } };
    const outcome = readText(
      'clients',
      file('C1;A;Metz', 'C2;B', 'NEUVE;Brest', 'C3;C; et fils;Nice', 'C4;D;Pau', 'C5;E;Lyon', 'C6;F;Lille'),
      mapping,
    );
    expect(seen(outcome, 'client_code', 'city')).toEqual([
      ['C1', 'Metz'],
      ['C4', 'Pau'],
      ['C5', 'Lyon'],
      ['C6', 'Lille'],
    ]);
    expect(outcome.refused).toEqual(['2 too_few_cells', '3 too_few_cells', '4 too_many_cells']);
  });
});

describe('a second heading is no record', () => {
  it.each([
    ['labels under names', 'CT_Num;CT_Intitule;CT_Ville;CT_Telephone', ['Code client;Raison sociale;Ville;Téléphone']],
    ['names under labels', 'Code client;Raison sociale;Ville;Téléphone', ['CT_Num;CT_Intitule;CT_Ville;CT_Telephone']],
    [
      'SQL types',
      'Code client;Raison sociale;Ville;Téléphone',
      ['varchar(17);varchar(69);varchar(35);nvarchar(21) NULL'],
    ],
    ['types without lengths', 'Code client;Raison sociale;Ville;Téléphone', ['Texte;Texte;Texte;Texte']],
    ['types of Oracle', 'Code client;Raison sociale;Ville;Téléphone', ['VARCHAR2(17 );VARCHAR2(69);CLOB;NUMBER(10,2)']],
    ['numbers', 'Code client;Raison sociale;Ville;Téléphone', ['1;2;3;4']],
    ['letters', 'Code client;Raison sociale;Ville;Téléphone', ['A;B;C;D']],
    ['a translation', 'Code client;Raison sociale;Ville;Téléphone', ['Customer code;Name;City;Phone']],
    [
      'two lines',
      'Code;Nom;Ville;Téléphone',
      ['obligatoire;obligatoire;facultatif;facultatif', 'Code client;Raison sociale;Ville;N° téléphone'],
    ],
    ['a rule', 'Code client;Raison sociale;Ville;Téléphone', ['-----------;--------------;-----;---------']],
    ['a rule and types', 'Code client;Raison sociale;Ville;Téléphone', ['char;char;char;char', '===;===;===;===']],
    ['marks', 'Code client;Raison sociale;Ville;Téléphone', ['Code client (*);Raison sociale *;Ville;Téléphone [10]']],
    ['names of a database', 'Code client;Raison sociale;Ville;Téléphone', ['CLI_CODE;CLI_NOM;CLI_VILLE;CLI_TEL']],
    ['numbered fields', 'Code client;Raison sociale;Ville;Téléphone', ['Zone 1;Zone 2;Zone 3;Zone 4']],
    [
      'types of Java',
      'Code client;Raison sociale;Ville;Téléphone',
      ['java.lang.String;java.lang.String;java.lang.String;java.lang.Integer'],
    ],
    ['types in French', 'Code client;Raison sociale;Ville;Téléphone', ['Caractère;Texte court;Texte court;Entier']],
    [
      'types of SQL Server',
      'Code client;Raison sociale;Ville;Téléphone',
      ['[nvarchar](20);NVARCHAR(MAX);[text];[int]'],
    ],
    ['types of a schema', 'Code client;Raison sociale;Ville;Téléphone', ['xs:string;xs:string;xs:string;xs:int']],
  ])('%s', (_, header, more) => {
    const outcome = readText(
      'clients',
      file(header, ...more, 'C001;ATELIER DU PONT;Brest;0298000001', 'C002;BRASSERIE NEUVE;Metz;0387000002'),
    );
    expect(seen(outcome, 'client_code', 'name', 'city')).toEqual([
      ['C001', 'ATELIER DU PONT', 'Brest'],
      ['C002', 'BRASSERIE NEUVE', 'Metz'],
    ]);
    expect([outcome.refused, outcome.undecided]).toEqual([[], undefined]);
  });

  it.each([
    ['lengths', '17;69;35;21'],
    ['lengths with types', 'A17;A69;A35;N10'],
    ['lengths with a bound', 'an..17;an..69;an..35;n..10'],
    ['labels that nobody knows', 'CustCode;CustName;Town;PhoneNo'],
    ['what each cell is for', 'Identifiant unique;Nom complet;En majuscules;Format international'],
    ['an example', 'ex : C0001;ex : DUPONT SA;Paris;0102030405'],
    ['a word for one column in three', 'Clé;Nom complet;Paris;'],
    ['labels of which two are known', 'CLIENT;Société;Lyon;0102030405'],
    ['labels of which one is known', 'Code client;Dénomination complète;Localisation;Ligne directe'],
  ])('%s are refused', (_, line) => {
    const outcome = readText(
      'clients',
      file('CT_Num;CT_Intitule;CT_Ville;CT_Telephone', line, 'C001;ATELIER DU PONT;Brest;0298000001'),
    );
    expect(outcome.rows).toHaveLength(1);
    expect(outcome.refused).toEqual(['2 no_record']);
  });

  it('on each page, where the heading has two lines', () => {
    const page = ['CT_Num;CT_Intitule;CT_Ville', 'Code;Libellé;Localité'];
    const outcome = readText('clients', file(...page, 'C1;Ancienne;Metz', ...page, 'C2;Brasserie;Lyon'));
    expect(seen(outcome, 'client_code', 'city')).toEqual([
      ['C1', 'Metz'],
      ['C2', 'Lyon'],
    ]);
    expect([outcome.undecided, outcome.refused, outcome.skipped]).toEqual([undefined, [], 2]);
  });

  it('in a workbook, or of contacts', () => {
    const header = ['CT_Num', 'CT_Nom', 'CT_EMail'];
    const rows = [
      ['Code client', 'Nom', 'E-mail'],
      ['varchar(17)', 'varchar(35)', 'varchar(69)'],
      ['C1', 'Dupont', 'a@b.fr'],
      ['FIN', '1', ''],
      ['Page 1/1', '', ''],
    ];
    for (const workbook of [{ date1904: false }, undefined]) {
      const outcome = validate('contacts', { header, rows, ...(workbook && { workbook }) });
      expect(outcome.rows).toMatchObject([{ client_code: 'C1', last_name: 'Dupont' }]);
      expect(outcome.refused).toEqual([]);
    }
  });

  it('of entries either', () => {
    const header = 'CT_Num;EC_RefPiece;EC_Date;EC_Echeance;EC_Montant;EC_Sens';
    const rows = ['C001;F-4901;15/01/2026;14/02/2026;120,00;0', 'C001;R-1;20/02/2026;;120,00;1'];
    for (const second of [
      'Compte tiers;Référence pièce;Date;Échéance;Montant;Sens',
      'varchar(17);varchar(13);date;date;decimal(24,6);smallint',
    ]) {
      const outcome = readText('ecritures', file(header, second, ...rows));
      expect(seen(outcome, 'piece_number', 'amount')).toEqual([
        ['F-4901', '120.00'],
        ['R-1', '-120.00'],
      ]);
      expect(outcome.refused).toEqual([]);
    }
  });

  it.each([
    ['C1;Société;Lyon', 'C1'],
    ['411;Compte;Paris', '411'],
    ['9999;Clients divers;', '9999'],
    ['000;CLIENTS DIVERS;', '000'],
    ['ADRESSE;Adresse SARL;Paris', 'ADRESSE'],
    ['TIERS;Clients divers;Metz', 'TIERS'],
    ['C1;Ville & Cie;Ville', 'C1'],
  ])('but %s is a client, on the first line too', (line, code) => {
    const outcome = readText('clients', file('Code;Nom;Ville', line, 'C2;Dupont;Nice'));
    expect(seen(outcome, 'client_code')).toEqual([[code], ['C2']]);
    expect([outcome.refused, outcome.skipped]).toEqual([[], 0]);
  });

  it('of which the columns with a form have no cell in it', () => {
    const header = 'Code client;Raison sociale;CP;Téléphone';
    const outcome = readText('clients', file(header, 'O;O;N;N', 'C001;Dupont;75001;0102030405'));
    expect([seen(outcome, 'client_code'), outcome.refused]).toEqual([[['C001']], ['2 no_record']]);
    const foreign = readText('clients', file(header, 'C001;Smith;W1A 1AA;', 'C002;Dupont;;aucun'));
    expect(foreign.rows).toHaveLength(2);
  });

  it('nor is a line that somebody has put out of use, or has yet to fill', () => {
    const outcome = readText('clients', file('Code;Nom;Ville', 'C1;Dupont;Nice', '#C2;Durand;Metz', '?;?;?'));
    expect([seen(outcome, 'client_code'), outcome.refused]).toEqual([[['C1']], ['3 no_record', '4 no_record']]);
  });

  it('but a client whose code is a word for something is a client', () => {
    const outcome = readText(
      'clients',
      file(
        'Code;Nom;Ville',
        'C1;A;Metz',
        'TIERS;Clients divers;Metz',
        'PAYS;Pays de Loire SA;Nantes',
        'TOTAL;TOTAL ENERGIES;Paris',
        'FIN;Fin de Siècle;Lyon',
        '1664;1664;Strasbourg',
        'C001;Groupe;Ville-d’Avray',
        'PAGE;Page & fils;Lyon',
      ),
    );
    expect(outcome.rows).toHaveLength(8);
    expect([outcome.refused, outcome.skipped]).toEqual([[], 0]);
  });
});

describe('a trailer, and the head and foot of a page, are no clients', () => {
  it.each([
    'FIN;2',
    'Total;2',
    'TOTAL;2',
    'Total;3 clients',
    'Nombre de clients;2',
    'Nombre de lignes : 2;',
    'EOF;',
    '*** fin de fichier ***;',
    'End of file;',
    '(2 rows affected)',
    '(2 lignes affectées)',
    'Page 2/3',
    'Page;2',
    'Page 2;sur 3',
    '----;----',
    'Généré le 12/01/2026 par X;',
    'Edité le;12/01/2026',
    '2 clients exportés;',
    'Fin;',
    '=====',
    'Total clients : 2',
    'TRAILER;000002',
    'Total général;2',
    '2;clients',
    '2;clients exportés',
  ])('%s is skipped', (line) => {
    const outcome = readText('clients', file('Code;Nom', 'C1;A', 'C2;B', line));
    expect(seen(outcome, 'client_code')).toEqual([['C1'], ['C2']]);
    expect([outcome.refused, outcome.skipped]).toEqual([[], 1]);
  });

  it.each([
    'T;2',
    '99;2',
    'Z9;000003',
    'SARL DUPONT;Page 2',
    'BALANCE;au 31/12/2025',
    'SARL DUPONT;Edité le 12/01/2026',
    'Copyright Éditeur 2026',
  ])('%s is refused', (line) => {
    const outcome = readText('clients', file('Code;Nom', 'C1;A', 'C2;B', line));
    expect(seen(outcome, 'client_code')).toEqual([['C1'], ['C2']]);
    expect(outcome.refused).toHaveLength(1);
  });

  it.each([
    'Query OK, 2 rows affected (0.00 sec)',
    '2 rows in set (0.00 sec)',
    'Completion time: 2026-11-28T20:15:00.0000000+01:00',
    'CHECKSUM;d41d8cd98f00b204e9800998ecf8427e',
    'MD5=d41d8cd98f00b204e9800998ecf8427e',
    'Nombre total de lignes exportées : 2',
    `${entryHeader};Page 2`,
    `${entryHeader};2/3`,
    ';;Report;;;200,00',
    'À REPORTER;;;;;200,00',
    'Solde;;;;;200,00',
  ])('of entries: %s is skipped', (line) => {
    const entry = (n: number) => `C00${n};F${n};A;15/01/2026;14/02/2026;100,00`;
    const outcome = entries(entry(1), entry(2), line, entry(3), entry(4));
    expect(seen(outcome, 'piece_number')).toEqual([['F1'], ['F2'], ['F3'], ['F4']]);
    expect([outcome.refused, outcome.undecided]).toEqual([[], undefined]);
    expect(outcome.warned).not.toContain('total_differs');
  });

  it('of entries neither', () => {
    const outcome = entries(
      'C1;F1;A;15/01/2026;14/02/2026;120,00',
      'Page 1/2',
      'SARL DUPONT;;;;Page 2;',
      'C1;F2;A;15/01/2026;14/02/2026;120,00',
      'FIN;2;;;;',
      '2 écritures exportées',
      '*** FIN ***',
    );
    expect(seen(outcome, 'piece_number')).toEqual([['F1'], ['F2']]);
    expect([outcome.skipped, outcome.refused]).toEqual([4, ['4 missing_value']]);
  });
});

describe('lines that look like records and are none', () => {
  const client = (n: number) => `C00${n};ATELIER ${n};1 quai Nord;29200;Brest;0298000001`;
  it.each(['Édité par;Marie Durand;;;;', 'Famille;GRANDS COMPTES;;;;', 'AU REVOIR;FIN;;;;', '//C004;Leroy;;;;'])(
    'a client whose code is of words among codes with digits is doubted: %s',
    (line) => {
      expect(clients(client(1), client(2), line, client(3)).warned).toContain('code_of_words');
    },
  );
  it('codes of words are codes where they are usual, and so are capitals', () => {
    const named = (code: string) => `${code};ATELIER;1 quai Nord;29200;Brest;0298000001`;
    expect(clients(named('Dupont'), named('Durand'), named('Durand2')).warned).toEqual([]);
    expect(clients(client(1), client(2), client(3), named('DIVERS')).warned).toEqual([]);
  });

  const entry = (piece: string, amount: string, label = 'Travaux') =>
    `C001;${piece};${label};15/01/2026;14/02/2026;${amount}`;
  it('an entry that is called a total and is just that is doubted', () => {
    const listed = entries(entry('F1', '100,00'), entry('F2', '20,00'), entry('SOLDE', '120,00', 'Solde au 31/01'));
    expect(seen(listed, 'piece_number', 'amount')).toHaveLength(3);
    expect(listed.warned).toEqual(['perhaps_total']);
    const each = ['F1', 'F2'].flatMap((piece) => [
      entry(piece, '100,00'),
      entry(`T${piece}`, '100,00', 'Total client'),
    ]);
    expect(entries(...each).warned).toEqual(['perhaps_total']);
  });
  it('one that settles others, or comes to something else, is an entry', () => {
    const before = [entry('F1', '100,00'), entry('F2', '20,00')];
    expect(entries(...before, entry('R1', '-120,00', 'Solde du compte')).warned).toEqual([]);
    expect(entries(...before, entry('AN', '500,00', 'Report à nouveau')).warned).toEqual([]);
  });
});
