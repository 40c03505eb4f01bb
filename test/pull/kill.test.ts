import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import type { PullSync } from '../../src/pull/pull.ts';
import type { Remote } from '../../src/pull/remote.ts';
import { openDiskSpool } from '../../src/spool/disk.ts';
import type { PartialFile, Spool } from '../../src/spool/spool.ts';
import type { Depot } from '../../src/transfer/depot.ts';
import { sweep } from '../../src/transfer/sweep.ts';
import { collect } from '../contract/spool.ts';
import { proxyTo } from '../support/proxy.ts';
import { sharedDatabase, testDepot, type TestDepot } from '../support/server.ts';
import { pullWorld, sha256, type World } from './pull-world.ts';

const database = sharedDatabase();
const connector = {
  files: { clients: { pattern: 'clients.csv' }, ecritures: { pattern: 'ecritures_{yyyyMMdd}.csv' } },
  afterReading: { kind: 'move', folder: 'lus' },
  doneFile: 'fin.txt',
};
const contents = { clients: 'code;nom', ecritures: 'montant' };
let depot: TestDepot;

beforeEach(async () => {
  depot = await testDepot({ database: database() });
});

async function worldOf(tenant: string): Promise<World> {
  const world = await pullWorld(depot, connector, tenant);
  world.put('clients.csv', contents.clients);
  world.put('ecritures_20261124.csv', contents.ecritures);
  world.put('fin.txt', '');
  return world;
}

/** The same data folder, opened by a process that knows nothing of another. */
const freshSpool = (): Spool => openDiskSpool(join(depot.dataDir, 'spool'));

type When = 'before' | 'after';

/** Ends a process at its nth call of the spool or the server: nothing that follows ever happens. */
function killer(nth: number, when: When) {
  let calls = 0;
  let killed: () => void = () => undefined;
  const isKilled = new Promise<void>((resolve) => (killed = resolve));
  const opened: PartialFile[] = [];
  const running: Promise<void>[] = [];
  const nothing = () => undefined;
  const never = new Promise<never>(() => undefined);
  const stop = (): Promise<never> => {
    killed();
    return never;
  };
  async function call<T>(work: () => Promise<T>): Promise<T> {
    const isLast = ++calls === nth;
    if (calls > nth || (isLast && when === 'before')) return stop();
    const doing = work();
    running.push(doing.then(nothing, nothing));
    const result = await doing;
    return isLast ? stop() : result;
  }
  const open = (work: () => Promise<PartialFile>): Promise<PartialFile> =>
    call(async () => {
      const file = await work();
      opened.push(file);
      return killableFile(file, call);
    });
  return {
    call,
    open,
    isKilled,
    /** As the system does for a process that has ended; what it was about to do beside its last call is done then. */
    closeAll: async () => {
      await Promise.all(running);
      await Promise.all(opened.map((file) => file.close()));
    },
    count: () => calls,
  };
}

type Killer = ReturnType<typeof killer>;
type Call = <T>(work: () => Promise<T>) => Promise<T>;

function killableFile(file: PartialFile, call: Call): PartialFile {
  return {
    id: file.id,
    get size() {
      return file.size;
    },
    write: (chunk, position) => call(() => file.write(chunk, position)),
    truncate: (size) => call(() => file.truncate(size)),
    sync: () => call(() => file.sync()),
    sha256: () => call(() => file.sha256()),
    close: () => call(() => file.close()),
  };
}

function killableSpool({ partials, ...spool }: Spool, { call, open }: Killer): Spool {
  return {
    ...spool,
    partials: {
      ...partials,
      create: (tenant, info) => open(() => partials.create(tenant, info)),
      open: (tenant, id) => open(() => partials.open(tenant, id)),
      note: (tenant, id, change) => call(() => partials.note(tenant, id, change)),
      remove: (tenant, id) => call(() => partials.remove(tenant, id)),
      promote: (tenant, id) => call(() => partials.promote(tenant, id)),
      demote: (tenant, id) => call(() => partials.demote(tenant, id)),
    },
  };
}

function killableRemote(remote: Remote, call: Call): Remote {
  return {
    list: () => call(() => remote.list()),
    async *read(file, offset) {
      for await (const chunk of remote.read(file, offset)) {
        await call(() => Promise.resolve());
        yield chunk;
      }
    },
    move: (name, folder) => call(() => remote.move(name, folder)),
    remove: (name) => call(() => remote.remove(name)),
    make: (name) => call(() => remote.make(name)),
    close: () => call(() => remote.close()),
  };
}

/** @returns the calls that were made, all of them where the fetch came to its end */
async function fetchUntil(world: World, sync: PullSync, nth: number, when: When): Promise<number> {
  const process = killer(nth, when);
  const doomed: Depot = { ...depot, spool: killableSpool(freshSpool(), process) };
  const fetched = world.fetch(sync, doomed, (remote) => killableRemote(remote, process.call));
  await Promise.race([process.isKilled, fetched]);
  await process.closeAll();
  return process.count();
}

async function expectWhole(world: World, sync: PullSync, label: string): Promise<void> {
  const uploads = await world.uploads();
  const expected = [
    { path: '/clients.csv', state: 'gathered', sync: sync.id, sha256: sha256(contents.clients) },
    { path: '/ecritures_20261124.csv', state: 'gathered', sync: sync.id, sha256: sha256(contents.ecritures) },
  ];
  expect(uploads, label).toEqual(expected);
  expect([...world.remote.keys()].toSorted(), label).toEqual([
    'lus/clients.csv',
    'lus/ecritures_20261124.csv',
    'lus/fin.txt',
  ]);
  expect(await storedHashes(world), label).toEqual(expected.map((each) => each.sha256).toSorted());
}

async function storedHashes({ tenant }: World): Promise<string[]> {
  const spool = freshSpool();
  const stored = await collect(spool.committed.list(tenant.id));
  const texts = stored.map(async ({ id, size }) => {
    const file = await spool.committed.open(tenant.id, id);
    const bytes = Buffer.alloc(size);
    await file.read(bytes, 0);
    await file.close();
    return sha256(bytes.toString());
  });
  return (await Promise.all(texts)).toSorted();
}

describe('a process that is killed while it fetches', () => {
  test.each<[When, boolean]>([
    ['before', false],
    ['after', false],
    ['after', true],
  ])('%s any call: the next one takes each file exactly once (swept in between: %s)', async (when, isSwept) => {
    let calls = Number.POSITIVE_INFINITY;
    for (let nth = 1; nth <= calls; nth++) {
      const world = await worldOf(`kill-${nth}`);
      const sync = await world.sync();
      const made = await fetchUntil(world, sync, nth, when);
      if (made < nth) calls = made;
      const next = { ...depot, spool: freshSpool() };
      if (isSwept) await sweep({ ...next, now: () => Date.now() + 120_000 }, 86_400_000);
      expect(await world.fetch(sync, next), `call ${nth}`).toEqual({ taken: 2, missing: [] });
      await expectWhole(world, sync, `call ${nth}`);
    }
    expect(calls).toBeGreaterThan(25);
  });

  test('again and again, further each time: the one that comes to its end takes each file exactly once', async () => {
    for (let round = 1; round <= 10; round++) {
      const world = await worldOf(`again-${round}`);
      const sync = await world.sync();
      const step = 3 + (round % 7);
      for (let kills = 1; kills <= 6; kills++) await fetchUntil(world, sync, step * kills, 'after');
      await world.fetch(sync, { ...depot, spool: freshSpool() });
      await expectWhole(world, sync, `round ${round}`);
    }
  });
});

describe('a database that is lost at the commit', () => {
  test.each(['accept', 'refuse'] as const)(
    'and has done it, answer lost (%s): the file is taken once',
    async (then) => {
      const world = await worldOf('acme');
      const sync = await world.sync();
      const proxy = await proxyTo(depot.database.url);
      const through = openDatabase(proxy.url, { max: 2 });
      try {
        proxy.loseAnswerTo('insert into uploads', then);
        const lost = world.fetch(sync, { ...depot, database: through });
        if (then === 'refuse') await expect(lost).rejects.toMatchObject({ code: 'database_unavailable' });
        else await lost;
      } finally {
        await through.sql.end({ timeout: 0 });
        proxy.stop();
      }
      await world.fetch(sync);
      await expectWhole(world, sync, then);
    },
  );
});

test('two processes that fetch for one sync at once record each file once', async () => {
  const world = await worldOf('acme');
  const sync = await world.sync();
  const results = await Promise.allSettled([
    world.fetch(sync, { ...depot, spool: freshSpool() }),
    world.fetch(sync, { ...depot, spool: freshSpool() }),
  ]);
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  await world.fetch(sync, { ...depot, spool: freshSpool() });
  await expectWhole(world, sync, 'both');
});
