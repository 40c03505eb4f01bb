import { createHash } from 'node:crypto';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Dice } from './dice.ts';

export const doors = ['sftp', 'ftp', 'ftps', 'http', 'drop'] as const;
export type Door = (typeof doors)[number];

/** One attempt to send one file, with what it means. No two files have the same bytes. */
export interface Sent {
  tenant: string;
  /** How often the tenant had been made. */
  life: number;
  door: Door;
  number: number;
  dataset: Dataset;
  path: string;
  bytes: Buffer;
  sha256: string;
  /** What each row says, by its code or id. */
  rows: ReadonlyMap<string, string>;
  /** `cut`: its client broke off on purpose. `open`: refused, or the connection died: it may be in, whole. */
  outcome: 'acknowledged' | 'open' | 'cut';
}

/** What a door's files hold: écritures, being snapshots, come through one of them only. */
const datasetOf: Record<Door, Dataset> = {
  sftp: 'clients',
  ftp: 'clients',
  ftps: 'ecritures',
  http: 'contacts',
  drop: 'clients',
};

/** Clients that no file of a door names, so that écritures and contacts always find theirs. */
const BASE = Array.from({ length: 10 }, (_, i) => `B${i}`);
const ENTRIES = 80;
/** Écritures that each file leaves out, and so settles: few enough for the guard. */
const STEP = 3;
/** Rows of a file that takes longer to send and to import than one kill waits. */
const LARGE = 4000;

/** The file that has them. */
export function baseFile(tenant: string): Pick<Sent, 'bytes' | 'sha256' | 'rows'> {
  const rows = new Map(BASE.map((code) => [code, `Client ${code}`]));
  const bytes = clientsText(rows, { tenant, life: 1 });
  return { rows, bytes, sha256: sha256Of(bytes) };
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The next file of a door: its rows say by which of its files they were written last. */
export function nextFile(of: Pick<Sent, 'tenant' | 'life' | 'door' | 'number'>, dice: Dice): Omit<Sent, 'outcome'> {
  const dataset = datasetOf[of.door];
  const rows = rowsOf[dataset](of, dice);
  const bytes = textOf[dataset](rows, of);
  return { ...of, dataset, path: `/${dataset}-${of.door}.csv`, bytes, sha256: sha256Of(bytes), rows };
}

type Place = Pick<Sent, 'tenant' | 'life' | 'door' | 'number'>;

const rowsOf: Record<Dataset, (of: Place, dice: Dice) => Map<string, string>> = {
  clients: ({ door, number }, dice) => {
    const codes = Array.from({ length: dice.below(6) === 0 ? LARGE : 10 }, (_, i) => `${door}-${i}`);
    return new Map([...codes, `${door}-no-${number}`].map((code) => [code, `Client ${code}, file ${number}`]));
  },
  contacts: ({ number }) => new Map(BASE.map((code) => [code, `Martin ${number}`])),
  ecritures: ({ number }, dice) => {
    // A short one is held by the guard.
    const entries = dice.below(6) === 0 ? ENTRIES / 4 : ENTRIES;
    return new Map(
      Array.from({ length: entries }, (_, i) => [`E${number * STEP + i}`, `${1 + (number % 900)}.${10 + (i % 90)}`]),
    );
  },
};

const textOf: Record<Dataset, (rows: Map<string, string>, of: Place) => Buffer> = {
  clients: clientsText,
  // The extra column makes one life's files differ from another's.
  contacts: (rows, { tenant, life }) =>
    csv([
      'Code client;Nom;Email;Envoi',
      ...[...rows].map(([code, name]) => `${code};${name};${code}@example.org;${tenant}${life}`),
    ]),
  ecritures: (rows, { tenant, life }) =>
    csv([
      'id;code client;piece;date;montant;echeance;libelle',
      ...[...rows].map(
        ([id, amount], i) =>
          `${id};${BASE[i % BASE.length]};F${id};01/11/2026;${amount.replace('.', ',')};30/11/2026;Facture ${tenant}${life}`,
      ),
    ]),
};

function clientsText(rows: ReadonlyMap<string, string>, { tenant, life }: Pick<Place, 'tenant' | 'life'>): Buffer {
  const city = `Nîmes ${tenant}${life}`;
  return csv([
    'Code client;Raison sociale;CP;Ville',
    ...[...rows].map(([code, name]) => `${code};${name};30000;${city}`),
  ]);
}

const csv = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`);
