import { createHash } from 'node:crypto';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { ConfigError } from '../config.ts';
import { readIfThere, readOrMake } from './keep.ts';
import { makeKeyPair } from './key-pair.ts';

export interface HostKey {
  type: string;
  /** OpenSSH format. */
  privateKey: string;
  /** As in known_hosts. */
  publicKey: string;
  /** `SHA256:…`, as OpenSSH prints it. */
  fingerprint: string;
}

const kinds = [
  { file: 'ssh_host_ed25519_key', make: () => makeKeyPair().private },
  // For clients that know no ed25519; they sign with SHA-2.
  { file: 'ssh_host_rsa_key', make: () => ssh2.utils.generateKeyPairSync('rsa', { bits: 3072 }).private },
];

/**
 * The SSH host keys of a data folder, made at the first start.
 * @throws ConfigError where the folder cannot be used or a key cannot be read
 */
export async function openHostKeys(dataDir: string): Promise<HostKey[]> {
  return Promise.all(
    kinds.map(async ({ file, make }) => {
      const path = pathOf(dataDir, file);
      return hostKey(path, await readOrMake(path, make));
    }),
  );
}

/** Those that there are: none is made. @throws ConfigError as `openHostKeys` */
export async function readHostKeys(dataDir: string): Promise<HostKey[]> {
  const found = kinds.map(async ({ file }) => {
    const path = pathOf(dataDir, file);
    const privateKey = await readIfThere(path);
    return privateKey === undefined ? [] : [hostKey(path, privateKey)];
  });
  return (await Promise.all(found)).flat();
}

const pathOf = (dataDir: string, file: string): string => join(dataDir, 'identity', file);

function hostKey(path: string, privateKey: string): HostKey {
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw new ConfigError([`${path} is no SSH private key: ${parsed.message}`]);
  const wire = parsed.getPublicSSH();
  return {
    type: parsed.type,
    privateKey,
    publicKey: `${parsed.type} ${wire.toString('base64')}`,
    fingerprint: fingerprintOf(wire),
  };
}

/** The fingerprint of a public key in SSH wire format, as OpenSSH prints it: `SHA256:` and base64 without padding. */
export function fingerprintOf(wire: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(wire).digest('base64').replace(/=+$/, '')}`;
}
