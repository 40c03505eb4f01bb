import ssh2 from 'ssh2';
import { expect, it, vi } from 'vitest';
import { makeKeyPair } from '../../src/identity/key-pair.ts';

const isReadable = (key: string): boolean => !(ssh2.utils.parseKey(key) instanceof Error);

it('makes no key pair that cannot be read, though ssh2 does once in 256 times', () => {
  const { generateKeyPairSync } = ssh2.utils;
  const unreadable = Array.from({ length: 5000 }, () => generateKeyPairSync('ed25519')).find(
    (pair) => !isReadable(pair.private),
  );
  if (!unreadable) throw new Error('ssh2 makes good keys now: makeKeyPair is needed no more');
  vi.spyOn(ssh2.utils, 'generateKeyPairSync').mockReturnValueOnce(unreadable);
  expect(isReadable(makeKeyPair().private)).toBe(true);
});
