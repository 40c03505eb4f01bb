import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, isMasterKeys, type Config } from '../config.ts';
import { readIfThere, readOrMake } from '../identity/keep.ts';
import { createKeyring, keyringOver, type Keyring } from './keyring.ts';
import { makeMasterKey, parseMasterKeys, writeMasterKeys, type MasterKeys } from './master-keys.ts';

export const keyFileOf = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'identity', 'master_keys');

/**
 * The keyring of this server: of the keys in its setting, else of a key file under the data folder, made at the first
 * start and read again at every use.
 * @throws ConfigError where the file cannot be read or holds no keys
 */
export async function openKeyring(config: Pick<Config, 'dataDir' | 'masterKeys'>): Promise<Keyring> {
  if (config.masterKeys !== undefined) return createKeyring(parseMasterKeys(config.masterKeys));
  const path = keyFileOf(config);
  await readOrMake(path, () => writeMasterKeys([makeMasterKey()]));
  readKeyFile(path);
  return keyringOver(() => readKeyFile(path));
}

/** As `openKeyring`, but makes no key file: undefined where there is none. @throws ConfigError */
export async function readKeyring(config: Pick<Config, 'dataDir' | 'masterKeys'>): Promise<Keyring | undefined> {
  if (config.masterKeys !== undefined) return createKeyring(parseMasterKeys(config.masterKeys));
  const path = keyFileOf(config);
  return (await readIfThere(path)) === undefined ? undefined : createKeyring(readKeyFile(path));
}

/** @throws ConfigError */
export function readKeyFile(path: string): MasterKeys {
  const text = readText(path).trim();
  if (!isMasterKeys(text)) throw new ConfigError([`${path} holds no master keys: put its backup back`]);
  return parseMasterKeys(text);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`the master keys cannot be read: ${(error as Error).message}`]);
  }
}
