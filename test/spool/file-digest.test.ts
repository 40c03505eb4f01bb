import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFileDigest } from '../../src/spool/file-digest.ts';
import { type Followed, type Hasher, openHasher } from '../../src/spool/hasher.ts';

const MiB = 1024 * 1024;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const noReading = (): never => {
  throw new Error('the file was read back');
};

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'arrivage-test-'))));
afterEach(() => rm(folder, { recursive: true }));

/** A file whose writes a digest follows, as the spool's do. */
async function file(hasher: Hasher, readAll: () => AsyncIterable<Uint8Array>, present = Buffer.alloc(0)) {
  const path = join(folder, 'file');
  const handle = await open(path, 'w+');
  await handle.write(present);
  const digest = openFileDigest(hasher, path, present.length, readAll);
  return {
    path,
    digest,
    async write(chunk: Uint8Array, position: number): Promise<void> {
      await handle.write(chunk, 0, chunk.length, position);
      digest.wrote(chunk, position);
    },
    async writeInTurn(bytes: Buffer, from = 0): Promise<void> {
      for (let at = from; at < bytes.length; at += 256 * 1024)
        await this.write(bytes.subarray(at, at + 256 * 1024), at);
    },
    async close(): Promise<void> {
      digest.drop();
      await handle.close();
    },
  };
}

it('hashes a large file in the thread, behind its writes', async () => {
  const bytes = randomBytes(21 * MiB + 17);
  const written = await file(openHasher(), noReading);
  await written.writeInTurn(bytes);
  expect(await written.digest.of(bytes.length)).toBe(sha256(bytes));
  await written.close();
});

it('hashes what was there before a resumed transfer, too', async () => {
  const bytes = randomBytes(12 * MiB);
  const written = await file(openHasher(), noReading, bytes.subarray(0, 7 * MiB));
  await written.writeInTurn(bytes, 7 * MiB);
  expect(await written.digest.of(bytes.length)).toBe(sha256(bytes));
  await written.close();
});

it('hashes what the file holds in the end, where bytes were written twice or cut away', async () => {
  const bytes = randomBytes(12 * MiB);
  const written = await file(openHasher(), noReading);
  await written.writeInTurn(bytes);
  await written.write(Buffer.from('other bytes'), 5);
  await truncate(written.path, 9 * MiB);
  written.digest.cut(9 * MiB);
  await written.writeInTurn(bytes, 9 * MiB);
  const held = await readFile(written.path);
  expect(held.subarray(5, 16).toString()).toBe('other bytes');
  expect(await written.digest.of(held.length)).toBe(sha256(held));
  await written.close();
});

it('hashes files that come in side by side', async () => {
  const hasher = openHasher();
  const paths = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const bytes = randomBytes(n * 5 * MiB);
      const path = join(folder, String(n));
      const handle = await open(path, 'w');
      await handle.write(bytes);
      await handle.close();
      return { path, bytes };
    }),
  );
  const digests = await Promise.all(paths.map(({ path, bytes }) => hasher.follow(path).finish(bytes.length)));
  expect(digests).toEqual(paths.map(({ bytes }) => sha256(bytes)));
});

it('reads the file itself where the thread fails', async () => {
  const broken: Followed = {
    reach: () => undefined,
    finish: () => Promise.reject(new Error('the thread has ended')),
    drop: () => undefined,
  };
  const bytes = randomBytes(2 * MiB);
  const written = await file({ follow: () => broken }, async function* () {
    yield await readFile(written.path);
  });
  await written.writeInTurn(bytes);
  expect(await written.digest.of(bytes.length)).toBe(sha256(bytes));
  await written.close();
});

it('says that a file is shorter than it was said to be', async () => {
  const empty = await file(openHasher(), noReading);
  await expect(openHasher().follow(empty.path).finish(10)).rejects.toThrow(/shorter/);
  await empty.close();
  await expect(openHasher().follow(join(folder, 'none')).finish(1)).rejects.toThrow(/ENOENT/);
});
