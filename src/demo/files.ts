import iconv from 'iconv-lite';

/** A file of the demonstration, as an accounting software of the field would write it. */
export interface DemoFile {
  name: string;
  bytes: Buffer;
}

/**
 * A small company's exports around `today`: clients and contacts, écritures with a handful of the defects that real
 * files have (an unknown client, a date that does not exist, the same line twice), and an FEC.
 */
export function demoFiles(today: Date): { clients: DemoFile; contacts: DemoFile; ecritures: DemoFile; fec: DemoFile } {
  return {
    clients: { name: 'clients.csv', bytes: cp1252(table(clientLines())) },
    contacts: { name: 'contacts.csv', bytes: cp1252(table(contactLines())) },
    ecritures: { name: 'ecritures.csv', bytes: cp1252(table(entryLines(today))) },
    fec: { name: `732829320FEC${String(today.getFullYear() - 1)}1231.txt`, bytes: Buffer.from(fecText(today)) },
  };
}

const ENTRIES = 2_000;
const towns = [
  ['69003', 'Lyon'],
  ['44000', 'Nantes'],
  ['13006', 'Marseille'],
  ['06300', 'Nice'],
  ['59000', 'Lille'],
  ['33000', 'Bordeaux'],
] as const;
const trades = ['Boulangerie', 'Garage', 'Menuiserie', 'Hôtel', 'Imprimerie', 'Pépinière', 'Cave', 'Électricité'];
const names = ['Lefèvre', 'Bénard', 'Müller', 'Nuñez', 'Cœurdoux', 'Garçon', 'Noël', 'Dupont', 'Mérieux', 'Åkesson'];
const CLIENTS = trades.length * names.length;

const cp1252 = (text: string) => iconv.encode(text, 'windows-1252');
const table = (lines: readonly string[]) => lines.join('\r\n') + '\r\n';
const code = (i: number) => `C${String((i % CLIENTS) + 1).padStart(5, '0')}`;
const at = <T>(list: readonly [T, ...T[]] | readonly T[], i: number): T => list[i % list.length] as T;

function clientLines(): string[] {
  const lines = Array.from({ length: CLIENTS }, (_, i) => {
    const [zip, town] = at(towns, i);
    const name = `${at(trades, i)} ${at(names, Math.floor(i / trades.length))}`;
    const shown = i % 9 === 0 ? `"${name} ""Centre"""` : name;
    return `${code(i)};${shown};${String(i + 1)} rue de l’Église;${zip};${town};France;compta@client${String(i + 1)}.example;30;${String(5 + (i % 7))} 000,00`;
  });
  return ['Code client;Raison sociale;Adresse;CP;Ville;Pays;Email;Délai;Encours autorisé', ...lines];
}

function contactLines(): string[] {
  const lines = Array.from({ length: CLIENTS / 2 }, (_, i) => {
    const name = at(names, i + 3);
    return `${code(i * 2)};${i % 2 === 0 ? 'Mme' : 'M.'};${name};Dominique;Comptable;contact${String(i)}@client${String(i * 2 + 1)}.example;${i % 3 === 0 ? 'oui' : 'non'}`;
  });
  return ['Code client;Civilité;Nom;Prénom;Fonction;Email;Principal', ...lines];
}

function entryLines(today: Date): string[] {
  const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit;Solde;Devise';
  const lines = Array.from({ length: ENTRIES }, (_, i) => {
    const issued = dayBefore(today, 10 + ((i * 7) % 200));
    const cents = 4_990 + ((i * 7_919) % 900_000);
    const credit = i % 6 === 5;
    const columns = [
      code(i * 13),
      credit ? 'BQ' : 'VE',
      `${credit ? 'RG' : 'FA'}${String(i + 1).padStart(6, '0')}`,
      frenchDate(issued),
      frenchDate(dayBefore(issued, -30)),
      i % 11 === 0 ? `"Facture ; réf. ${String(i)}"` : `${credit ? 'Règlement' : 'Facture'} ${String(i + 1)}`,
      credit ? '' : money(cents),
      credit ? money(cents) : '',
      i % 3 === 0 ? '0,00' : `${credit ? '-' : ''}${money(cents)}`,
      'EUR',
    ];
    return columns.join(';');
  });
  const [first = ''] = lines;
  return [
    header,
    ...lines,
    first,
    `INCONNU;VE;FA999001;${frenchDate(today)};${frenchDate(today)};Client absent du fichier clients;120,00;;120,00;EUR`,
    `${code(0)};VE;FA999002;31/02/2026;31/03/2026;Date impossible;80,00;;80,00;EUR`,
    `${code(1)};VE;FA999003;${frenchDate(today)};${frenchDate(today)};Montant illisible;douze euros;;;EUR`,
  ];
}

function fecText(today: Date): string {
  const columns =
    'JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise';
  const year = today.getFullYear() - 1;
  const lines = Array.from({ length: 120 }, (_, i) => {
    const date = `${String(year)}${String((i % 12) + 1).padStart(2, '0')}15`;
    const net = 10_000 + i * 137;
    const vat = Math.round(net * 0.2);
    const head = ['VE', 'Ventes', String(i + 1), date];
    const tail = (debit: number, credit: number) =>
      [`F${String(i + 1)}`, date, `Facture F${String(i + 1)}`, money(debit), money(credit), '', '', date, '', ''].join(
        '\t',
      );
    const line = (account: string, label: string, aux: string, auxLabel: string, debit: number, credit: number) =>
      [...head, account, label, aux, auxLabel, tail(debit, credit)].join('\t');
    return [
      line('41100000', 'Clients', `FEC${String(i % 10)}`, `Client du FEC n° ${String(i % 10)}`, net + vat, 0),
      line('70600000', 'Prestations', '', '', 0, net),
      line('44571000', 'TVA collectée', '', '', 0, vat),
    ].join('\r\n');
  });
  return table([columns.replaceAll(' ', '\t'), ...lines]);
}

function dayBefore(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}

function frenchDate(date: Date): string {
  const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [string, string, string];
  return `${day}/${month}/${year}`;
}

function money(cents: number): string {
  return `${String(Math.floor(cents / 100))},${String(cents % 100).padStart(2, '0')}`;
}
