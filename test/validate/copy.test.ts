import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sql } from '../../src/db/client.ts';
import { openCopy } from '../../src/load/copy.ts';
import { ident } from '../../src/load/query.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { rejectionColumns } from '../../src/model/staging.ts';
import { columns } from '../../src/validate/columns/columns.ts';
import { testDatabase } from '../support/database.ts';
import { type Outcome, validate } from './support.ts';

/** What a file may throw at us, column by column: good values and bad ones, and any text. */
const nasty = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      '1',
      '0',
      'oui',
      'X',
      'C1',
      'FAC',
      'EUR',
      'FR',
      'a@b.fr',
      '30',
      '732829320',
      'https://a.fr/b',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '31/01/2026',
      '20260131',
      '0000-00-00',
      '46053',
      '29/02/2024',
      '12,00',
      '-1 234,567',
      '9999999999999,99',
      '(1)',
    ),
  },
  fc.constantFrom(
    '\\',
    '\\.',
    '\\N',
    '\t',
    'a\nb\r\nc',
    '\0',
    'a\0b',
    '"',
    '\\"',
    '\u2028',
    '\ufeff',
    '{}',
    '=1+1',
    'é'.repeat(300),
    '\ufffd',
    '\u0085',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed()),
);

const required: Record<string, string> = {
  client_code: 'C1',
  name: 'Dupont',
  piece_number: 'F1',
  entry_date: '31/01/2026',
  debit: '12,00',
  credit: '',
  last_name: 'A',
};

function generate(dataset: Dataset, seed: number): Outcome {
  const names = columns[dataset].map(({ name }) => name).filter((name) => !['amount', 'side'].includes(name));
  const cell = (name: string) => {
    const usual = required[name];
    return usual === undefined
      ? nasty
      : fc.oneof({ weight: 10, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: nasty });
  };
  const row = fc.tuple(...[...names, 'zone'].map(cell)).map((cells) => cells);
  const rows = fc.sample(row, { seed, numRuns: 1500 });
  return validate(dataset, { header: [...names, 'Zone "à\\part\t'], rows });
}

async function load(sql: Sql, dataset: Dataset, copy: string, names: readonly string[]): Promise<number> {
  const types: Record<string, string> = { file_no: 'integer', line: 'integer', repeat: 'boolean' };
  const found = await sql<{ name: string; type: string }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${dataset}::regclass and attnum > 0`;
  for (const { name, type } of found) types[name] = type;
  return sql.begin(async (tx) => {
    await tx.unsafe(
      `create temp table staged (${names.map((name) => `${ident(name)} ${types[name] ?? 'no type'}`).join(', ')}) on commit drop`,
    );
    const writer = await openCopy(tx as never, 'staged', names);
    await writer.write(Buffer.from(copy));
    return writer.end();
  });
}

describe('Postgres takes whatever passed validation', () => {
  it.each(['clients', 'contacts', 'ecritures'] as const)(
    '%s: every row, into the types of its table',
    async (dataset) => {
      const { sql } = await testDatabase();
      const outcome = generate(dataset, 7);
      const { accepted, rejected } = outcome.result;
      expect(accepted).toBeGreaterThan(500);
      expect(rejected).toBeGreaterThan(10);
      expect(await load(sql, dataset, outcome.copy, Object.keys(outcome.rows[0] ?? {}))).toBe(accepted);
      const stored = await sql.begin(async (tx) => {
        await tx.unsafe(
          'create temp table refused (file_no int, line int, column_name text, code text, value text, raw text) on commit drop',
        );
        const writer = await openCopy(tx as never, 'refused', rejectionColumns);
        await writer.write(Buffer.from(outcome.rejectionCopy));
        return writer.end();
      });
      expect(stored).toBe(rejected);
    },
  );

  it('and reads back what stood in the file', async () => {
    const { sql } = await testDatabase();
    const name = 'Du\\pont\t"é"\nSA €';
    const outcome = validate('clients', {
      header: ['Code client', 'Nom', 'Plafond', 'Zone'],
      rows: [['00123', name, '1 234,50', name]],
    });
    const [row] = await sql.begin(async (tx) => {
      await tx.unsafe(
        'create temp table s (file_no int, line int, key uuid, row_hash bigint, repeat boolean, company text, client_code text, name text, credit_limit numeric(15,2), extra jsonb) on commit drop',
      );
      const writer = await openCopy(tx as never, 's', Object.keys(outcome.rows[0] ?? {}));
      await writer.write(Buffer.from(outcome.copy));
      await writer.end();
      return tx.unsafe('select * from s');
    });
    expect(row).toMatchObject({
      line: 2,
      repeat: false,
      company: '',
      client_code: '00123',
      name,
      credit_limit: '1234.50',
      extra: { Zone: name },
    });
  });
});
