import { expect, it } from 'vitest';
import { openBench } from './pipeline.ts';

const clients = 'Code client;Raison sociale\r\nC1;Dupont\r\n';

it.each([
  [{ how: 'continued', bytes: 30 }, 'continued_upload', 'ses 30 premiers octets sont ceux de cet envoi', true],
  [{ how: 'overwritten', bytes: 7 }, 'overwritten_upload', '7 octets de cet envoi y restent', true],
  [{ how: 'cut', bytes: 12 }, 'cut_upload', '12 octets de l’ancien envoi sont laissés', false],
] as const)('the report says of a file how it came: %j', async (inherited, code, text, doubt) => {
  const bench = await openBench();
  await bench.tenant('acme');
  const id = await bench.send('acme', 'clients.csv', clients);
  await bench.database.sql`update uploads set inherited = ${bench.database.sql.json(inherited)} where id = ${id}`;
  await bench.advance('acme');
  const [file] = await bench.rows("select detail->'warnings' as warnings from sync_files");
  expect(file?.['warnings']).toMatchObject([{ code }]);
  const [report] = await bench.reports('acme');
  expect(report?.text).toContain(text);
  expect(report?.text.includes('tout est en ordre')).toBe(!doubt);
});
