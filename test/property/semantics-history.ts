import {
  load,
  noCounts,
  scopeOf,
  type Counts,
  type Entry,
  type Loaded,
  type Scope,
  type Upload,
  type World,
} from './semantics-model.ts';

/** The syncs of one tenant over the model's rows: held, approved, discarded, replayed, reverted, dry. */

export interface Sync {
  id: number;
  state: 'applied' | 'unchanged' | 'dry_run' | 'held' | 'discarded' | 'failed';
  uploads: readonly Upload[];
  counts: ReadonlyMap<number, Counts>;
  isReplay: boolean;
  reverts: number | null;
  revertedBy: number | null;
  /** What it found, where it was applied: to be put back by a revert. */
  before: World | null;
  after: World | null;
  /** Écritures refused for their client. */
  unknown: number;
  /** Places of the uploads that it skipped whole. */
  same: readonly number[];
}

export interface Settings {
  settle: number;
  rows: number;
}

export interface History {
  world: World;
  syncs: Map<number, Sync>;
  /** In the order in which they were applied. */
  applied: Sync[];
}

export const newHistory = (): History => ({
  world: { clients: new Map(), entries: new Map() },
  syncs: new Map(),
  applied: [],
});

const standing = (history: History): Sync[] => history.applied.filter(({ revertedBy }) => revertedBy === null);
const brought = ({ uploads, same }: Sync, dataset: Upload['dataset']): Upload[] =>
  uploads.filter((upload, place) => upload.dataset === dataset && !same.includes(place));
const lastOf = (history: History, dataset: Upload['dataset']): Sync | undefined =>
  standing(history).findLast((sync) => brought(sync, dataset).length > 0);

interface Given {
  id: number;
  uploads: readonly Upload[];
  isDry: boolean;
  isForced: boolean;
  isApproved: boolean;
  vanishedFirst: (entry: Entry) => boolean;
}

/** Runs one sync of these uploads. */
export function run(history: History, settings: Settings, given: Given): Sync {
  const { id, uploads, isDry, isForced, isApproved } = given;
  const same = isForced ? [] : sameAsBefore(history, uploads);
  const files = uploads.map((upload, place) => ({ place, upload })).filter(({ place }) => !same.includes(place));
  const good = files.filter(({ upload }) => upload.dataset !== 'bad');
  const guard = isApproved ? { settle: 1, rows: 0, lastOf: () => null } : { ...settings, lastOf: lastRows(history) };
  const loaded: Loaded =
    good.length > 0
      ? load(history.world, id, good, good.length === files.length, guard, given.vanishedFirst)
      : { world: history.world, counts: new Map(), unknown: 0, held: false, scope: { companies: [], from: null } };
  const ends = (): Sync['state'] => {
    if (good.length === 0) return same.length > 0 || files.length === 0 ? 'unchanged' : 'failed';
    if (isDry) return 'dry_run';
    return loaded.held ? 'held' : 'applied';
  };
  const state = ends();
  const counts = new Map(uploads.map((_, place) => [place, loaded.counts.get(place) ?? noCounts()]));
  const isApplied = state === 'applied';
  const sync: Sync = {
    ...{ id, state, uploads, counts, same, isReplay: isForced, reverts: null, revertedBy: null },
    before: isApplied ? history.world : null,
    after: isApplied ? loaded.world : null,
    unknown: loaded.unknown,
  };
  history.syncs.set(id, sync);
  if (isApplied) {
    history.world = loaded.world;
    history.applied.push(sync);
  }
  return sync;
}

const rowsOf = ({ inserted, updated, unchanged }: Counts): number => inserted + updated + unchanged;

const entriesOf = (sync: Sync) => brought(sync, 'ecritures').filter((upload) => upload.dataset === 'ecritures');

const lastRows =
  (history: History) =>
  (scope: Scope): number | null => {
    const last = standing(history).findLast((sync) => {
      const some = entriesOf(sync);
      return some.some(({ mode }) => mode === 'snapshot') && JSON.stringify(scopeOf(some)) === JSON.stringify(scope);
    });
    if (!last) return null;
    const own = last.uploads.flatMap(({ dataset }, place) => (dataset === 'ecritures' ? [place] : []));
    return own.reduce((sum, place) => sum + rowsOf(last.counts.get(place) ?? noCounts()), 0);
  };

/** The companies of its accepted lines. */
function namesOf(upload: Upload): string[] {
  if (upload.dataset === 'clients') return upload.lines.filter(({ name }) => name !== '').map(({ company }) => company);
  if (upload.dataset === 'bad') return [];
  return upload.lines.filter(({ defect }) => !defect).map(({ company }) => company);
}

/** Whose rows a sync may have touched, by what it says or does not say; null: anybody's. */
function touchedBy(sync: Sync, dataset: 'clients' | 'ecritures'): Set<string> | null {
  const some = brought(sync, dataset);
  const named = some.flatMap(namesOf);
  const silent =
    dataset === 'ecritures' && entriesOf(sync).some(({ mode }) => mode === 'snapshot')
      ? scopeOf(entriesOf(sync)).companies
      : [];
  const all = silent && [...named, ...silent];
  return all && all.length > 0 ? new Set(all) : null;
}

function meet(a: Set<string> | null, b: Set<string> | null): boolean {
  return a === null || b === null || [...a].some((company) => b.has(company));
}

function sameAsBefore(history: History, uploads: readonly Upload[]): number[] {
  const same: number[] = [];
  for (const dataset of ['clients', 'ecritures'] as const) {
    const own = uploads.flatMap((upload, place) => (upload.dataset === dataset ? [place] : []));
    if (own.length === 0) continue;
    const said = (some: readonly Upload[]) =>
      some
        .map((upload) => JSON.stringify([upload.version, upload.bytes, upload.dataset === 'ecritures' && upload.fixed]))
        .toSorted()
        .join('\0');
    const now = said(own.map((place) => uploads[place] as Upload));
    // A part of the écritures that was put aside: without it the others say something else.
    const isBad = (some: readonly Upload[]) =>
      dataset === 'ecritures' && some.some((upload) => upload.dataset === 'bad');
    const past = standing(history).filter((sync) => brought(sync, dataset).length > 0);
    const last = isBad(uploads)
      ? undefined
      : past.findLast((sync) => !isBad(sync.uploads) && said(brought(sync, dataset)) === now);
    if (!last) continue;
    const isSame = !past
      .slice(past.indexOf(last) + 1)
      .some((later) => meet(touchedBy(later, dataset), touchedBy(last, dataset)));
    const clientsCome = uploads.some((upload, place) => upload.dataset === 'clients' && !same.includes(place));
    const clients = lastOf(history, 'clients');
    const clientsCame = clients !== undefined && history.applied.indexOf(clients) > history.applied.indexOf(last);
    const depends = dataset === 'ecritures' && last.unknown > 0 && (clientsCome || clientsCame);
    if (isSame && !depends) same.push(...own);
  }
  return same;
}

/** Undoes the latest sync that stands. */
export function revert(history: History, id: number): Sync {
  const undone = standing(history).at(-1);
  if (!undone?.before || !undone.after) throw new Error('nothing to revert');
  const { before, after } = undone;
  const putBack = <R extends { last: number }>(
    now: ReadonlyMap<string, R>,
    old: ReadonlyMap<string, R>,
    then: ReadonlyMap<string, R>,
  ) =>
    new Map(
      [...now].flatMap(([key, row]): [string, R][] => {
        const was = old.get(key);
        if (was === then.get(key)) return [[key, row]];
        return was ? [[key, { ...was, last: id }]] : [];
      }),
    );
  history.world = {
    clients: putBack(history.world.clients, before.clients, after.clients),
    entries: putBack(history.world.entries, before.entries, after.entries),
  };
  undone.revertedBy = id;
  const sync: Sync = {
    ...{ id, state: 'applied' as const, uploads: [], counts: new Map<number, Counts>(), same: [], isReplay: false },
    ...{ reverts: undone.id, revertedBy: null, before: null, after: null, unknown: 0 },
  };
  history.syncs.set(id, sync);
  return sync;
}

/** Whether two uploads of one dataset may be about the same company. */
export const uploadsMeet = (a: Upload, b: Upload): boolean => a.dataset === b.dataset && meet(namedIn(a), namedIn(b));

function namedIn(upload: Upload): Set<string> | null {
  if (upload.dataset === 'ecritures' && upload.fixed.whole) return null;
  const named = namesOf(upload);
  return named.length > 0 ? new Set(named) : null;
}

/** Whether a later file of its companies has been taken in since a sync was held. */
export const isOvertaken = (history: History, held: Sync): boolean =>
  [...history.syncs.values()].some(
    (sync) =>
      sync.id > held.id &&
      (sync.state === 'applied' || sync.state === 'unchanged') &&
      sync.revertedBy === null &&
      held.uploads.some((own) => sync.uploads.some((later) => own.dataset !== 'bad' && uploadsMeet(own, later))),
  );
