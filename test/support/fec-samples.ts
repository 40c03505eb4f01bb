import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** Two whole FECs of the field; see their README. */
export const fecSamples = ['0000000001FEC20220831.txt', '123456789FEC20500930.txt'] as const;

/** Unpacks one for this test. @returns its path */
export async function unpackFec(name: (typeof fecSamples)[number]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-fec-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const packed = await readFile(new URL(`../fixtures/fec/${name}.gz`, import.meta.url));
  const path = join(folder, name);
  await writeFile(path, gunzipSync(packed));
  return path;
}
