/**
 * Writes the export on which the benches run: `clients.csv`, `contacts.csv` and `ecritures.csv`, in Windows-1252 with
 * `;`, decimal comma and CRLF, as French accounting software does. The same counts give the same bytes. A million
 * écritures are 122 MB; of them 8 % are quoted (quotes, semicolons, and in 0.2 % a line break), 6 % hold an en dash,
 * 3 % a euro sign, 10 % an œ, and half of the amounts from 1,000 on a no-break space between thousands.
 * usage: npx tsx bench/generate.ts FOLDER [rows=1000000] [clients=50000] [contacts=1000]
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import iconv from 'iconv-lite';

export interface ExportSize {
  rows: number;
  clients: number;
  contacts: number;
}

const LINES_AT_ONCE = 5000;

/** Writes the three files into a folder, which is made where it is missing. */
export async function generateExport(folder: string, { rows, clients, contacts }: ExportSize): Promise<void> {
  await mkdir(folder, { recursive: true });
  await write(join(folder, 'clients.csv'), clientHeader, clients, clientLine(random(1)));
  await write(join(folder, 'contacts.csv'), contactHeader, contacts, contactLine(random(2), clients));
  await write(join(folder, 'ecritures.csv'), entryHeader, rows, entryLine(random(3), clients));
}

async function write(path: string, header: string, count: number, line: (i: number) => string): Promise<void> {
  function* pieces(): Generator<Buffer> {
    yield encoded([header]);
    for (let from = 0; from < count; from += LINES_AT_ONCE)
      yield encoded(Array.from({ length: Math.min(LINES_AT_ONCE, count - from) }, (_, i) => line(from + i)));
  }
  await pipeline(Readable.from(pieces()), createWriteStream(path));
}

const encoded = (lines: readonly string[]): Buffer =>
  iconv.encode(lines.map((line) => `${line}\r\n`).join(''), 'windows-1252');

/** Numerical Recipes' linear congruential generator: the same in every version of Node. */
function random(seed: number) {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    below: (limit: number): number => Math.floor(next() * limit),
    pick: <T>(list: readonly [T, ...T[]]): T => list[Math.floor(next() * list.length)] ?? list[0],
  };
}

type Random = ReturnType<typeof random>;

const words = [
  ...(['Société', 'Établissements', 'Boulangerie', 'Générale', 'd’Équipement', 'Frères', 'Transports'] as const),
  ...(['Électricité', 'Hôtel', 'Maçonnerie', 'Bâtiment', 'Travaux', 'Services', 'Conseil', 'Île-de-France'] as const),
  ...(['Méditerranée', 'Nord', 'Atelier', 'Cœur', 'Garçon'] as const),
] as const;
const kinds = [
  ...(['Facture', 'Règlement', 'Avoir', 'Échéance', 'Acompte', 'Pénalités de retard', 'Prélèvement'] as const),
  ...(['Chèque impayé', 'Virement reçu', 'Relance n°'] as const),
] as const;

const padded = (value: number, width: number): string => String(value).padStart(width, '0');
const clientCode = (i: number): string => `CLI${padded(i, 6)}`;
const quoted = (text: string): string => (/[;"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const money = (cents: number): string => `${Math.floor(cents / 100)},${padded(cents % 100, 2)}`;
const groupedMoney = (cents: number): string => money(cents).replace(/\B(?=(\d{3})+,)/g, '\u00a0');

/** `days` after the first of January 2022. */
function date(days: number): string {
  const day = new Date(Date.UTC(2022, 0, 1 + days));
  return `${padded(day.getUTCDate(), 2)}/${padded(day.getUTCMonth() + 1, 2)}/${day.getUTCFullYear()}`;
}

const clientHeader =
  'Code client;Raison sociale;Adresse;CP;Ville;Pays;Email;Téléphone;Encours autorisé;Délai;Mode règlement;Commercial;Tag';

const clientLine =
  ({ next, below, pick }: Random) =>
  (i: number): string =>
    [
      clientCode(i),
      quoted(`${pick(words)} ${pick(words)}${next() < 0.05 ? ` "${pick(words)}"` : ''}`),
      `${1 + below(200)} rue de l’${pick(words)}`,
      padded(1000 + below(94_000), 5),
      pick(words),
      'FR',
      `compta${i}@exemple.fr`,
      `01 ${padded(below(100), 2)} 22 33 44`,
      money(below(10_000_000)),
      pick(['30', '45', '60']),
      pick(['VIR', 'CHQ', 'PRLV', 'LCR']),
      `Agent ${below(40)}`,
      next() < 0.3 ? 'VIP' : '',
    ].join(';');

const contactHeader = 'Code client;Civilité;Nom;Prénom;Fonction;Email;Téléphone;Mobile';

const contactLine =
  ({ below, pick }: Random, clients: number) =>
  (i: number): string =>
    [
      clientCode(below(clients)),
      pick(['M.', 'Mme']),
      `${pick(['Lefèvre', 'Bénard', 'Dupont', 'François', 'Nuñez', 'Müller'])}${i}`,
      pick(['Zoé', 'André', 'Jérôme', 'Léa', 'Chloé']),
      pick(['Comptable', 'Directeur financier', 'Gérante']),
      `c${i}@exemple.fr`,
      '02 33 44 55 66',
      '06 11 22 33 44',
    ].join(';');

const entryHeader =
  'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit;Solde;Lettrage;Devise;Mode règlement;Tag1;Tag2';

const entryLine =
  (source: Random, clients: number) =>
  (i: number): string => {
    const { next, below, pick } = source;
    const day = below(1200);
    const cents = 1 + Math.floor(next() * next() * 5_000_000);
    const isCredit = next() < 0.4;
    const amount = next() < 0.5 ? groupedMoney(cents) : money(cents);
    return [
      clientCode(below(clients)),
      pick(['VE', 'VE', 'BQ', 'OD', 'AN']),
      `FA${padded(i, 8)}`,
      date(day),
      date(day + pick([30, 45, 60])),
      quoted(label(source, i)),
      isCredit ? '' : amount,
      isCredit ? amount : '',
      next() < 0.5 ? '0,00' : `${isCredit ? '-' : ''}${money(cents)}`,
      next() < 0.5 ? `${pick(['AA', 'AB', 'AC', 'BD', 'ZZ'])}${below(99)}` : '',
      'EUR',
      pick(['VIR', 'CHQ', 'PRLV', 'LCR', 'CB']),
      next() < 0.3 ? 'Région Sud' : '',
      next() < 0.2 ? 'Litige à traiter' : '',
    ].join(';');
  };

function label({ next, pick }: Random, i: number): string {
  const text = `${pick(kinds)} ${padded(i % 1_000_000, 6)} ${pick(words)} ${pick(words)}`;
  const what = next();
  if (what < 0.04) return `${text} "${pick(words)}"`;
  if (what < 0.078) return `${text}; réf. ${i}`;
  if (what < 0.08) return `${text}\nsuite`;
  if (what < 0.14) return `${text} – ${pick(words)}`;
  return what < 0.17 ? `${text}, 40 €` : text;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , folder, rows = 1_000_000, clients = 50_000, contacts = 1000] = process.argv;
  if (folder === undefined) throw new Error('usage: npx tsx bench/generate.ts FOLDER [rows] [clients] [contacts]');
  await generateExport(folder, { rows: Number(rows), clients: Number(clients), contacts: Number(contacts) });
}
