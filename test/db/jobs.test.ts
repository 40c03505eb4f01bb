import { expect, it } from 'vitest';
import { advanceHurry, failedAdvance } from '../../src/db/jobs.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();

it('tells why a tenant’s queue stands still, and nothing where it does not', async () => {
  const { sql } = database();
  await sql`select ${advanceHurry(sql, 'acme')}`;
  expect(await failedAdvance(sql, 'acme')).toBeUndefined();
  const next = new Date('2026-01-01T00:00:00Z');
  await sql`update graphile_worker._private_jobs set last_error = ${'EACCES: closed\n  at open'}, run_at = ${next}`;
  expect(await failedAdvance(sql, 'acme')).toEqual({ error: 'EACCES: closed', next });
  expect(await failedAdvance(sql, 'other')).toBeUndefined();
});
