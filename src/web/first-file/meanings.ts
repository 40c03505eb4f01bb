import { alternatives, columns, type Column, type ReadAs } from '../../model/columns.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Language } from '../../model/tenant.ts';

export interface Meaning {
  name: string;
  label: string;
  readAs: ReadAs;
  isRequired: boolean;
}

/** What a column of a file may be, as an accountant calls it; what a file must have comes first. */
export function meaningsOf(dataset: Dataset, language: Language): Meaning[] {
  const oneOf = new Set(alternatives[dataset].flat(2));
  const all = columns[dataset].flatMap(({ name, heading, required }: Column): Meaning[] =>
    heading === undefined
      ? []
      : [{ name, label: capital(heading[language]), readAs: heading.readAs, isRequired: required ?? oneOf.has(name) }],
  );
  return all.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
