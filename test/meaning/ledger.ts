import fc from 'fast-check';

/** What an accountant means: the rows that a file is written from, and that an import has to give back. */

export interface Party {
  code: string;
  name: string;
  zip: string;
  city: string;
  phone: string;
}

export interface Entry {
  client: string;
  journal: string;
  piece: string;
  kind: 'invoice' | 'credit_note' | 'payment';
  /** Days since 1970. */
  date: number;
  due: number | null;
  /** Debit positive. */
  cents: number;
  /** What is left of it, with its sign. */
  openCents: number;
  letter: string | null;
  label: string;
}

export interface Ledger {
  parties: Party[];
  entries: Entry[];
}

/** The day on which the files are read: a held clock. */
export const today = new Date('2026-06-15T12:00:00Z');
const todayDays = Math.floor(today.getTime() / 86_400_000);

const codeOf: readonly ((n: number) => string)[] = [
  (n) => `C${String(n).padStart(3, '0')}`,
  (n) => `411DUP${n}`,
  (n) => String(1000 + n),
  (n) => String(n).padStart(6, '0'),
];
const pieceOf: readonly ((n: number) => string)[] = [
  (n) => `FA-2026-${String(n).padStart(4, '0')}`,
  (n) => `F${100 + n}`,
  (n) => String(260_000 + n),
];

const names = [
  'Café de la Gare',
  'Société Générale d’Équipement',
  'Œuvres & Fils',
  'L’Atelier du Pont',
  'Établissements Müller',
  'Garage « Le Relais »',
  'Hôtel de l’Île – Besançon',
  'Boulangerie Lefèvre',
  'Dupont SARL',
  'TOTAL ENERGIES',
  'R&D Conseil',
  'Maçonnerie; Travaux',
  'Société "Le Pont"',
];
const labels = [
  'Prestation – janvier',
  'Facture n° 12 du 05/01',
  'Règlement reçu',
  'Avoir… partiel',
  'Écran 24"',
  'Acompte 30 % (12,50 €)',
  'Prélèvement',
  'Chèque impayé',
  'Main-d’œuvre',
  'Pénalités; retard',
  'Virement',
];

/** A French address: places and telephones with the zeros that a spreadsheet likes to take. */
const places: readonly [zip: string, city: string, phone: string][] = [
  ['06000', 'Nice', '0493000003'],
  ['69001', 'Lyon', '0478000001'],
  ['01000', 'Bourg-en-Bresse', '0474000002'],
  ['75011', 'Paris', '0143000004'],
  ['25000', 'Besançon', '0381000005'],
];

const entry = fc.record({
  party: fc.nat(),
  journal: fc.constantFrom('VE', 'BQ', 'OD'),
  kind: fc.constantFrom<Entry['kind'][]>('invoice', 'invoice', 'invoice', 'payment', 'credit_note'),
  age: fc.integer({ min: 0, max: 300 }),
  term: fc.constantFrom(0, 15, 30, 45, 60),
  cents: fc.oneof(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 100_000, max: 5_000_000 })),
  paid: fc.constantFrom('open', 'open', 'part', 'paid'),
  letter: fc.constantFrom(null, null, 'AA', 'ab', 'AZ'),
  label: fc.constantFrom(...labels),
});

export const ledger: fc.Arbitrary<Ledger> = fc
  .record({
    codes: fc.constantFrom(...codeOf),
    pieces: fc.constantFrom(...pieceOf),
    names: fc.array(fc.constantFrom(...names), { minLength: 3, maxLength: 12 }),
    place: fc.nat(),
    entries: fc.array(entry, { minLength: 8, maxLength: 60 }),
  })
  .map(({ codes, pieces, names: drawn, place, entries }) => {
    const parties = drawn.map((name, i) => {
      const [zip, city, phone] = places[(place + i) % places.length] ?? ['75011', 'Paris', '0143000004'];
      return { code: codes(i + 1), name, zip, city, phone };
    });
    return {
      parties,
      entries: entries.map(({ party, journal, kind, age, term, cents, paid, letter, label }, i): Entry => {
        const signed = kind === 'invoice' ? cents : -cents;
        const open = paid === 'open' ? signed : paid === 'paid' ? 0 : Math.trunc(signed / 2);
        return {
          client: parties[party % parties.length]?.code ?? '',
          journal,
          piece: pieces(i + 1),
          kind,
          date: todayDays - age,
          due: kind === 'invoice' ? todayDays - age + term : null,
          cents: signed,
          openCents: open,
          letter,
          label,
        };
      }),
    };
  });
