import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { foreign, openDataFolder } from '../../src/main/data-folder.ts';

const folder = (uid: number) => ({ path: `/data/${uid}`, uid });

it('is another account’s where its files could not be used by the folder’s owner', () => {
  expect(foreign([folder(999)], 0)).toEqual(folder(999));
  expect(foreign([folder(1000), folder(999)], 1000)).toEqual(folder(999));
});

it('is ours where the owner is ourselves, whoever a mount makes of us, or root, who reads everything', () => {
  expect(foreign([folder(999)], 999)).toBeUndefined();
  expect(foreign([folder(0)], 999)).toBeUndefined();
  expect(foreign([folder(0)], 0)).toBeUndefined();
});

it('keeps nothing of what a kill left of the question whose it is', async () => {
  const path = await mkdtemp(join(tmpdir(), 'arrivage-folder-'));
  onTestFinished(() => rm(path, { recursive: true }));
  const [left, fresh] = ['.probe-of-a-kill', '.probe-of-another-process'];
  for (const name of [left, fresh]) await writeFile(join(path, name), '');
  await utimes(join(path, left), 1, 1);
  await openDataFolder(path);
  expect(await readdir(path)).toEqual([fresh]);
});
