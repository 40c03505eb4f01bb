import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { openHostKeys } from '../../src/identity/host-keys.ts';
import { has } from '../support/clients.ts';

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-identity-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('makes the host keys once, readable by their owner alone', async () => {
  const folder = await dataFolder();
  const keys = await openHostKeys(folder);
  expect(keys.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ssh-rsa']);
  expect(await openHostKeys(folder)).toEqual(keys);
  expect((await stat(join(folder, 'identity/ssh_host_rsa_key'))).mode & 0o777).toBe(0o600);
});

it.skipIf(!has('ssh-keygen'))('names each key as ssh-keygen does', async () => {
  const folder = await dataFolder();
  for (const { fingerprint, publicKey, privateKey } of await openHostKeys(folder)) {
    const file = join(folder, 'key');
    await writeFile(file, privateKey, { mode: 0o600 });
    const { stdout } = await promisify(execFile)('ssh-keygen', ['-l', '-f', file]);
    expect(stdout).toContain(fingerprint);
    const derived = await promisify(execFile)('ssh-keygen', ['-y', '-f', file]);
    expect(derived.stdout.trim()).toBe(publicKey);
  }
});

it('names the file that is no key', async () => {
  const folder = await dataFolder();
  await openHostKeys(folder);
  await writeFile(join(folder, 'identity/ssh_host_ed25519_key'), 'nonsense');
  await expect(openHostKeys(folder)).rejects.toThrow(/ssh_host_ed25519_key is no SSH private key/);
});
