import { ArrivageError } from '../../errors.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { Warning } from '../../model/rejection.ts';
import {
  type Column,
  columns,
  fecColumns,
  fecExtras,
  fecRequirements,
  type Requirement,
  requirements,
} from './columns.ts';
import { fold } from '../cells/fold.ts';
import { shorten } from '../cells/warnings.ts';

/** Which cell of a record feeds which column. */
export interface ColumnMatch {
  dataset: Dataset;
  fec: boolean;
  /** The header as it stood in the file; empty where the mapping goes by position. */
  header: readonly string[];
  /** Column (canonical, or one that feeds a canonical one, such as `debit`) → cell, from 0. */
  positions: ReadonlyMap<string, number>;
  /** Cells that the data model does not know, by the name they have in `extra`. */
  extras: readonly { name: string; position: number }[];
  /** Cells under an empty header: side notes, or what a trailing delimiter leaves. */
  unnamed: readonly number[];
  /** The `active` column says the contrary ("sommeil", "bloqué"). */
  negated: boolean;
  warnings: readonly Warning[];
}

const longestName = 100;

/**
 * Finds the columns of a file by its header: the tenant's mapping first, the aliases second.
 * @throws ArrivageError `duplicate_columns` where two headers mean one column, `missing_columns` where a required column
 * has none, `mapping_contradicted` and `mapping_beyond_header` where a mapping by position was made for another file:
 * such a file is put into quarantine
 */
export function matchColumns(dataset: Dataset, header: readonly string[], mapping: Mapping, fec = false): ColumnMatch {
  const known = fec ? fecColumns : columns[dataset];
  const folded = header.map(fold);
  if (!fec) refuseContradiction(mapping.columns ?? {}, header, known);
  const { found, unfound } = findColumns(dataset, header, mapping, fec);
  refuseDuplicates(found, header);
  const positions = onePlaceEach(found, mapping);
  requireColumns(positions, fec ? fecRequirements : requirements[dataset], header, known);
  const extras = extrasOf(header, positions, fec);
  const active = positions.get('active');
  return {
    dataset,
    fec,
    header,
    positions,
    extras,
    unnamed: folded.flatMap((name, i) =>
      name === '' && (header[i] ?? '').trim() === '' && ![...positions.values()].includes(i) ? [i] : [],
    ),
    negated: active !== undefined && negates(folded[active] ?? '', known),
    warnings: [
      ...extras.filter(({ name }) => !isFecExtra(name)).map(({ name }) => remark('unknown_column', name)),
      ...unfound.map((name) => remark('mapped_column_absent', name)),
      ...doubtfulHeader(header, mapping, known),
    ],
  };
}

/** As `matchColumns`, of a file that it would refuse, too: the columns that it finds, each at its first cell, from 0. */
export function columnsFound(dataset: Dataset, header: readonly string[], mapping: Mapping, fec = false) {
  return onePlaceEach(findColumns(dataset, header, mapping, fec).found, mapping);
}

function findColumns(dataset: Dataset, header: readonly string[], mapping: Mapping, fec: boolean) {
  const folded = header.map(fold);
  const { found, unfound } = byMapping(mapping.columns ?? {}, folded, columns[dataset]);
  addAliases(found, folded, fec ? fecColumns : columns[dataset], fec);
  return { found, unfound };
}

function onePlaceEach(found: Found, mapping: Mapping): Map<string, number> {
  const positions = new Map([...found].map(([name, cells]) => [name, cells[0] ?? 0]));
  keepOneAmount(positions, new Set(Object.keys(mapping.columns ?? {})));
  return positions;
}

type Wanted = NonNullable<Mapping['columns']>;

/** A header that calls the column at a mapped position by the name of another, or gives its name to another position. */
function refuseContradiction(wanted: Wanted, header: readonly string[], known: readonly Column[]): void {
  const folded = header.map(fold);
  for (const [name, position] of Object.entries(wanted)) {
    const own = known.find((column) => column.name === name);
    if (typeof position !== 'number' || own === undefined || header.length === 0) continue;
    const place = { column: name, position: String(position), headers: header.join(', ').slice(0, 2000) };
    if (position > header.length)
      throw new ArrivageError('mapping_beyond_header', { ...place, count: String(header.length) });
    const seen = folded[position - 1] ?? '';
    if (isCalled(own, seen)) continue;
    const isOther = known.some(
      (other) => other.aliases.includes(seen) || (other.type !== own.type && other.weak.includes(seen)),
    );
    if (isOther || folded.some((each) => own.aliases.includes(each)))
      throw new ArrivageError('mapping_contradicted', { ...place, header: header[position - 1] ?? '' });
  }
}

const isCalled = ({ aliases, weak }: Column, folded: string): boolean =>
  aliases.includes(folded) || weak.includes(folded);

/** A mapping that goes by position is made for files without a header: a line of which nobody knows a word may be data. */
function doubtfulHeader(header: readonly string[], { columns, format }: Mapping, known: readonly Column[]): Warning[] {
  const goesByPosition = Object.values(columns ?? {}).some((place) => typeof place === 'number');
  const isKnown = header.map(fold).some((name) => known.some((column) => isCalled(column, name)));
  if (!goesByPosition || header.length === 0 || format?.headerLine !== undefined || isKnown) return [];
  return [
    {
      code: 'doubtful_header',
      column: null,
      count: 1,
      examples: [{ line: 0, value: shorten(header.join(', '), 200) }],
    },
  ];
}

/** The match of a file whose balances run from line to line: they are not imported. */
export function withoutBalance(match: ColumnMatch): ColumnMatch {
  const positions = new Map(match.positions);
  positions.delete('balance');
  return { ...match, positions, warnings: [...match.warnings, remark('running_balance', 'balance')] };
}

/** The match of a file in which this cell is the side of the amount: its values say so. */
export function withSide(match: ColumnMatch, position: number): ColumnMatch {
  const positions = new Map([...match.positions].filter(([, at]) => at !== position));
  positions.set('side', position);
  const header = match.header[position] ?? String(position + 1);
  const extra = match.extras.find((each) => each.position === position)?.name;
  const warnings = match.warnings.filter(({ code, column }) => code !== 'unknown_column' || column !== extra);
  return {
    ...match,
    positions,
    extras: match.extras.filter((each) => each.position !== position),
    warnings: [...warnings, remark('side_by_values', header)],
  };
}

const remark = (code: string, column: string): Warning => ({ code, column, count: 1, examples: [] });

type Found = Map<string, number[]>;

function byMapping(wanted: Wanted, folded: readonly string[], known: readonly Column[]) {
  const found: Found = new Map();
  const unfound: string[] = [];
  for (const [name, header] of Object.entries(wanted)) {
    if (!known.some((column) => column.name === name)) continue;
    const places = typeof header === 'number' ? [header - 1] : placesOf(fold(header), folded);
    if (places.length > 0 && (folded.length === 0 || places.every((at) => at < folded.length))) found.set(name, places);
    else unfound.push(name);
  }
  return { found, unfound };
}

const placesOf = (wanted: string, folded: readonly string[]): number[] =>
  folded.flatMap((name, i) => (name === wanted ? [i] : []));

/** Adds what the aliases say of the cells and the columns that the mapping left; weak aliases where nothing else did. */
function addAliases(found: Found, folded: readonly string[], known: readonly Column[], fec: boolean): void {
  for (const strength of ['aliases', 'weak'] as const) {
    const settled = new Set(found.keys());
    // The account of an FEC line decides whose it is, even where the mapping makes it the client's code too.
    const taken = new Set(fec ? [] : [...found.values()].flat());
    for (const [i, name] of folded.entries()) {
      if (name === '' || taken.has(i)) continue;
      const column = known.find((column) => !settled.has(column.name) && column[strength].includes(name));
      if (column !== undefined) found.set(column.name, [...(found.get(column.name) ?? []), i]);
    }
  }
}

function refuseDuplicates(found: Found, header: readonly string[]): void {
  for (const [column, cells] of found) {
    if (cells.length < 2) continue;
    const headers = cells.map((i) => header[i] ?? '').join(', ');
    throw new ArrivageError('duplicate_columns', { column, headers });
  }
}

/** Debit and credit beside an amount: they are the clearer form, unless the mapping names the amount. */
export function keepOneAmount(positions: Map<string, number>, mapped: ReadonlySet<string>): void {
  const both = positions.has('debit') && positions.has('credit');
  const drop =
    both && !mapped.has('amount') ? ['amount', 'side'] : positions.has('amount') ? ['debit', 'credit'] : ['side'];
  for (const name of drop) positions.delete(name);
}

function requireColumns(
  positions: ReadonlyMap<string, number>,
  required: readonly Requirement[],
  header: readonly string[],
  known: readonly Column[],
): void {
  const label = (name: string) => known.find((column) => column.name === name)?.fr ?? name;
  const missing = required
    .filter((alternatives) => !alternatives.some((set) => set.every((name) => positions.has(name))))
    .map((alternatives) =>
      alternatives.map((set) => set.map((name) => `${name} (${label(name)})`).join(' + ')).join(' / '),
    );
  if (missing.length === 0) return;
  throw new ArrivageError('missing_columns', {
    columns: missing.join(', '),
    headers: listed(header),
  });
}

const MOST_HEADERS = 40;
const LONGEST_HEADER = 60;

/** The names that say something, each once and as far as a reader looks: a header may be one column a thousand times. */
function listed(header: readonly string[]): string {
  const names = [...new Set(header.map((name) => name.trim()).filter((name) => name !== ''))];
  const shown = names
    .slice(0, MOST_HEADERS)
    .map((name) => (name.length > LONGEST_HEADER ? `${name.slice(0, LONGEST_HEADER).toWellFormed()}…` : name));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')}… (+${more})` : shown.join(', ');
}

const fecExtraNames = new Set(fecColumns.filter(({ name }) => fecExtras.includes(name)).map(({ fr }) => fr));
const isFecExtra = (name: string): boolean => fecExtraNames.has(name);

function extrasOf(header: readonly string[], positions: ReadonlyMap<string, number>, fec: boolean) {
  const used = new Map([...positions].map(([name, position]) => [position, name]));
  const names = new Map<string, number>();
  const extras: { name: string; position: number }[] = [];
  for (const [position, text] of header.entries()) {
    const name = shorten(text.trim().normalize('NFC'), longestName);
    const column = used.get(position);
    if (name === '' || (column !== undefined && !(fec && fecExtras.includes(column)))) continue;
    const before = names.get(name) ?? 0;
    names.set(name, before + 1);
    extras.push({ name: before === 0 ? name : `${name} (${before + 1})`, position });
  }
  return extras.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function negates(header: string, known: readonly Column[]): boolean {
  return known.find((column) => column.name === 'active')?.negated.includes(header) ?? false;
}
