import { mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { scratchPath, sweepScratch } from '../../src/sync/scratch-file.ts';

it('removes what killed processes left in the temporary folder, and neither what is new nor what is not ours', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-scratch-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const [left, body, fresh] = [scratchPath(7), scratchPath('body'), scratchPath(8)];
  const foreign = join(folder, 'arrivage-7-notes.txt');
  for (const path of [left, `${left}.rows`, body, fresh, foreign]) await writeFile(path, 'x');
  for (const path of [left, `${left}.rows`, body, foreign]) await utimes(path, 1, 1);
  await sweepScratch(Date.now());
  expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual([foreign, fresh].sort());
});
