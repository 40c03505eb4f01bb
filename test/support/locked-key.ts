import ssh2 from 'ssh2';

/** A private key under a passphrase; another one where ssh2 made one that cannot be read (`src/identity/key-pair.ts`). */
export function lockedKey(passphrase: string): string {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 2 }).private;
    if (!(ssh2.utils.parseKey(key, passphrase) instanceof Error)) return key;
  }
}
