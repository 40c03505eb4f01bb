import type { Algorithms, CipherAlgorithm } from 'ssh2';
import { boundedMap } from '../base/bounded-map.ts';
import type { OfferedLists } from '../ssh/internals.ts';

/**
 * What we offer, behind the hybrid key exchange; the client's order decides. No SHA-1, no CBC, no NIST curves, no compression (a bomb, and exports are
 * sent once). No chacha20: OpenSSH's client prefers it, and here it moves 40 % less than AES-GCM.
 */
const gcm: CipherAlgorithm[] = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'];

export const algorithms: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  serverHostKey: ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'],
  cipher: [...gcm, 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
  // The plain ones for libssh2 before 1.11, which is Debian 12's curl: it has neither AES-GCM nor the etm ones.
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

/**
 * For clients of before 2014, behind all others, and only on a tenant's own port that an operator has opened to them.
 * SHA-1 in signatures and key exchange can be forged by whoever spends enough; CBC tells a little of what is sent.
 */
const legacy = {
  kex: [
    ...['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'],
    ...['diffie-hellman-group14-sha256', 'diffie-hellman-group14-sha1'],
  ],
  serverHostKey: ['ssh-rsa'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc'],
  mac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
};

const legacyNames = new Set(Object.values(legacy).flat());

/** Those of the chosen algorithms that only a port opened to older clients offers. */
export const legacyAmong = (chosen: readonly string[]): string[] => chosen.filter((name) => legacyNames.has(name));

/** What one client is offered: these ciphers, where given, and no host key that signs with SHA-1, as ssh2 would. */
export function narrowed(offer: OfferedLists, ciphers: readonly string[] | undefined): OfferedLists {
  const way = { ...offer.cs, cipher: ciphers ?? offer.cs.cipher };
  const serverHostKey = offer.serverHostKey.filter((algorithm) => algorithm !== 'ssh-rsa');
  return { kex: offer.kex, serverHostKey, cs: way, sc: way };
}

/** The same with the older algorithms after it. An RSA host key signs as `ssh-rsa` too; without one, that is left out. */
export function widened({ kex, serverHostKey, cs }: OfferedLists): OfferedLists {
  const hasRsa = serverHostKey.includes('rsa-sha2-512');
  const way = { ...cs, cipher: [...cs.cipher, ...legacy.cipher], mac: [...cs.mac, ...legacy.mac] };
  return {
    kex: [...kex, ...legacy.kex],
    serverHostKey: [...serverHostKey, ...(hasRsa ? legacy.serverHostKey : [])],
    cs: way,
    sc: way,
  };
}

/** OpenSSH from 6.2 on has AES-GCM, but up to 9.9 it asks for CTR first, which costs an HMAC: 1.4 times the CPU. */
const PREFERS_CTR = /^SSH-2\.0-OpenSSH_(6\.[2-9]|[789]\.)/;
const MAX_REMEMBERED = 1000;

/** Which ciphers to offer, by the client's first line; `undefined` offers all. */
export interface CipherChoice {
  for(ident: string, address: string): readonly string[] | undefined;
  /** A client of this address had none of the ciphers: it will be offered all of them. */
  refused(address: string): void;
}

/** Offers only AES-GCM to OpenSSH, unless it turned out that its configuration excludes it. */
export function chooseCiphers(): CipherChoice {
  const excluding = boundedMap<string, true>(MAX_REMEMBERED);
  return {
    for: (ident, address) => (PREFERS_CTR.test(ident) && !excluding.get(address) ? gcm : undefined),
    refused: (address) => excluding.set(address, true),
  };
}
