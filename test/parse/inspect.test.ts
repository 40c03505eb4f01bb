import { expect, it } from 'vitest';
import { recordLine, recordsOf } from '../../src/parse/inspect.ts';
import { csv } from './reading.ts';

it('lists every record as a JSON array with its line first, in the order of the file', async () => {
  const bytes = Buffer.from('a;b;c\n1;"x ""y""";3\n4;"two\nlines";6\n\n7;8;9');
  const cut = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(7 * i, 7 * i + 7));
  const lines: string[] = [];
  for await (const row of recordsOf(cut, csv(), () => undefined)) lines.push(recordLine(row));
  expect(lines).toEqual(['[2,"1","x \\"y\\"","3"]', '[3,"4","two\\nlines","6"]', '[6,"7","8","9"]']);
});
