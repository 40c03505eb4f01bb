import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import type { Database, Tx } from '../../db/client.ts';
import { resealSecrets, whileNobodySeals } from '../../db/queries/access/sealed-secrets.ts';
import { replaceSecret } from '../../identity/keep.ts';
import { createKeyring } from '../../secrets/keyring.ts';
import { makeMasterKey, parseMasterKeys, writeMasterKeys, type MasterKeys } from '../../secrets/master-keys.ts';
import { keyFileOf, readKeyFile } from '../../secrets/open-keyring.ts';
import { audited } from '../../admin/admin.ts';
import { operator } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';

export function addSecrets(program: Command): void {
  const secrets = program.command('secrets').description('what seals the passwords and keys in the database');
  const command = secrets
    .command('rotate')
    .description('seal everything again: under a new key of the key file, or under the first of ARRIVAGE_MASTER_KEYS');
  runs(command, ({ output }) =>
    withFoundation(async ({ database, config }) => {
      const done = await (config.masterKeys === undefined ? rotateFile : rotateSetting)(database, config);
      output.result(done, () => [
        `${done.secrets} ${done.secrets === 1 ? 'secret is' : 'secrets are'} sealed under the key "${done.current}".`,
        ...noLongerNeeded(config, done.retired),
      ]);
    }),
  );
}

interface Rotated {
  current: string;
  secrets: number;
  /** Ids of the keys that nothing is sealed with any more. */
  retired: string[];
}

/** The new key is in the file before anything is sealed with it, and the old ones until nothing is. */
async function rotateFile(database: Database, config: Config): Promise<Rotated> {
  const path = keyFileOf(config);
  const made = makeMasterKey();
  const done = await whileNobodySeals(database, async (tx) => {
    const before = readKeyFile(path);
    await replaceSecret(path, writeMasterKeys([made, ...before]));
    return resealUnder(tx, [made, ...before]);
  });
  await whileNobodySeals(database, async () => {
    // Another rotation may have put a key before ours meanwhile.
    const [first, ...others] = readKeyFile(path);
    await replaceSecret(path, writeMasterKeys([first, ...others.filter(({ id }) => !done.retired.includes(id))]));
  });
  return done;
}

/** Whoever wrote the setting takes the old keys out of it. */
async function rotateSetting(database: Database, { masterKeys = '' }: Config): Promise<Rotated> {
  const keys = parseMasterKeys(masterKeys);
  return whileNobodySeals(database, (tx) => resealUnder(tx, keys));
}

/** The first of the keys seals; the others open. On record. */
async function resealUnder(tx: Tx, keys: MasterKeys): Promise<Rotated> {
  const keyring = createKeyring(keys);
  const [current, ...others] = keys;
  const secrets = await resealSecrets(tx, (sealed, context) => keyring.seal(keyring.open(sealed, context), context));
  const done = { current: current.id, secrets, retired: others.map(({ id }) => id) };
  await audited({ actor: operator() }, tx, '', 'secrets.rotate', { ...done });
  return done;
}

function noLongerNeeded({ masterKeys }: Config, retired: readonly string[]): string[] {
  if (retired.length === 0) return [];
  const names = retired.map((id) => `"${id}"`).join(', ');
  return masterKeys === undefined
    ? [`Removed from the key file: ${names}.`]
    : [`No longer needed: ${names}. Take ${retired.length === 1 ? 'it' : 'them'} out of ARRIVAGE_MASTER_KEYS.`];
}
