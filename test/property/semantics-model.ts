import type { Counts as FileCounts } from '../../src/model/sync.ts';

/**
 * What DATA_MODEL's "Semantics of a sync" says, in memory: clients and écritures of one tenant, as plain objects, one
 * file line at a time. It knows nothing of staging, hashes, or the short ways.
 */

export type Optional = 'due' | 'balance' | 'letter' | 'label';
export type Mode = 'snapshot' | 'delta';

/** A line of an écritures file; dates are ISO, amounts whole euros. `defect`: its amount is no number. */
export interface Line {
  company: string;
  id: string | null;
  client: string;
  piece: string;
  date: string;
  due: string | null;
  amount: number;
  balance: number | null;
  letter: string | null;
  label: string | null;
  defect: boolean;
}

export interface ClientLine {
  company: string;
  code: string;
  /** Empty: refused. */
  name: string;
  term: number | null;
}

/** What the tenant's mapping fixes of what a file speaks. */
export interface Fixed {
  company?: string;
  whole?: true;
  from?: string;
}

/** Of what the écritures of a sync speak; `companies` null: any. */
export interface Scope {
  companies: readonly string[] | null;
  from: string | null;
}

export type Upload = { name: string; bytes: string; version: number } & (
  | { dataset: 'clients'; lines: readonly ClientLine[]; hasTerm: boolean }
  | {
      dataset: 'ecritures';
      lines: readonly Line[];
      columns: readonly Optional[];
      mode: Mode;
      cut: boolean;
      fixed: Fixed;
    }
  | { dataset: 'bad' }
);
type Part<D> = Extract<Upload, { dataset: D }>;

interface Client extends Omit<ClientLine, 'name'> {
  name: string;
  first: number;
  last: number;
}

export interface Entry extends Omit<Line, 'defect'> {
  /** What an entry without an id is found again by. */
  identity: string;
  /** `due` was empty in the file, and comes from the client's term. */
  derived: boolean;
  status: 'open' | 'settled' | 'settled_presumed';
  settledBy: number | null;
  first: number;
  last: number;
}

export interface World {
  clients: ReadonlyMap<string, Client>;
  entries: ReadonlyMap<string, Entry>;
}

export type Counts = Omit<FileCounts, 'skipped'>;

export interface Guard {
  settle: number;
  rows: number;
  /** Rows of the last snapshot of a scope that was applied. */
  lastOf: (scope: Scope) => number | null;
}

export interface Loaded {
  world: World;
  /** By the upload's place in the sync. */
  counts: Map<number, Counts>;
  /** Rows of écritures that were refused because nobody knows their client. */
  unknown: number;
  held: boolean;
  scope: Scope;
}

export const noCounts = (): Counts => ({
  ...{ read: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0, duplicate: 0, settled: 0, reopened: 0 },
});

const codeOf = (company: string, client: string) => `${company}/${client}`;

/** One sync of these files, each with its place among the uploads. `vanishedFirst` see `pairInstalments`. */
export function load(
  before: World,
  sync: number,
  files: readonly { place: number; upload: Upload }[],
  settles: boolean,
  guard: Guard,
  vanishedFirst: (entry: Entry) => boolean,
): Loaded {
  const counts = new Map(files.map(({ place }) => [place, noCounts()]));
  const of = (place: number): Counts => counts.get(place) ?? noCounts();
  const draft = { clients: new Map(before.clients), entries: new Map(before.entries) };
  const parts = <D extends Upload['dataset']>(dataset: D) =>
    files.filter((file): file is { place: number; upload: Part<D> } => file.upload.dataset === dataset);
  loadClients(draft.clients, sync, parts('clients'), of);
  followTerms(before, draft, sync);
  const scope = scopeOf(parts('ecritures').map(({ upload }) => upload));
  const { unknown, held } = loadEntries(before, draft, sync, parts('ecritures'), settles, guard, vanishedFirst, of);
  return { world: draft, counts, unknown, held, scope };
}

/** A file speaks of the companies that its accepted lines name, unless the mapping says otherwise. */
export function scopeOf(uploads: readonly Part<'ecritures'>[]): Scope {
  const companies = uploads.map(({ fixed, lines }) => {
    if (fixed.whole) return null;
    return fixed.company === undefined
      ? lines.filter(({ defect }) => !defect).map(({ company }) => company)
      : [fixed.company];
  });
  return {
    companies: companies.includes(null) ? null : [...new Set(companies.flatMap((some) => some ?? []))].toSorted(),
    from: uploads[0]?.fixed.from ?? null,
  };
}

const isWithin = ({ companies, from }: Scope, entry: Entry): boolean =>
  (companies === null || companies.includes(entry.company)) && (from === null || entry.date >= from);

interface Draft {
  clients: Map<string, Client>;
  entries: Map<string, Entry>;
}

function loadClients(
  clients: Draft['clients'],
  sync: number,
  files: readonly { place: number; upload: Part<'clients'> }[],
  of: (place: number) => Counts,
): void {
  const seen = new Map<string, string>();
  for (const { place, upload } of files)
    for (const { company, code, name, term } of upload.lines) {
      const count = of(place);
      count.read++;
      const key = codeOf(company, code);
      const content = JSON.stringify([upload.hasTerm, name, upload.hasTerm && term]);
      const first = seen.get(key);
      if (name === '') count.rejected++;
      else if (first !== undefined) count[first === content ? 'duplicate' : 'rejected']++;
      else {
        seen.set(key, content);
        const old = clients.get(key);
        const now = { company, code, name, term: upload.hasTerm ? term : (old?.term ?? null) };
        if (!old) clients.set(key, { ...now, first: sync, last: sync });
        else if (old.name !== now.name || old.term !== now.term) clients.set(key, { ...old, ...now, last: sync });
        count[!old ? 'inserted' : clients.get(key) === old ? 'unchanged' : 'updated']++;
      }
    }
}

/** A due date that came from a client's term follows it, whether or not the entry comes again. */
function followTerms(before: World, { clients, entries }: Draft, sync: number): void {
  for (const [key, entry] of entries) {
    const code = codeOf(entry.company, entry.client);
    if (before.clients.get(code)?.term === clients.get(code)?.term) continue;
    const now = { ...entry, ...dueOf({ ...entry, due: entry.derived ? null : entry.due }, clients) };
    if (now.due !== entry.due) entries.set(key, { ...now, last: sync });
  }
}

function dueOf(line: Pick<Line, 'company' | 'client' | 'date' | 'due' | 'amount'>, clients: Draft['clients']) {
  const term = clients.get(codeOf(line.company, line.client))?.term ?? null;
  if (line.due !== null || line.amount < 0 || term === null) return { due: line.due, derived: false };
  const due = new Date(Date.parse(line.date) + term * 86_400_000).toISOString().slice(0, 10);
  return { due, derived: true };
}

/** An accepted line of a file. */
interface Row extends Line {
  place: number;
  columns: readonly Optional[];
  identity: string;
  content: string;
}

/** What a refused line names; null stands for anything. */
type Note = Pick<Row, 'company' | 'id' | 'piece'> & { client: string | null };

function loadEntries(
  before: World,
  draft: Draft,
  sync: number,
  files: readonly { place: number; upload: Part<'ecritures'> }[],
  settles: boolean,
  guard: Guard,
  vanishedFirst: (entry: Entry) => boolean,
  of: (place: number) => Counts,
): { unknown: number; held: boolean } {
  if (files.length === 0) return { unknown: 0, held: false };
  const notes: Note[] = [];
  const rows: Row[] = [];
  let whole = settles && files.every(({ upload }) => upload.mode === 'snapshot' && !upload.cut);
  for (const { place, upload } of files) {
    const accepted = upload.lines.filter(({ defect }) => !defect);
    of(place).read = upload.lines.length + Number(upload.cut);
    of(place).rejected = of(place).read - accepted.length;
    notes.push(...upload.lines.filter(({ defect }) => defect));
    rows.push(...withBalances(accepted, upload.columns).map((line) => rowOf(line, place, upload.columns)));
    if (accepted.length === 0) whole = false;
  }
  const kept = withoutDuplicates(rows, of);
  const known = kept.filter((row) => {
    const isKnown = draft.clients.has(codeOf(row.company, row.client));
    if (!isKnown) {
      of(row.place).rejected++;
      notes.push({ ...row, client: null });
    }
    return isKnown;
  });
  const places = pairInstalments(known, draft.entries, vanishedFirst);
  for (const [row, key] of places) writeRow(draft, sync, row, key, of(row.place));
  // An entry that was moved to a client whom nobody knows has not vanished.
  const named = new Set([...places.values(), ...kept.filter(({ id }) => id !== null).map(({ identity }) => identity)]);
  const scope = scopeOf(files.map(({ upload }) => upload));
  const gone = [...before.entries].filter(
    ([key, entry]) =>
      whole &&
      isWithin(scope, entry) &&
      entry.status !== 'settled_presumed' &&
      !named.has(key) &&
      !notes.some((note) => isAbout(note, entry)),
  );
  for (const [key, { identity }] of gone) {
    const entry = draft.entries.get(key);
    if (!entry) throw new Error(`${identity} is not there`);
    draft.entries.set(key, { ...entry, status: 'settled_presumed', settledBy: sync, last: sync });
    of(files[0]?.place ?? 0).settled++;
  }
  settle(before, draft, sync);
  const isSnapshot = files.some(({ upload }) => upload.mode === 'snapshot');
  const held = isSnapshot && trips(guard, scope, before, gone, known.length);
  return { unknown: kept.length - known.length, held };
}

/** Beside balances that have figures, an empty one is zero. */
function withBalances(lines: readonly Line[], columns: readonly Optional[]): readonly Line[] {
  const hasFigures = columns.includes('balance') && lines.some(({ balance }) => balance !== null);
  return hasFigures ? lines.map((line) => ({ ...line, balance: line.balance ?? 0 })) : lines;
}

function rowOf(line: Line, place: number, columns: readonly Optional[]): Row {
  const said = { ...line, due: columns.includes('due') ? line.due : null };
  const type = line.amount < 0 ? 'payment' : 'invoice';
  const identity = JSON.stringify(
    line.id === null ? [line.company, line.client, line.piece, said.due, type] : [line.company, line.id],
  );
  const optional = (['due', 'balance', 'letter', 'label'] as const).filter((name) => columns.includes(name));
  const content = JSON.stringify([
    optional,
    optional.map((name) => line[name]),
    [line.company, line.id, line.client, line.piece, line.date, line.amount],
  ]);
  return { ...said, place, columns, identity, content };
}

/** Equal lines are one; under one id the first counts, and the others are refused; without ids all others stay. */
function withoutDuplicates(rows: readonly Row[], of: (place: number) => Counts): Row[] {
  const kept: Row[] = [];
  for (const row of rows) {
    const same = kept.filter(({ identity }) => identity === row.identity);
    const isEqual = same.some(({ content }) => content === row.content);
    if (isEqual) of(row.place).duplicate++;
    else if (same.length > 0 && row.id !== null) of(row.place).rejected++;
    else kept.push(row);
  }
  return kept;
}

/**
 * Which stored entry each row is about; an undefined one is new. Of entries that share an identity, those that say the
 * same are the same; the others take the places of those that are left, which of them is left open: the database may
 * say by `vanishedFirst` which it would rather not take. Then those that had vanished.
 */
function pairInstalments(
  rows: readonly Row[],
  entries: ReadonlyMap<string, Entry>,
  vanishedFirst: (entry: Entry) => boolean,
): Map<Row, string> {
  const places = new Map<Row, string>();
  for (const identity of new Set(rows.map((row) => row.identity))) {
    const own = rows.filter((row) => row.identity === identity);
    if (own[0]?.id !== null) {
      for (const row of own) places.set(row, identity);
      continue;
    }
    const stored = [...entries].filter(([, entry]) => entry.id === null && entry.identity === identity);
    const free = new Map(stored);
    for (const row of own) {
      const alike = [...free].find(([, entry]) => entry.status !== 'settled_presumed' && saysTheSame(row, entry));
      if (!alike) continue;
      places.set(row, alike[0]);
      free.delete(alike[0]);
    }
    const rank = (entry: Entry) => (entry.status === 'settled_presumed' ? 2 : Number(vanishedFirst(entry)));
    const left = [...free].toSorted(([, a], [, b]) => rank(a) - rank(b)).map(([key]) => key);
    let next = stored.length;
    for (const row of own.filter((one) => !places.has(one))) places.set(row, left.shift() ?? `${identity}#${next++}`);
  }
  return places;
}

const saysTheSame = (row: Row, entry: Entry): boolean =>
  row.date === entry.date &&
  row.amount === entry.amount &&
  row.balance === entry.balance &&
  row.letter === entry.letter &&
  row.label === entry.label;

function writeRow({ clients, entries }: Draft, sync: number, row: Row, key: string, count: Counts): void {
  const old = entries.get(key);
  const value = <N extends Optional>(name: N, kept: Line[N] | null) => (row.columns.includes(name) ? row[name] : kept);
  const { company, id, client, piece, date, amount, identity } = row;
  const said = {
    ...{ company, id, client, piece, date, amount, identity },
    balance: value('balance', old?.balance ?? null),
    letter: value('letter', old?.letter ?? null),
    label: value('label', old?.label ?? null),
  };
  const due = value('due', old && !old.derived ? old.due : null);
  const now = { ...said, ...dueOf({ ...said, due }, clients) };
  if (!old) {
    entries.set(key, { ...now, status: 'open', settledBy: null, first: sync, last: sync });
    count.inserted++;
    return;
  }
  const names = ['company', 'client', 'piece', 'date', 'amount', 'balance', 'letter', 'label', 'due'] as const;
  const differs = names.some((name) => now[name] !== old[name]);
  count[differs ? 'updated' : 'unchanged']++;
  const isBack = old.status === 'settled_presumed';
  if (isBack) count.reopened++;
  if (differs || isBack) entries.set(key, { ...old, ...now, status: isBack ? 'open' : old.status, last: sync });
}

/** A balance tells; without one a letter does, once its group adds up to nothing. */
function settle(before: World, { entries }: Draft, sync: number): void {
  const sums = new Map<string, number>();
  const groupOf = ({ company, client, letter }: Entry) => JSON.stringify([company, client, letter]);
  const live = [...entries].filter(([, { status }]) => status !== 'settled_presumed');
  for (const [, entry] of live) sums.set(groupOf(entry), (sums.get(groupOf(entry)) ?? 0) + entry.amount);
  for (const [key, entry] of live) {
    const isSettled =
      entry.balance === null ? entry.letter !== null && sums.get(groupOf(entry)) === 0 : entry.balance === 0;
    const status = isSettled ? 'settled' : 'open';
    const old = before.entries.get(key);
    const settledBy = isSettled ? (old?.status === 'settled' ? old.settledBy : sync) : null;
    const isChanged = status !== entry.status || settledBy !== entry.settledBy;
    if (isChanged) entries.set(key, { ...entry, status, settledBy, last: sync });
  }
}

function isAbout(note: Note, entry: Entry): boolean {
  if (note.company !== entry.company) return false;
  if (note.id !== null && entry.id !== null) return note.id === entry.id;
  return note.piece === entry.piece && (note.client === null || note.client === entry.client);
}

function trips(guard: Guard, scope: Scope, before: World, gone: readonly [string, Entry][], rows: number): boolean {
  const open = [...before.entries.values()].filter((entry) => entry.status === 'open' && isWithin(scope, entry));
  const last = guard.lastOf(scope);
  const settling = gone.map(([, entry]) => entry).filter(({ status }) => status === 'open');
  const owed = (some: readonly Entry[]) => some.reduce((sum, e) => sum + Math.abs(e.balance ?? e.amount), 0);
  const share = (part: number, all: number) => (all === 0 ? 0 : part / all);
  return (
    share(settling.length, open.length) > guard.settle ||
    share(owed(settling), owed(open)) > guard.settle ||
    (last !== null && rows < last * guard.rows)
  );
}
