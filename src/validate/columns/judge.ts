import { type Dataset, datasets } from '../../model/dataset.ts';
import type { HeaderJudge } from '../../model/format.ts';
import type { Mapping } from '../../model/mapping.ts';
import { columns, fecColumns, requirements } from './columns.ts';
import { fold } from '../cells/fold.ts';

const fecHeaders = new Set(fecColumns.flatMap(({ aliases }) => aliases));
/** Headers that every FEC has, whatever its variant (18, 21 or 22 columns; Debit/Credit or Montant/Sens). */
const fecMarks = ['journalcode', 'ecriturenum', 'ecrituredate', 'comptenum', 'pieceref', 'ecriturelib'];

/** header → column, for each dataset: aliases, weak aliases, and the names of the tenant's mapping. */
function index(dataset: Dataset, mapping: Mapping): Map<string, string> {
  const byHeader = new Map<string, string>();
  for (const { name, aliases, weak } of columns[dataset])
    for (const alias of [...weak, ...aliases]) if (!byHeader.has(alias)) byHeader.set(alias, name);
  for (const { name, aliases } of columns[dataset]) for (const alias of aliases) byHeader.set(alias, name);
  for (const [name, header] of Object.entries(mapping.columns ?? {}))
    if (typeof header === 'string') byHeader.set(fold(header), name);
  return byHeader;
}

/** Whether a file with this header is the legal export. */
export const isFec = (header: readonly string[]): boolean => {
  const folded = new Set(header.map(fold));
  return fecMarks.every((mark) => folded.has(mark));
};

/**
 * Tells a header line from others by how many of its cells are known columns, and suggests the dataset that the line
 * could be imported as: one whose required columns are all there, and most of the others.
 * @param wanted where it is known which dataset a file holds, that one alone
 */
export function headerJudge(
  mappings: Partial<Record<Dataset, Mapping>> = {},
  wanted: readonly Dataset[] = datasets,
): HeaderJudge {
  const indexes = wanted.map((dataset) => ({ dataset, byHeader: index(dataset, mappings[dataset] ?? {}) }));
  return (cells) => {
    const folded = cells.map(fold);
    if (wanted.includes('ecritures') && isFec(cells))
      return { dataset: 'fec', known: folded.filter((name) => fecHeaders.has(name)).length };
    const scores = indexes.map(({ dataset, byHeader }) => {
      const found = new Set(folded.flatMap((name) => byHeader.get(name) ?? []));
      const able = requirements[dataset].every((sets) => sets.some((set) => set.every((name) => found.has(name))));
      return { dataset: able ? dataset : undefined, known: found.size };
    });
    const able = scores.filter(({ dataset }) => dataset !== undefined);
    return (able.length > 0 ? able : scores.map(({ known }) => ({ dataset: undefined, known }))).reduce((best, next) =>
      next.known > best.known ? next : best,
    );
  };
}

/** How many columns of this dataset a header names, whether or not it could be imported as one. */
export function columnsNamed(cells: readonly string[], dataset: Dataset, mapping: Mapping = {}): number {
  const byHeader = index(dataset, mapping);
  return new Set(cells.map(fold).flatMap((name) => byHeader.get(name) ?? [])).size;
}
