import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { datasets } from '../../src/model/dataset.ts';
import { understand } from '../meaning/read.ts';
import { type Attack, Fault, PATIENCE_MS, shown } from './attack.ts';
import { mutate } from './mutate.ts';

const MOST_BYTES = 64 << 10;
const fixtures = new URL('../fixtures/', import.meta.url);

/** Files of every kind with faults in their bytes, read as an import reads them. */
export const files: Attack = {
  name: 'files',
  share: 20,
  async begin(_, dice) {
    const corpus = await whole();
    const folder = await mkdtemp(join(tmpdir(), 'arrivage-fuzz-'));
    return {
      async round() {
        const { name, bytes } = dice.pick(corpus);
        const mutated = mutate(bytes, dice);
        const path = join(folder, 'file');
        await writeFile(path, mutated);
        const began = performance.now();
        await understand(path, name, dice.pick(datasets)).catch((error: unknown) => {
          throw new Fault(`${name} ${mutated.toString('base64').slice(0, 2000)}: ${String((error as Error).stack)}`);
        });
        if (performance.now() - began > PATIENCE_MS) throw new Fault(`${name} took too long: ${shown(mutated)}`);
        return 1;
      },
      close: () => void rm(folder, { recursive: true, force: true }),
    };
  },
};

async function whole(): Promise<{ name: string; bytes: Buffer }[]> {
  const paths = await Promise.all(
    ['parse/', 'fec/', 'encodings/'].map(async (folder) => {
      const entries = await readdir(new URL(folder, fixtures));
      return entries.filter((name) => !/\.(?:md|ts)$/.test(name)).map((name) => ({ folder, name }));
    }),
  );
  return Promise.all(
    paths.flat().map(async ({ folder, name }) => {
      const bytes = await readFile(new URL(folder + name, fixtures));
      if (!name.endsWith('.gz')) return { name, bytes: /\.xlsx?$/.test(name) ? bytes : bytes.subarray(0, MOST_BYTES) };
      return { name: name.slice(0, -3), bytes: (await promisify(gunzip)(bytes)).subarray(0, MOST_BYTES) };
    }),
  );
}
