import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { keyFileOf, openKeyring } from '../../src/secrets/open-keyring.ts';

const CONTEXT = 'connector/acme/password';

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const settingOf = (id: string, key: Uint8Array): string => `${id}:${Buffer.from(key).toString('base64')}`;

test('the key file is made at the first start, for its owner only, and opens what it sealed after a restart', async () => {
  const config = readConfig({ ARRIVAGE_DATA: await dataFolder() });
  const sealed = (await openKeyring(config)).seal('s3cret', CONTEXT);
  expect(sealed).not.toContain('s3cret');
  expect((await stat(keyFileOf(config))).mode & 0o777).toBe(0o600);
  expect((await openKeyring(config)).open(sealed, CONTEXT)).toBe('s3cret');
});

test('two processes that start together share one key', async () => {
  const config = readConfig({ ARRIVAGE_DATA: await dataFolder() });
  const rings = await Promise.all(Array.from({ length: 8 }, () => openKeyring(config)));
  expect(new Set(rings.map((ring) => ring.current)).size).toBe(1);
});

test('the first key of the setting seals and the others still open', async () => {
  const [before, after] = [randomBytes(32), randomBytes(32)];
  const dataDir = await dataFolder();
  const ring = (keys: string) => openKeyring(readConfig({ ARRIVAGE_DATA: dataDir, ARRIVAGE_MASTER_KEYS: keys }));
  const sealed = (await ring(settingOf('2025', before))).seal('s3cret', CONTEXT);
  const rotated = await ring(`${settingOf('2026', after)},${settingOf('2025', before)}`);
  expect(rotated.open(sealed, CONTEXT)).toBe('s3cret');
  expect(rotated.current).toBe('2026');
  expect(rotated.seal('s3cret', CONTEXT)).toMatch(/^2026\./);
  const without = await ring(settingOf('2026', after));
  expect(() => without.open(sealed, CONTEXT)).toThrow('2025');
});

test('a sealed secret opens nowhere but where it belongs', async () => {
  const ring = await openKeyring(readConfig({ ARRIVAGE_DATA: await dataFolder() }));
  const sealed = ring.seal('s3cret', CONTEXT);
  expect(() => ring.open(sealed, 'connector/rival/password')).toThrow();
});

test('a key that another process put into the file is known at once', async () => {
  const config = readConfig({ ARRIVAGE_DATA: await dataFolder() });
  const ring = await openKeyring(config);
  const file = keyFileOf(config);
  await writeFile(file, `${settingOf('next', randomBytes(32))},${await readFile(file, 'utf8')}`);
  expect(ring.current).toBe('next');
});

test('a wrong setting is refused without being shown', () => {
  const wrong = [
    'short:AAAA',
    `${settingOf('a', randomBytes(32))},${settingOf('a', randomBytes(32))}`,
    settingOf('a.b', randomBytes(32)),
  ];
  for (const keys of wrong) {
    const reading = () => readConfig({ ARRIVAGE_MASTER_KEYS: keys });
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow('ARRIVAGE_MASTER_KEYS is (hidden)');
  }
});

test('a damaged key file stops the start instead of being replaced', async () => {
  const config = readConfig({ ARRIVAGE_DATA: await dataFolder() });
  await openKeyring(config);
  const file = keyFileOf(config);
  await chmod(file, 0o600);
  await writeFile(file, 'nonsense');
  await expect(openKeyring(config)).rejects.toThrow(ConfigError);
  expect(await readFile(file, 'utf8')).toBe('nonsense');
});
