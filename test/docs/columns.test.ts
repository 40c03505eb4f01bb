import { describe, expect, it } from 'vitest';
import { datasets } from '../../src/model/dataset.ts';
import { columns } from '../../src/validate/columns/columns.ts';
import { codeIn, tableUnder } from './tables.ts';

describe('docs/columns.md names the columns that a mapping may name', () => {
  it.each(datasets)('of %s: each, and no other', (dataset) => {
    const documented = tableUnder('columns.md', dataset).map(([name = '', ...rest]) => [codeIn(name), ...rest]);
    expect(documented).toEqual(columns[dataset].map(({ name, fr, en, type }) => [name, fr, en, type]));
  });
});
