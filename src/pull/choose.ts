import type { Connector, FetchRule, RemoteFile } from '../model/connector.ts';
import { asksFor } from '../model/beside.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import type { VirtualPath } from '../model/path.ts';
import { isTemporary } from '../model/virtual-path.ts';
import { compilePattern, type Stamp } from './patterns.ts';

/** A file that was taken before. */
export interface TakenFile extends RemoteFile {
  /** By the sync that asks now, whose earlier attempt was cut off. */
  bySync: boolean;
}

export interface Wish {
  files: Connector['files'];
  doneFile: string | null;
  /** Only these; null means all that have a rule. */
  datasets: readonly Dataset[] | null;
  /** Also what was taken before. */
  force: boolean;
}

export interface Choice {
  dataset: Dataset;
  file: RemoteFile;
}

export interface Chosen {
  /** In the order of taking them: dataset by dataset, each oldest first. */
  files: Choice[];
  /** Datasets of which no file is there. */
  missing: Dataset[];
  /** Files that are not taken before their done-file is there. */
  awaited: RemoteFile[];
}

/** A file that a rule means, with the date in its name. */
interface Ranked {
  file: RemoteFile;
  stamp: Stamp;
}

/**
 * What to take from a folder. Pure.
 * `newest`: only the newest match, and nothing while that is one which was taken before or is older than one: what
 * lies behind a file that was moved away must not come back as the latest state. `all`: whatever was not taken.
 * @param taken the latest files that were taken, and those among `listing`
 */
export function chooseFiles(wish: Wish, listing: readonly RemoteFile[], taken: readonly TakenFile[]): Chosen {
  const chosen: Chosen = { files: [], missing: [], awaited: [] };
  const isDone = wish.doneFile === null ? undefined : spokenFor(matchingFiles(wish.doneFile, listing));
  const claimed = new Set<string>();
  for (const dataset of datasets) {
    const rule = wish.files[dataset];
    if (wish.datasets !== null && !wish.datasets.includes(dataset)) continue;
    if (!rule) {
      if (wish.datasets !== null) chosen.missing.push(dataset);
      continue;
    }
    const matches = meant(rule, listing.filter(isAskedFor(rule))).toSorted(byAge);
    const before = meant(rule, taken.filter(isAskedFor(rule)));
    if (matches.length === 0 && !before.some(({ file }) => file.bySync)) chosen.missing.push(dataset);
    for (const { file } of ofRule(rule, wish.force, matches, before)) {
      if (claimed.has(file.name)) continue;
      claimed.add(file.name);
      if (isDone && !isDone(file)) chosen.awaited.push(file);
      else chosen.files.push({ dataset, file });
    }
  }
  return chosen;
}

/** The newest that `ECRITURES*` matches may be the checksum of the export, which is none. */
const isAskedFor =
  ({ pattern }: FetchRule) =>
  ({ name }: RemoteFile): boolean =>
    asksFor(pattern, name);

/** The dataset of the one rule that means a name; undefined where none does, or several do. */
export function datasetByRule(name: string, rules: Connector['files']): Dataset | undefined {
  const [only, ...others] = datasets.filter((dataset) => {
    const rule = rules[dataset];
    return rule !== undefined && compilePattern(rule.pattern)(name) !== undefined;
  });
  return others.length === 0 ? only : undefined;
}

/** The rule that says so. */
export function ruleFor(name: string, rules: Connector['files']): FetchRule | undefined {
  const dataset = datasetByRule(name, rules);
  return dataset && rules[dataset];
}

/** The files that a pattern means, oldest first, without those that bear the name of a file under way. */
export function matchingFiles(pattern: string, listing: readonly RemoteFile[]): RemoteFile[] {
  return meant({ pattern }, listing)
    .toSorted(byAge)
    .map(({ file }) => file);
}

/** What tells a state of a file from every other: folders of thousands of files are compared with as many. */
export const identityOf = ({ name, size, modified }: RemoteFile): string =>
  `${size} ${modified?.getTime() ?? ''} ${name}`;

export const sameFile = (a: RemoteFile, b: RemoteFile): boolean => identityOf(a) === identityOf(b);

/** Without a time nothing tells an old file from a new one of its size. */
function takenAmong(taken: readonly Taken[]): (one: Ranked) => boolean {
  const telling = taken.filter(({ file }) => file.modified !== null || file.bySync);
  const known = new Set(telling.map(({ file }) => identityOf(file)));
  return ({ file }) => known.has(identityOf(file));
}

interface Taken extends Ranked {
  file: TakenFile;
}

function ofRule(rule: FetchRule, force: boolean, matches: readonly Ranked[], before: readonly Taken[]): Ranked[] {
  const isTaken = takenAmong(before);
  const fresh = matches.filter((one) => !isTaken(one));
  if (rule.take === 'all' && (fresh.length > 0 || !force)) return fresh;
  const newest = matches.at(-1);
  const isOver = force ? takenAmong(before.filter(({ file }) => file.bySync)) : isTaken;
  if (!newest || isOver(newest)) return [];
  const isOlder = before.some((one) => one.file.name !== newest.file.name && byAge(newest, one) < 0);
  return isOlder ? [] : [newest];
}

function meant<F extends RemoteFile>({ pattern }: Pick<FetchRule, 'pattern'>, files: readonly F[]) {
  const stampOf = compilePattern(pattern);
  return files
    .filter(({ name }) => !isTemporary(`/${name}` as VirtualPath))
    .flatMap((file) => {
      const stamp = stampOf(file.name);
      return stamp === undefined ? [] : [{ file, stamp }];
    });
}

/** The date in the name first, then the time, then the name; digits count as numbers. */
function byAge(a: Ranked, b: Ranked): number {
  return (
    compare(a.stamp, b.stamp) ||
    (a.file.modified?.getTime() ?? 0) - (b.file.modified?.getTime() ?? 0) ||
    byName(a.file.name, b.file.name) ||
    compare(a.file.name, b.file.name)
  );
}

const byName = new Intl.Collator('en', { numeric: true }).compare;
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** A done-file speaks for what was written before it; where the server tells no times, for everything. */
function spokenFor(marks: readonly RemoteFile[]): (file: RemoteFile) => boolean {
  const times = marks.map(({ modified }) => modified?.getTime() ?? Infinity);
  const latest = times.reduce((a, b) => Math.max(a, b), -Infinity);
  return ({ modified }) => marks.length > 0 && (modified?.getTime() ?? -Infinity) <= latest;
}
