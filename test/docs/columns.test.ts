import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { datasets } from '../../src/model/dataset.ts';
import { columns } from '../../src/validate/columns/columns.ts';

const document = fileURLToPath(new URL('../../docs/columns.md', import.meta.url));

const head = '| Column | French | English | Read as |\n| --- | --- | --- | --- |\n';

it('docs/columns.md names the columns that a mapping may name, each and no other (vitest -u writes it)', async () => {
  let text = await readFile(document, 'utf8');
  for (const dataset of datasets) {
    const rows = columns[dataset].map(({ name, fr, en, type }) => `| \`${name}\` | ${fr} | ${en} | ${type} |\n`);
    text = text.replace(new RegExp(`(?<=^## ${dataset}\\n\\n)(?:\\|.*\\n)+`, 'm'), () => head + rows.join(''));
  }
  const style = await resolveConfig(document);
  await expect(await format(text, { ...style, parser: 'markdown' })).toMatchFileSnapshot(document);
});
