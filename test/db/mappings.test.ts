import { expect, it } from 'vitest';
import { currentMappings, setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { testDatabase } from '../support/database.ts';

it('keeps every version of a mapping and applies the latest', async () => {
  const { db } = await testDatabase();
  await createTenant(db, { id: 'acme', name: 'Acme' });
  expect(await currentMappings(db, 'acme')).toEqual([]);
  await setMapping(db, 'acme', 'clients', { mode: 'snapshot' });
  const second = await setMapping(db, 'acme', 'clients', { mode: 'delta' });
  expect(second).toEqual({ dataset: 'clients', version: 2, mode: 'delta' });
  expect(await currentMappings(db, 'acme')).toEqual([second]);
});
