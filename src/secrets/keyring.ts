import { ArrivageError } from '../errors.ts';
import type { MasterKeys } from './master-keys.ts';
import { keyIdOf, seal, unseal } from './seal.ts';

/** Seals and opens secrets under the master keys; the first one seals, every one opens. */
export interface Keyring {
  /** The id of the key that seals. */
  readonly current: string;
  seal(secret: string, context: string): string;
  /** @throws master_key_missing, or Error where a byte of it is another */
  open(sealed: string, context: string): string;
}

export const createKeyring = (keys: MasterKeys): Keyring => keyringOver(() => keys);

/** @param read asked at every use, so that a rotation by another process is known at once */
export function keyringOver(read: () => MasterKeys): Keyring {
  return {
    get current() {
      return read()[0].id;
    },
    seal: (secret, context) => seal(read()[0], secret, context),
    open: (sealed, context) => {
      const key = read().find(({ id }) => id === keyIdOf(sealed));
      if (!key) throw new ArrivageError('master_key_missing', { id: keyIdOf(sealed) });
      return unseal(key, sealed, context);
    },
  };
}
