import { keyIdOf, seal, unseal, type MasterKey } from './seal.ts';

/** Seals and opens secrets under the master keys; the first one seals, every one opens. */
export interface Keyring {
  /** The id of the key that seals. */
  readonly current: string;
  seal(secret: string, context: string): string;
  /** @throws Error where its key is not among ours, or a byte of it is another */
  open(sealed: string, context: string): string;
}

export function createKeyring(keys: readonly [MasterKey, ...MasterKey[]]): Keyring {
  const [current] = keys;
  return {
    current: current.id,
    seal: (secret, context) => seal(current, secret, context),
    open: (sealed, context) => {
      const key = keys.find(({ id }) => id === keyIdOf(sealed));
      if (!key) throw new Error(`no master key "${keyIdOf(sealed)}": a secret was sealed with a key that is not here`);
      return unseal(key, sealed, context);
    },
  };
}
