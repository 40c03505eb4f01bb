import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, link, mkdir, readFile, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type DropFolder, openDropFolder } from '../../src/drop/watch.ts';
import { type Folder, openFolder } from '../../src/drop/folder.ts';
import { removeNote, writeNote } from '../../src/drop/note.ts';
import { takeFile } from '../../src/drop/take.ts';
import { tenants } from '../../src/db/schema/tables.ts';
import { ArrivageError } from '../../src/errors.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import { placeOf } from '../../src/drop/place.ts';
import { lookAgain } from '../../src/drop/stillness.ts';
import { openDatabase } from '../../src/db/client.ts';
import { openLocks } from '../../src/db/locks.ts';
import { until } from '../support/clients.ts';
import { proxyTo } from '../support/proxy.ts';
import { type TestDepot, addTenant, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();
let depot: TestDepot;
let drop: string;
let now: number;

beforeEach(async () => {
  now = Date.now();
  depot = await testDepot({ database: database(), now: () => now });
  await addTenant(depot, { language: 'fr', maxFileBytes: 100 });
  drop = join(depot.dataDir, 'drop');
  await mkdir(join(drop, 'acme'), { recursive: true });
});

/** One server's; each opened door belongs to one. */
async function open(polling = false, over = depot): Promise<DropFolder> {
  const locks = openLocks(database().url);
  onTestFinished(() => locks.close());
  const door = await openDropFolder({ depot: { ...over, locks }, folder: drop, polling, now: () => now });
  onTestFinished(() => door.close());
  return door;
}

const paths = async () =>
  (await database().sql`select path from uploads order by path`).map((row) => String(row['path']));
const put = (name: string, text = 'data') => writeFile(join(drop, name), text);
const lying = async (folder = 'acme') => (await readdir(join(drop, folder))).sort();

/** Lets the held clock run until the condition holds. */
const inTime = (what: string, condition: () => Promise<boolean>) =>
  until(what, () => {
    now += 500;
    return condition();
  });

describe.each([
  ['by notification', false],
  ['by polling, as on a network mount', true],
])('the drop folder, %s', (_, polling) => {
  it('takes what lies there at the start and what comes later, and removes it once it is committed', async () => {
    await put('acme/before.csv');
    await open(polling);
    await inTime('the file that lay there', async () => (await paths()).length === 1);
    await mkdir(join(drop, 'acme', 'export'));
    await put('acme/export/later.csv');
    await inTime('the file that came', async () => (await paths()).length === 2);
    expect(await paths()).toEqual(['/before.csv', '/export/later.csv']);
    await until(
      'both are gone',
      async () => (await lying()).join() === 'export' && (await lying('acme/export')).length === 0,
    );
    const [row] = await database().sql`select door, username, size::int as size from uploads`;
    expect(row).toEqual({ door: 'drop', username: null, size: 4 });
  });

  it('takes a file that is renamed into place, and leaves a temporary name alone', async () => {
    await open(polling);
    await put('acme/.clients.csv.X1y2Z3');
    await put('acme/fin.txt');
    await inTime('the other file', async () => (await lying()).join() === '.clients.csv.X1y2Z3');
    await rename(join(drop, 'acme/.clients.csv.X1y2Z3'), join(drop, 'acme/clients.csv'));
    await inTime('the renamed file', async () => (await paths()).length === 2);
    expect(await paths()).toEqual(['/clients.csv', '/fin.txt']);
  });
});

describe('the drop folder', () => {
  it('waits for a file that still grows', async () => {
    await put('acme/a.csv', '1');
    await open();
    for (const part of ['2', '3']) {
      now += 1900;
      await appendFile(join(drop, 'acme/a.csv'), part);
    }
    await inTime('the file', async () => (await paths()).length === 1);
    const [row] = await database().sql`select size::int as size from uploads`;
    expect(row).toEqual({ size: 3 });
  });

  it('leaves what is refused, says why beside it in the tenant’s language, and takes it once it is better', async () => {
    await put('acme/a.csv', 'x'.repeat(101));
    await open();
    await inTime('a note', async () => (await lying()).length === 2);
    expect(await lying()).toEqual(['a.csv', 'a.csv.refused.txt']);
    expect(await readFile(join(drop, 'acme/a.csv.refused.txt'), 'utf8')).toContain(
      'Fichier trop volumineux : 100 octets',
    );
    await put('acme/a.csv', 'smaller');
    await inTime('the file and its note are gone', async () => (await lying()).length === 0);
    expect(await paths()).toEqual(['/a.csv']);
  });

  it('follows no link out of the folder and opens no pipe', async () => {
    const secret = join(depot.dataDir, 'secret.csv');
    await writeFile(secret, 'secret');
    await mkdir(join(depot.dataDir, 'elsewhere'));
    await writeFile(join(depot.dataDir, 'elsewhere', 'b.csv'), 'secret');
    await symlink(secret, join(drop, 'acme/link.csv'));
    await symlink(join(depot.dataDir, 'elsewhere'), join(drop, 'acme/folder'));
    execFileSync('mkfifo', [join(drop, 'acme/pipe.csv')]);
    await put('acme/a.csv');
    await open();
    await inTime('the plain file', async () => (await paths()).length === 1);
    await put('acme/z.csv');
    await inTime('a later file', async () => (await paths()).length === 2);
    expect(await paths()).toEqual(['/a.csv', '/z.csv']);
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it('leaves the files of unknown and suspended tenants until they are let in', async () => {
    await addTenant(depot, { id: 'asleep', state: 'suspended' });
    await mkdir(join(drop, 'asleep'));
    await mkdir(join(drop, 'unknown'));
    await put('stray.csv');
    await put('asleep/a.csv');
    await put('unknown/b.csv');
    await put('acme/c.csv');
    await open();
    await inTime('the known tenant’s file', async () => (await paths()).length === 1);
    expect(await paths()).toEqual(['/c.csv']);
    await addTenant(depot, { id: 'unknown' });
    await until('the new tenant’s file', async () => {
      now += 61_000;
      return (await paths()).length === 2;
    });
    expect(await lying('asleep')).toEqual(['a.csv']);
    expect(await lying('.')).toContain('stray.csv');
  });

  it('waits for the database to come back', async () => {
    const proxy = await proxyTo(database().url);
    const through = openDatabase(proxy.url, { max: 2 });
    onTestFinished(() => through.sql.end({ timeout: 0 }));
    let tries = 0;
    const log = Object.assign(Object.create(depot.log) as typeof depot.log, { warn: () => tries++ });
    await open(false, { ...depot, database: through, log });
    proxy.stop();
    await put('acme/a.csv');
    await inTime('two tries', () => Promise.resolve(tries >= 2));
    expect(await lying()).toEqual(['a.csv']);
    await proxy.start();
    await inTime('the file', async () => (await paths()).length === 1);
    await until('it is gone', async () => (await lying()).length === 0);
  });

  it('takes no file that has another name elsewhere, and writes no note over one', async () => {
    const kept = join(depot.dataDir, 'kept.csv');
    await writeFile(kept, 'secret');
    await link(kept, join(drop, 'acme/a.csv'));
    await put('acme/b.csv', 'x'.repeat(101));
    await link(kept, join(drop, 'acme/b.csv.refused.txt'));
    await open();
    await inTime('a note', async () =>
      (await readFile(join(drop, 'acme/b.csv.refused.txt'), 'utf8').catch(() => '')).startsWith('Fichier'),
    );
    await put('acme/z.csv');
    await inTime('a later file', async () => (await paths()).length === 1);
    await until('it is taken away', async () => !(await lying()).includes('z.csv'));
    expect(await paths()).toEqual(['/z.csv']);
    expect(await lying()).toEqual(['a.csv', 'b.csv', 'b.csv.refused.txt']);
    expect(await readFile(kept, 'utf8')).toBe('secret');
  });
});

describe('a folder of the drop folder', () => {
  let elsewhere: string;
  const acme = (name: string) => join(drop, 'acme', name);

  /** `acme/box` is a folder with `a.csv`; `acme/link` leads to another `a.csv`, which is the system's. */
  beforeEach(async () => {
    elsewhere = join(depot.dataDir, 'elsewhere');
    for (const [folder, text] of [
      [elsewhere, 'secret'],
      [acme('box'), 'data'],
    ] as const) {
      await mkdir(folder);
      await writeFile(join(folder, 'a.csv'), text);
    }
    await symlink(elsewhere, acme('link'));
  });

  async function exchange(): Promise<void> {
    await rename(acme('box'), acme('real'));
    await rename(acme('link'), acme('box'));
  }

  async function exchangeBack(): Promise<void> {
    await rename(acme('box'), acme('link'));
    await rename(acme('real'), acme('box'));
  }

  const take = async (folder: Folder) => {
    const [row] = await database().db.select().from(tenants);
    if (!row) throw new Error('the tenant is there');
    const locks = openLocks(database().url);
    onTestFinished(() => locks.close());
    return takeFile({ ...depot, locks }, row, folder.at('a.csv'), '/box/a.csv' as VirtualPath);
  };

  it('stays the same where its name is made to lead elsewhere: what is read, removed and noted is in it', async () => {
    const folder = await openFolder(drop, ['acme', 'box']);
    if (!folder) throw new Error('it is a folder');
    await exchange();
    await writeNote(folder.at('a.csv'), new ArrivageError('file_too_large', { limit: 1 }), 'en');
    expect(await readdir(acme('real'))).toEqual(['a.csv', 'a.csv.refused.txt']);
    expect(await take(folder)).toBe('taken');
    await removeNote(folder.at('a.csv'));
    await folder.close();
    const sha256 = createHash('sha256').update('data').digest('hex');
    expect(await database().sql`select sha256 from uploads`).toEqual([{ sha256 }]);
    expect(await readdir(acme('real'))).toEqual([]);
    expect(await readFile(join(elsewhere, 'a.csv'), 'utf8')).toBe('secret');
    expect(await readdir(elsewhere)).toEqual(['a.csv']);
  });

  it('is none where it is a link, at whatever depth', async () => {
    await exchange();
    expect(await openFolder(drop, ['acme', 'box'])).toBeUndefined();
    await mkdir(join(elsewhere, 'deeper'));
    expect(await openFolder(drop, ['acme', 'box', 'deeper'])).toBeUndefined();
  });

  it('never leads elsewhere while its name is exchanged for a link again and again', async () => {
    const rounds = 300;
    const swapping = (async () => {
      for (let i = 0; i < rounds; i++) {
        await exchange();
        await exchangeBack();
      }
    })();
    const seen = new Set<string>();
    for (let i = 0; i < rounds; i++) {
      const folder = await openFolder(drop, ['acme', 'box']).catch(() => undefined);
      if (!folder) continue;
      seen.add(await readFile(folder.at('a.csv'), 'utf8'));
      await folder.close();
    }
    await swapping;
    expect([...seen].filter((text) => text !== 'data')).toEqual([]);
  });
});

describe('a place in the drop folder', () => {
  it.each([
    ['acme/a.csv', { tenant: 'acme', path: '/a.csv' }],
    ['acme/export/été.csv', { tenant: 'acme', path: '/export/été.csv' }],
    ['a.csv', undefined],
    ['acme/a.csv.part', undefined],
    ['acme/a.csv.refused.txt', undefined],
  ])('of %s is %j', (relative, place) => {
    expect(placeOf(relative)).toEqual(place);
  });

  it.each(['acme/a\nb.csv', 'acme/a\\b.csv', `acme/${'x'.repeat(300)}.csv`])('is refused for %j', (relative) => {
    expect(() => placeOf(relative)).toThrow(/File name refused/);
  });
});

describe('lying still', () => {
  const look = { size: 1, mtimeMs: 5, ctimeMs: 6, ino: 7 };

  it('begins anew at every change of size, time or file', () => {
    for (const change of [{ size: 2 }, { mtimeMs: 6 }, { ctimeMs: 7 }, { ino: 8 }]) {
      const { watched, still } = lookAgain({ look, since: 0 }, { ...look, ...change }, 5000, 2000);
      expect({ since: watched.since, still }).toEqual({ since: 5000, still: false });
    }
    expect(lookAgain({ look, since: 0 }, look, 1999, 2000).still).toBe(false);
    expect(lookAgain({ look, since: 0 }, look, 2000, 2000).still).toBe(true);
  });
});

describe('one drop folder on several servers', () => {
  it('gives each file to one of them', async () => {
    await Promise.all([open(), open(), open()]);
    const names = Array.from({ length: 20 }, (_, i) => `/f${String(i).padStart(2, '0')}.csv`);
    for (const name of names) await put(`acme${name}`);
    await inTime('every file is gone', async () => (await lying()).length === 0);
    expect(await paths()).toEqual(names);
  });
});

describe('a server that is killed between the commit of a file and its removal', () => {
  const aged = new Date('2026-01-02T03:04:05.678Z');
  const lyingSince = (interval: string) =>
    database().sql.unsafe(`update uploads set received_at = received_at + interval '${interval}'`);
  const takeOnce = async () => {
    await put('acme/a.csv');
    await utimes(join(drop, 'acme/a.csv'), aged, aged);
    const door = await open();
    await inTime('the file is gone', async () => (await lying()).length === 0);
    await door.close();
    await put('acme/a.csv');
    await utimes(join(drop, 'acme/a.csv'), aged, aged);
  };

  it('removes the file at the next start, and makes no second upload', async () => {
    await takeOnce();
    // As if the file had never gone: it lay there before its upload was on record.
    await lyingSince('1 minute');
    await open();
    await inTime('the file is gone', async () => (await lying()).length === 0);
    expect(await paths()).toEqual(['/a.csv']);
  });

  it('takes an equal file that somebody dropped since', async () => {
    await takeOnce();
    await open();
    await inTime('the file is gone', async () => (await lying()).length === 0);
    expect(await paths()).toEqual(['/a.csv', '/a.csv']);
  });

  it('takes another file of the same name, size and time', async () => {
    await takeOnce();
    await put('acme/a.csv', 'DATA');
    await utimes(join(drop, 'acme/a.csv'), aged, aged);
    await lyingSince('1 minute');
    await open();
    await inTime('the file is gone', async () => (await lying()).length === 0);
    expect(await paths()).toEqual(['/a.csv', '/a.csv']);
  });
});

it('takes a file that came while the clock was ahead as soon as any other', async () => {
  const locks = openLocks(database().url);
  onTestFinished(() => locks.close());
  let wall = Date.now();
  const setBack = { ...depot, locks, now: () => (wall -= 3_600_000) };
  const door = await openDropFolder({ depot: setBack, folder: drop, polling: false, stillMs: 10 });
  onTestFinished(() => door.close());
  await put('acme/a.csv');
  await until('it is taken', async () => (await paths()).length === 1);
});
