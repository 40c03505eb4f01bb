import ssh2 from 'ssh2';

export interface KeyPair {
  private: string;
  public: string;
}

/**
 * A new Ed25519 key pair in OpenSSH's formats. Of a public key that begins with a zero byte, one in 256, ssh2 1.17 drops
 * that byte, and then neither it nor OpenSSH can read the pair: another one is made.
 */
export function makeKeyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
