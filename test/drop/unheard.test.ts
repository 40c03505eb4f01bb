import { EventEmitter } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openLocks } from '../../src/db/locks.ts';
import { openDropFolder } from '../../src/drop/watch.ts';
import { until } from '../support/clients.ts';
import { addTenant, sharedDatabase, testDepot } from '../support/server.ts';

/** Of a folder that was renamed into the place of another chokidar 5 tells nothing more: here it tells nothing at all. */
vi.mock('chokidar', () => ({
  watch: () => {
    const watcher = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
    setImmediate(() => watcher.emit('ready'));
    return watcher;
  },
}));

const database = sharedDatabase();

it('takes within a minute what the system did not tell of, and nothing behind a link', async () => {
  let now = Date.now();
  const depot = await testDepot({ database: database(), now: () => now });
  await addTenant(depot);
  const [drop, elsewhere] = [join(depot.dataDir, 'drop'), join(depot.dataDir, 'elsewhere')];
  for (const folder of [join(drop, 'acme/in/deep'), elsewhere]) await mkdir(folder, { recursive: true });
  const locks = openLocks(database().url);
  onTestFinished(() => locks.close());
  const door = await openDropFolder({ depot: { ...depot, locks }, folder: drop, polling: false, now: () => now });
  onTestFinished(() => door.close());
  for (const file of ['acme/1.csv', 'acme/in/deep/2.csv', '../elsewhere/3.csv']) await writeFile(join(drop, file), 'x');
  await symlink(elsewhere, join(drop, 'acme/link'));
  const began = now;
  const paths = async () =>
    (await database().sql`select path from uploads order by path`).map(({ path }) => path as string);
  await until('both are taken', async () => {
    now += 500;
    return (await paths()).length === 2;
  });
  expect(await paths()).toEqual(['/1.csv', '/in/deep/2.csv']);
  expect(now - began).toBeGreaterThan(30_000);
});
