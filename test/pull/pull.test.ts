import { beforeEach, describe, expect, test } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { sharedDatabase, testDepot, type TestDepot } from '../support/server.ts';
import { at, cut, pullWorld, setConnector, sha256, type World } from './pull-world.ts';

const database = sharedDatabase();
const files = { clients: { pattern: 'clients.csv' }, ecritures: { pattern: 'ecritures_{yyyyMMdd}.csv' } };
let depot: TestDepot;
let world: World;

beforeEach(async () => {
  depot = await testDepot({ database: database() });
  world = await pullWorld(depot, { files });
});

const readUpload = async (): Promise<string> => {
  const [row] = await depot.database.sql<{ id: string; size: number }[]>`select id, size::float8 as size from uploads`;
  const stored = await depot.spool.committed.open('acme', row?.id ?? '');
  const bytes = Buffer.alloc(row?.size ?? 0);
  await stored.read(bytes, 0);
  await stored.close();
  return bytes.toString();
};

describe('what is new on a customer’s server', () => {
  test('becomes uploads of the sync that fetches, under their own names', async () => {
    world.put('clients.csv', 'code;nom');
    world.put('ecritures_20261123.csv', 'old');
    world.put('ecritures_20261124.csv', 'new');
    const sync = await world.sync();
    expect(await world.fetch(sync)).toEqual({ taken: 2, missing: [] });
    expect(await world.uploads()).toEqual([
      { path: '/clients.csv', state: 'gathered', sync: sync.id, sha256: sha256('code;nom') },
      { path: '/ecritures_20261124.csv', state: 'gathered', sync: sync.id, sha256: sha256('new') },
    ]);
    expect(await depot.spool.partials.list('acme')).toEqual([]);
  });

  test('is taken once', async () => {
    world.put('clients.csv', 'code;nom');
    await world.fetch(await world.sync());
    world.asked.length = 0;
    expect(await world.fetch(await world.sync())).toEqual({ taken: 0, missing: ['ecritures'] });
    expect(world.asked).toEqual(['list']);
  });

  test('is told by its bytes where only its time differs, and that is remembered', async () => {
    world.put('clients.csv', 'code;nom', 8);
    await world.fetch(await world.sync());
    world.put('clients.csv', 'code;nom', 9);
    expect(await world.fetch(await world.sync())).toMatchObject({ taken: 0 });
    expect(await world.uploads()).toHaveLength(1);
    world.asked.length = 0;
    await world.fetch(await world.sync());
    expect(world.asked).toEqual(['list']);
    expect(await depot.spool.partials.list('acme')).toEqual([]);
  });

  test('is what differs from the last state, although an earlier one was the same', async () => {
    for (const [hour, text] of ['one', 'two', 'one'].entries()) {
      world.put('clients.csv', text, hour);
      await world.fetch(await world.sync());
    }
    expect((await world.uploads()).map((row) => row.sha256)).toEqual([sha256('one'), sha256('two'), sha256('one')]);
  });

  test('comes again by force, as an upload of its own', async () => {
    world.put('clients.csv', 'code;nom');
    await world.fetch(await world.sync());
    const sync = await world.sync({ force: true });
    expect(await world.fetch(sync)).toMatchObject({ taken: 1 });
    // The fetch was cut off before its sync knew: once is enough.
    expect(await world.fetch(sync)).toMatchObject({ taken: 1 });
    expect(await world.uploads()).toHaveLength(2);
  });

  test('is only looked for in the datasets that were asked for', async () => {
    world.put('clients.csv', 'code;nom');
    world.put('ecritures_20261124.csv', 'new');
    expect(await world.fetch(await world.sync({ datasets: ['ecritures'] }))).toEqual({ taken: 1, missing: [] });
    expect((await world.uploads()).map(({ path }) => path)).toEqual(['/ecritures_20261124.csv']);
  });

  test('waits for the next pull where the sync has gone on without it', async () => {
    world.put('clients.csv', 'code;nom');
    const sync = await world.sync();
    await database().sql`update syncs set state = 'failed' where id = ${sync.id}`;
    await world.fetch(sync);
    expect(await world.uploads()).toMatchObject([{ state: 'waiting', sync: null }]);
  });

  test('needs a connector', async () => {
    await database().sql`delete from connectors`;
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'no_connector' });
  });
});

describe('a file still being written', () => {
  test('is taken once its size and time are the same twice, the configured seconds apart', async () => {
    await setConnector(depot, { files, stableSeconds: 7 });
    world.put('clients.csv', 'code', 8);
    world.faults.onPause = (count) => {
      if (count === 1) world.put('clients.csv', 'code;nom', 8);
      if (count === 2) world.put('clients.csv', 'code;nom', 9);
    };
    await world.fetch(await world.sync());
    expect(world.pauses).toEqual([7000, 7000, 7000]);
    expect(await readUpload()).toBe('code;nom');
  });

  test('that never ends is left alone, with the reason', async () => {
    await setConnector(depot, { files, stableSeconds: 5 });
    world.put('clients.csv', 'code', 8);
    world.faults.onPause = (count) => world.put('clients.csv', 'x'.repeat(count), 8);
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'remote_file_growing' });
    expect(world.pauses.length).toBeLessThan(20);
    expect(await world.uploads()).toEqual([]);
  });

  test('is not taken before its done-file, which goes with it', async () => {
    await setConnector(depot, { files, doneFile: 'fin.txt', afterReading: { kind: 'delete' } });
    world.put('clients.csv', 'code;nom', 8);
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'done_file_missing' });
    world.put('fin.txt', '', 8);
    await world.fetch(await world.sync());
    expect(await world.uploads()).toHaveLength(1);
    expect([...world.remote.keys()]).toEqual([]);
  });

  test('of which only a part was asked for, leaves the done-file for the rest', async () => {
    await setConnector(depot, { files, doneFile: 'fin.txt', afterReading: { kind: 'delete' } });
    world.put('clients.csv', 'code;nom');
    world.put('ecritures_20261124.csv', 'new');
    world.put('fin.txt', '');
    await world.fetch(await world.sync({ datasets: ['clients'] }));
    expect([...world.remote.keys()]).toEqual(['ecritures_20261124.csv', 'fin.txt']);
    await world.fetch(await world.sync());
    expect([...world.remote.keys()]).toEqual([]);
  });

  test('is not imported half old and half new where it is rewritten during the download', async () => {
    world.put('clients.csv', 'old old old', 8);
    world.faults.onChunk = (_, offset) => {
      if (offset === 8) world.put('clients.csv', 'NEW NEW NEW', 9);
    };
    await world.fetch(await world.sync());
    expect((await world.uploads()).map((row) => row.sha256)).toEqual([sha256('NEW NEW NEW')]);
  });
});

describe('a connection that is cut', () => {
  test('is opened again after growing pauses, and the download goes on where it was', async () => {
    world.put('clients.csv', '0123456789abcdef');
    let cuts = 0;
    world.faults.onChunk = (_, offset) => {
      if (offset === 8 && cuts++ < 3) cut();
    };
    await world.fetch(await world.sync());
    expect(world.asked.filter((each) => each.startsWith('read'))).toEqual([
      'read clients.csv 0',
      'read clients.csv 8',
      'read clients.csv 8',
      'read clients.csv 8',
    ]);
    expect(world.pauses).toEqual([2000, 5000, 10_000]);
    expect(await world.uploads()).toMatchObject([{ sha256: sha256('0123456789abcdef') }]);
  });

  test('again and again is given up with its reason, and the next try resumes', async () => {
    world.put('clients.csv', '0123456789abcdef');
    world.faults.onChunk = (_, offset) => {
      if (offset === 12) cut();
    };
    const sync = await world.sync();
    await expect(world.fetch(sync)).rejects.toMatchObject({ code: 'remote_cut' });
    delete world.faults.onChunk;
    world.asked.length = 0;
    await world.fetch(sync);
    expect(world.asked).toContain('read clients.csv 12');
    expect(await world.uploads()).toMatchObject([{ sha256: sha256('0123456789abcdef') }]);
  });

  test('after each few bytes ends all the same', async () => {
    world.put('clients.csv', 'x'.repeat(400));
    let chunks = 0;
    world.faults.onChunk = () => {
      if (++chunks % 2 === 0) cut();
    };
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'remote_cut' });
    expect(world.pauses.length).toBeLessThan(25);
  });

  test('does not mix two states of a file: a changed one starts anew', async () => {
    world.put('clients.csv', 'old old old!', 8);
    let isCut = false;
    world.faults.onChunk = (_, offset) => {
      if (offset !== 8 || isCut) return;
      isCut = true;
      world.put('clients.csv', 'NEW NEW NEW!', 9);
      cut();
    };
    await world.fetch(await world.sync());
    expect(world.asked.filter((each) => each.startsWith('read'))).toEqual(['read clients.csv 0', 'read clients.csv 0']);
    expect(await world.uploads()).toMatchObject([{ sha256: sha256('NEW NEW NEW!') }]);
  });

  test('is not tried again where trying cannot help', async () => {
    world.faults.onList = () => {
      throw new ArrivageError('listing_too_large', { limit: 1 });
    };
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'listing_too_large' });
    expect(world.pauses).toEqual([]);
  });
});

describe('after reading', () => {
  const afterReading = { kind: 'move', folder: 'lus' };

  test('a file is moved, or deleted, once its upload is committed', async () => {
    await setConnector(depot, { files, afterReading });
    world.put('clients.csv', 'code;nom');
    let committed = 0;
    depot.events.on('upload.committed', () => committed++);
    world.faults.onDispose = () => {
      expect(committed).toBe(1);
    };
    await world.fetch(await world.sync());
    expect([...world.remote.keys()]).toEqual(['lus/clients.csv']);
    await setConnector(depot, { files, afterReading: { kind: 'delete' } });
    world.put('ecritures_20261124.csv', 'new');
    delete world.faults.onDispose;
    await world.fetch(await world.sync());
    expect([...world.remote.keys()]).toEqual(['lus/clients.csv']);
  });

  test('nothing is touched in a dry run; the next real fetch catches up', async () => {
    await setConnector(depot, { files, afterReading });
    world.put('clients.csv', 'code;nom');
    await world.fetch(await world.sync({ dryRun: true }));
    expect([...world.remote.keys()]).toEqual(['clients.csv']);
    await world.fetch(await world.sync());
    expect([...world.remote.keys()]).toEqual(['lus/clients.csv']);
  });

  test('what could not be moved fails no sync, and is moved by the next fetch', async () => {
    await setConnector(depot, { files, afterReading });
    world.put('clients.csv', 'code;nom');
    world.put('ecritures_20261124.csv', 'new');
    world.faults.onDispose = (name) => {
      if (name === 'clients.csv') throw new ArrivageError('remote_refused', { during: 'move', reply: 'denied' });
    };
    expect(await world.fetch(await world.sync())).toMatchObject({ taken: 2 });
    expect([...world.remote.keys()]).toEqual(['clients.csv', 'lus/ecritures_20261124.csv']);
    delete world.faults.onDispose;
    expect(await world.fetch(await world.sync())).toMatchObject({ taken: 0 });
    expect([...world.remote.keys()]).toEqual(['lus/ecritures_20261124.csv', 'lus/clients.csv']);
  });

  test('a file that replaced the one taken is left, and taken by the next fetch', async () => {
    await setConnector(depot, { files, afterReading: { kind: 'delete' } });
    world.put('clients.csv', 'code;nom', 8);
    const unsubscribe = depot.events.on('upload.committed', () => world.put('clients.csv', 'more', 9));
    await world.fetch(await world.sync());
    unsubscribe();
    expect(world.remote.get('clients.csv')?.modified).toEqual(at(9));
    await world.fetch(await world.sync());
    expect((await world.uploads()).map((row) => row.sha256)).toEqual([sha256('code;nom'), sha256('more')]);
    expect(world.remote.size).toBe(0);
  });
});

describe('bounds', () => {
  test('a file over the tenant’s limit is refused before a byte of it comes', async () => {
    world.put('clients.csv', 'x'.repeat(101));
    world.tenant.maxFileBytes = 100;
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'file_too_large' });
    expect(world.asked).toEqual(['list']);
  });

  test('a sync takes 200 files, and the next one goes on', async () => {
    await setConnector(depot, { files: { ecritures: { pattern: '*.csv', take: 'all' } } });
    for (let i = 0; i < 203; i++) world.put(`${1000 + i}.csv`, String(i), 8);
    expect(await world.fetch(await world.sync())).toMatchObject({ taken: 200 });
    expect(await world.fetch(await world.sync())).toMatchObject({ taken: 3 });
    expect((await world.uploads()).at(-1)?.path).toBe('/1202.csv');
  });

  test('a name that is a folder of ours is refused', async () => {
    await setConnector(depot, { files: { ecritures: { pattern: 'reports' } } });
    world.put('reports', 'x');
    await expect(world.fetch(await world.sync())).rejects.toMatchObject({ code: 'read_only' });
  });
});
