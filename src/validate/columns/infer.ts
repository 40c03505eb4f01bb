import { type Dataset, datasets } from '../../model/dataset.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Finding, Warning } from '../../model/rejection.ts';
import { ArrivageError } from '../../errors.ts';
import { type Column, columns, fecColumns, type Requirement, requirements } from './columns.ts';
import { fold } from '../cells/fold.ts';
import { headerJudge } from './judge.ts';
import { keepOneAmount, matchColumns } from './match.ts';
import { tryOut } from './try-out.ts';
import type { ValidatorResult } from '../validator.ts';

export interface InferredMapping {
  /** The dataset that the file seems to hold. */
  dataset: Dataset | 'fec';
  /** What to store: columns by header, and the order and mark that the sample shows. */
  mapping: Mapping;
  /** Headers that no column takes: they would go to `extra`. */
  unknown: string[];
  /** Required columns that no header fits; a choice is needed before anything can be imported. */
  missing: string[];
  /** Headers whose sampled values are all there and all different: one of them may be the entry's id. */
  entryIdCandidates: string[];
  /** The first rows as they would be stored, by canonical column. */
  preview: Record<string, string | null>[];
  rejections: Finding[];
  warnings: Warning[];
}

const previewRows = 10;

/** Proposes a mapping for a file from its header and some of its rows. Nothing that is required is guessed. */
export function inferMapping(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  today: Date,
): InferredMapping {
  const dataset = headerJudge()(header).dataset ?? likeliest(header);
  const own: Dataset = dataset === 'fec' ? 'ecritures' : dataset;
  const proposal = propose(dataset === 'fec' ? fecColumns : columns[own], requirements[own], header);
  const candidates = dataset === 'ecritures' ? uniqueHeaders(header, sample, proposal.taken) : [];
  const empty = { dataset, unknown: proposal.unknown, entryIdCandidates: candidates };
  try {
    const named = dataset === 'fec' ? {} : proposal.columns;
    const match = matchColumns(own, header, { columns: named }, dataset === 'fec');
    const lines = sample.map((cells, i) => ({ line: i + 2, cells }));
    const { result, rows, rejections } = tryOut(match, {}, lines, today);
    const mapping = { columns: withSideFound(withoutRunning(named, result), result), ...decided(result) };
    return {
      ...empty,
      mapping,
      missing: [],
      preview: rows.slice(0, previewRows).map(({ stored }) => stored),
      rejections,
      warnings: result.warnings,
    };
  } catch (error) {
    if (!(error instanceof ArrivageError)) throw error;
    return {
      ...empty,
      mapping: { columns: proposal.columns },
      missing: proposal.missing,
      preview: [],
      rejections: [],
      warnings: [],
    };
  }
}

/** The dataset of which a header has most columns, where it has not all that are required. */
export function likeliest(header: readonly string[]): Dataset {
  const folded = header.map(fold);
  const known = (dataset: Dataset) =>
    columns[dataset].filter((column) => column.aliases.some((alias) => folded.includes(alias))).length;
  return datasets.reduce((best, dataset) => (known(dataset) > known(best) ? dataset : best));
}

/** One header for each column, the first that fits: where several fit, a person sees them among the unknown. */
function propose(known: readonly Column[], required: readonly Requirement[], header: readonly string[]) {
  const found = new Map<string, number>();
  for (const strength of ['aliases', 'weak'] as const)
    for (const column of known) {
      const taken = [...found.values()];
      const at = header.findIndex((text, i) => !taken.includes(i) && column[strength].includes(fold(text)));
      if (at >= 0 && !found.has(column.name)) found.set(column.name, at);
    }
  keepOneAmount(found, new Set());
  const taken = new Set(found.values());
  const proposed = Object.fromEntries([...found].map(([name, at]) => [name, header[at] ?? '']));
  const label = (name: string) => `${name} (${known.find((column) => column.name === name)?.fr ?? name})`;
  const missing = required
    .filter((sets) => !sets.some((set) => set.every((name) => name in proposed)))
    .map((sets) => sets.map((set) => set.map(label).join(' + ')).join(' / '));
  const unknown = header.filter((text, i) => !taken.has(i) && text.trim() !== '');
  return { columns: proposed, taken, missing, unknown };
}

function uniqueHeaders(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
): string[] {
  if (sample.length < 2) return [];
  return header.filter((_, i) => {
    const values = sample.map((row) => row[i]?.trim() ?? '');
    return !taken.has(i) && values.every((value) => value !== '') && new Set(values).size === values.length;
  });
}

/** A mapping that named a running balance would have it imported. */
function withoutRunning(named: Record<string, string>, { columns }: ValidatorResult): Record<string, string> {
  const { balance: _balance, ...others } = named;
  return 'balance' in columns ? named : others;
}

/** The side that only values show is named, and a column of types that is the side is none. */
function withSideFound(named: Record<string, string>, { columns }: ValidatorResult): Record<string, string> {
  const side = columns['side'];
  if (side === undefined || 'side' in named) return named;
  return { ...Object.fromEntries(Object.entries(named).filter(([, header]) => header !== side)), side };
}

/**
 * What the sample shows, if all its columns show the same: a mapping speaks for all of them. What it leaves open stays
 * open, for the whole file to decide.
 */
function decided({ evidence, decisions }: ValidatorResult): Pick<Mapping, 'dateOrder' | 'decimalMark'> {
  const dateOrder = onlyOne(Object.values(decisions).flatMap(({ orders }) => (orders ? [orders] : [])));
  const decimalMark = onlyOne(marks(evidence));
  return {
    ...(dateOrder && { dateOrder }),
    ...(decimalMark && { decimalMark: decimalMark === 'comma' ? ',' : '.' }),
  };
}

/** The marks that more cells speak for than for the other, by the columns that say anything. */
function marks(evidence: Evidence) {
  const ways = ['comma', 'dot'] as const;
  return Object.entries(evidence).flatMap(([name, count]) => {
    const most = Math.max(...ways.map((way) => count[way] ?? 0));
    return name.startsWith('amount ') && most > 0 ? [ways.filter((way) => count[way] === most)] : [];
  });
}

/** The way of reading that all columns have in common, if it is one. */
function onlyOne<T>(likely: readonly (readonly T[])[]): T | undefined {
  const common = likely[0]?.filter((way) => likely.every((ways) => ways.includes(way))) ?? [];
  return common.length === 1 ? common[0] : undefined;
}
