import { ArrivageError, plainParams, type ErrorCode } from '../../errors.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { Finding, Warning } from '../../model/rejection.ts';
import { fecRequirements, type Requirement, requirements } from './columns.ts';
import { isFec } from './judge.ts';
import { columnsFound, matchColumns } from './match.ts';
import { tryOut, type SampleRow, type TriedOut } from './try-out.ts';

/** How the first records of a file are read under a mapping: as they stand there, as stored, and why not. */
export interface MappingPreview {
  dataset: Dataset | 'fec';
  /** Canonical column → its place in the file, from 1. */
  columns: Record<string, number>;
  /** Required columns that no header fits: of each set one of its alternatives, whole. */
  missing: Requirement[];
  /** Why the file would be put aside as a whole; nothing is said of its rows then. */
  refusal: { code: ErrorCode; params: Record<string, string> } | null;
  rows: PreviewRow[];
  /** How many records were looked at, and how many of them would be refused. */
  sampled: number;
  refused: number;
  warnings: Warning[];
}

interface PreviewRow {
  line: number;
  /** As they stand in the file. */
  cells: string[];
  /** By canonical column; null: it would not be stored. */
  stored: Record<string, string | null> | null;
  findings: Finding[];
}

const FIRST = 20;
const FAULTY = 20;
const LONGEST = 200;

/** Tries a mapping on the first records of a file, with the first rows and the first of those that it would refuse. */
export function previewMapping(
  of: Dataset,
  header: readonly string[],
  mapping: Mapping,
  sample: readonly SampleRow[],
  today: Date,
): MappingPreview {
  const fec = of === 'ecritures' && isFec(header);
  const found = columnsFound(of, header, mapping, fec);
  const head = { dataset: fec ? ('fec' as const) : of, sampled: sample.length };
  try {
    const match = matchColumns(of, header, mapping, fec);
    const tried = tryOut(match, mapping, sample, today);
    const positions = withSideFound(match.positions, header, tried.result.columns);
    const rows = rowsOf(sample, tried);
    const refused = new Set(tried.rejections.map(({ line }) => line)).size;
    return {
      ...head,
      ...{ columns: fromOne(positions), missing: [], refusal: null, rows, refused, warnings: tried.result.warnings },
    };
  } catch (error) {
    if (!(error instanceof ArrivageError)) throw error;
    const required = fec ? fecRequirements : requirements[of];
    return {
      ...head,
      columns: fromOne(found),
      missing: required.filter((sets) => !sets.some((set) => set.every((name) => found.has(name)))),
      refusal: { code: error.code, params: plainParams(error.params) },
      rows: sample.slice(0, FIRST).map((row) => rowOf(row, null, [])),
      ...{ refused: 0, warnings: [] },
    };
  }
}

/** The first rows, and the first of those with faults behind them. */
function rowsOf(sample: readonly SampleRow[], { rows, rejections }: TriedOut): PreviewRow[] {
  const stored = new Map(rows.map((row) => [row.line, row.stored]));
  const findings = new Map<number, Finding[]>();
  for (const found of rejections) findings.set(found.line, [...(findings.get(found.line) ?? []), found]);
  const faulty = sample.slice(FIRST).filter(({ line }) => findings.has(line));
  return [...sample.slice(0, FIRST), ...faulty.slice(0, FAULTY)].map((row) =>
    rowOf(row, stored.get(row.line) ?? null, findings.get(row.line) ?? []),
  );
}

const rowOf = ({ line, cells }: SampleRow, stored: PreviewRow['stored'], findings: Finding[]): PreviewRow => ({
  ...{ line, stored, findings },
  cells: cells.map((cell) => (cell.length > LONGEST ? `${cell.slice(0, LONGEST).toWellFormed()}…` : cell)),
});

/** The side of amounts that only the values show. */
function withSideFound(
  positions: ReadonlyMap<string, number>,
  header: readonly string[],
  { side }: Readonly<Record<string, string>>,
): ReadonlyMap<string, number> {
  const at = side === undefined ? -1 : header.indexOf(side);
  if (at < 0 || positions.has('side')) return positions;
  return new Map([...[...positions].filter(([, place]) => place !== at), ['side', at]]);
}

const fromOne = (positions: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...positions].map(([name, at]) => [name, at + 1]));
